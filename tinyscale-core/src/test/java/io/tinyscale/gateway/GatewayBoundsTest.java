package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Servers that say more than anybody can remember. */
class GatewayBoundsTest {

  private final Balancer balancer = new Balancer(2);

  private static String list(String kind, String item, int items) {
    return IntStream.range(0, items)
        .mapToObj(i -> item.replace("#", Integer.toString(i)))
        .collect(
            Collectors.joining(
                "",
                "<response><returncode>SUCCESS</returncode><" + kind + ">",
                "</" + kind + "></response>"));
  }

  @Test
  void makesNoMeetingThatCouldNotBeRemembered() {
    Map<MeetingId, HeldMeeting> many = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      many.put(new MeetingId("m" + i), HeldMeeting.of(""));
    }
    balancer.pool.passed(balancer.bbb(1).server());
    balancer.directory.swept(balancer.bbb(1).server(), many, balancer.time.nanos());

    assertThat(balancer.key("create", "name=x&meetingID=new")).isEqualTo("serverOverloaded");
    assertThat(balancer.servers.count("create")).isZero();
    assertThat(balancer.reply("create", "name=x&meetingID=m7").succeeded()).isTrue();
    assertThat(balancer.bbb(1).count("create")).isEqualTo(1);
    balancer.bbb(2).holds("behind-our-back");
    assertThat(balancer.reply("create", "name=x&meetingID=behind-our-back").succeeded()).isTrue();
    assertThat(balancer.bbb(2).count("create")).isEqualTo(1);
  }

  @Test
  void leavesOutAListThatIsTooLong() {
    balancer.bbb(2).holds("quiet");
    String meeting = "<meeting><meetingID>m#</meetingID></meeting>";
    balancer.bbb(1).answers("getMeetings", list("meetings", meeting, SpooledList.MOST_ITEMS + 1));

    assertThat(Balancer.text(balancer.call("getMeetings", "")))
        .contains("quiet")
        .doesNotContain("m0");
    assertThat(balancer.events)
        .contains("failed getMeetings on bbb1: the list is too long", "partial getMeetings 1 of 2");

    balancer.bbb(1).answers("getMeetings", list("meetings", meeting, SpooledList.MOST_ITEMS));
    assertThat(Balancer.text(balancer.call("getMeetings", ""))).contains("quiet", "m0");
  }

  @Test
  void leavesOutAListOfTooManyWebhooks() {
    balancer.bbb(1).withWebhooks();
    balancer.bbb(2).withPermanentHook("https://moodle.example.org/hook");
    balancer
        .bbb(1)
        .answers(
            "hooks/list",
            list(
                "hooks",
                "<hook><hookID>#</hookID><callbackURL>https://e.org/#</callbackURL></hook>",
                HookCalls.MOST_HOOKS + 1));

    assertThat(Balancer.text(balancer.call("hooks/list", "")))
        .contains("https://moodle.example.org/hook")
        .doesNotContain("https://e.org/");
    assertThat(balancer.events).contains("failed hooks/list on bbb1: too many webhooks");
  }

  @Test
  void remembersTheOwnersOfABoundedNumberOfRecordingsWithSensibleIds() {
    RecordingOwners owners = new RecordingOwners();
    FakeServers.FakeServer bbb1 = balancer.bbb(1);
    String endless = "x".repeat(257);

    for (int i = 0; i < 20_000; i++) {
      owners.learn("r" + i, bbb1.server());
    }
    owners.learn(endless, bbb1.server());

    assertThat(List.of(owners.owner("r0"), owners.owner(endless))).allMatch(o -> o.isEmpty());
    assertThat(owners.owner("r19999")).contains("bbb1");
  }
}
