package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.signed;
import static io.tinyscale.balancer.TestBalancer.sum;
import static io.tinyscale.balancer.TestBalancer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.call.Answer;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates that ask for servers by their tags, as front ends behind Scalelite do. */
class TaggedCreatesTest {

  private static final String REFUSAL =
      "<response><returncode>FAILED</returncode><messageKey>serverTagUnavailable</messageKey>"
          + "<message>No server with the required tag is available</message></response>";

  private final TestBalancer balancer = new TestBalancer(5);

  TaggedCreatesTest() {
    tag(Set.of("test"), Set.of(), Set.of(), Set.of("test2"), Set.of("test", "gold"));
  }

  @SafeVarargs
  private void tag(Set<String>... tags) {
    balancer.withPool(
        IntStream.range(0, tags.length).mapToObj(i -> tagged(i + 1, tags[i])).toList());
    balancer.events.clear();
  }

  private Server tagged(int number, Set<String> tags) {
    Server server = balancer.bbb(number).server();
    return new Server(
        server.name(),
        server.api(),
        server.secret(),
        server.algorithm(),
        server.weight(),
        tags,
        server.state());
  }

  private int creates() {
    return balancer.servers.count("create");
  }

  private List<Integer> holders(String meetingId) {
    return IntStream.rangeClosed(1, 5)
        .filter(number -> balancer.bbb(number).meetings().containsKey(meetingId))
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "test, 1 5 1 5",
    "test!, 1 5 1 5",
    "test%3Btest2, 1 4 5 1",
    "test%3Bnone, 1 2 3 5",
    "gold%3B, 5 5 5 5",
    "Test, 2 3 2 3",
    "x, 2 3 2 3",
    "'', 2 3 2 3",
    "!, 2 3 2 3",
    "none!, 2 3 2 3",
    "x%3Bgold!, 5 5 5 5"
  })
  void placesNewMeetingsOnServersWithTheTag(String tags, String servers) {
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertThat(
              balancer.reply("create", "meetingID=m" + i + "&meta_server-tag=" + tags).succeeded())
          .isTrue();
      placed.add(holders("m" + i).get(0).toString());
    }

    assertThat(String.join(" ", placed)).isEqualTo(servers);
  }

  @Test
  void createsWithoutATagUseServersWithoutTags() {
    for (int i = 0; i < 4; i++) {
      balancer.call("create", "meetingID=m" + i);
    }

    assertThat(balancer.bbb(2).meetings()).hasSize(2);
    assertThat(balancer.bbb(3).meetings()).hasSize(2);
    assertThat(balancer.status().tagFallbacks()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x!", "Test!", "test%20!", "%3B!", "None!"})
  void noServerIsAskedToCreateIfARequiredTagIsUnavailable(String tags) {
    Answer answer = balancer.call("create", "meetingID=math&meta_server-tag=" + tags);

    assertThat(text(answer)).isEqualTo(REFUSAL);
    assertThat(creates()).isZero();
    assertThat(balancer.directory.remembered(new MeetingId("math"))).isEmpty();
    assertThat(balancer.status().tagFallbacks()).isZero();
  }

  @Test
  void aRequiredTagIsUnavailableWhileItsServersAreDown() {
    balancer.sweep(5);
    balancer.goesDown(5);

    assertThat(balancer.key("create", "meetingID=math&meta_server-tag=gold!"))
        .isEqualTo("serverTagUnavailable");
    assertThat(creates()).isZero();

    balancer.pool.startsUp(
        balancer.bbb(5).server(), true, balancer.pool.status("bbb5").orElseThrow().load());
    assertThat(balancer.reply("create", "meetingID=math&meta_server-tag=gold!").succeeded())
        .isTrue();
    assertThat(holders("math")).containsExactly(5);
  }

  @Test
  void aServerWithTheTagThatRefusesTheConnectionLeavesTheOthersWithTheTag() {
    balancer.bbb(1).is(Fault.REFUSES, "create");

    assertThat(balancer.reply("create", "meetingID=math&meta_server-tag=test!").succeeded())
        .isTrue();

    assertThat(holders("math")).containsExactly(5);
    assertThat(creates()).isEqualTo(2);
  }

  @Test
  void noOtherServerIsAskedIfAllServersWithARequiredTagRefuseTheConnection() {
    balancer.bbb(1).is(Fault.REFUSES, "create");
    balancer.bbb(5).is(Fault.REFUSES, "create");

    assertThat(balancer.key("create", "meetingID=math&meta_server-tag=test!"))
        .isEqualTo("serverTagUnavailable");

    assertThat(creates()).as("those with the tag").isEqualTo(2);
    assertThat(balancer.directory.remembered(new MeetingId("math"))).isEmpty();
  }

  @Test
  void aPreferredTagWhoseServersRefuseTheConnectionIsOneFallback() {
    balancer.bbb(1).is(Fault.REFUSES, "create");
    balancer.bbb(5).is(Fault.REFUSES, "create");
    balancer.bbb(2).is(Fault.REFUSES, "create");

    assertThat(balancer.reply("create", "meetingID=math&meta_server-tag=test").succeeded())
        .isTrue();

    assertThat(holders("math")).containsExactly(3);
    assertThat(balancer.status().tagFallbacks()).isOne();
    assertThat(balancer.events).contains("1 without tags, the last for test of house on bbb3");
  }

  @Test
  void fallbacksAreCountedAndReportedAtMostOnceAMinute() {
    for (int i = 0; i < 5; i++) {
      balancer.call("create", "meetingID=m" + i + "&meta_server-tag=x" + i);
    }
    assertThat(fallbackEvents())
        .containsExactly("1 without tags, the last for x0 of house on bbb2");

    balancer.time.advance(Duration.ofMinutes(1));
    balancer.call("create", "meetingID=m5&meta_server-tag=x5");

    assertThat(balancer.status().tagFallbacks()).isEqualTo(6);
    assertThat(fallbackEvents())
        .containsExactly(
            "1 without tags, the last for x0 of house on bbb2",
            "5 without tags, the last for x5 of house on bbb3");
  }

  private List<String> fallbackEvents() {
    return balancer.events.stream().filter(event -> event.contains("without tags")).toList();
  }

  @Test
  void aMeetingStaysOnItsServerWhateverTagsALaterCreateAsksFor() {
    balancer.call("create", "meetingID=math&meta_server-tag=gold");

    assertThat(balancer.key("create", "meetingID=math&meta_server-tag=test2!"))
        .isEqualTo("duplicateWarning");
    assertThat(balancer.key("create", "meetingID=math&meta_server-tag=x!"))
        .isEqualTo("duplicateWarning");
    assertThat(balancer.key("create", "meetingID=math")).isEqualTo("duplicateWarning");

    assertThat(holders("math")).containsExactly(5);
    assertThat(balancer.status().tagFallbacks()).isZero();
  }

  @Test
  void aMeetingOnACordonedServerStaysThereThoughItsTagIsUnavailable() {
    balancer.call("create", "meetingID=math&meta_server-tag=gold!");
    balancer.pool.replace(
        balancer.pool.snapshot().stream()
            .map(ServerStatus::server)
            .map(server -> server.name().equals("bbb5") ? server.with(AdminState.CORDONED) : server)
            .toList(),
        Set.of());

    assertThat(balancer.key("create", "meetingID=math&meta_server-tag=gold!"))
        .isEqualTo("duplicateWarning");
    assertThat(balancer.key("create", "meetingID=art&meta_server-tag=gold!"))
        .isEqualTo("serverTagUnavailable");
    assertThat(TestBalancer.location(balancer.call("join", "meetingID=math&fullName=Ann")))
        .startsWith(balancer.bbb(5).server().api().toString());
  }

  @Test
  void aBreakoutRoomIsMadeOnTheServerOfItsParentWhateverTagsItAsksFor() {
    balancer.bbb(2).holds("parent");

    balancer.call(
        "create", "meetingID=room&isBreakout=true&parentMeetingID=parent&meta_server-tag=gold!");

    assertThat(holders("room")).containsExactly(2);
    assertThat(balancer.status().tagFallbacks()).isZero();
  }

  @Test
  void theParameterIsSentOnAsItCame() {
    String query = "meetingID=math&META_Server-Tag=%67old%3B!&name=a+b";

    balancer.call("create", query);

    assertThat(holders("math")).containsExactly(5);
    assertThat(balancer.bbb(5).lastRequest().target())
        .startsWith("/bigbluebutton/api/create?" + query + "&checksum=");
  }

  @Test
  void theTagsOfAFormCount() {
    String form = "meetingID=math&meta_server-tag=gold%21";

    CompletableFuture<Answer> answer =
        balancer.handle(
            "POST",
            "create",
            QueryString.EMPTY,
            "application/x-www-form-urlencoded",
            Body.of(form + "&checksum=" + sum("create", form)));

    assertThat(TestBalancer.reply(now(answer)).succeeded()).isTrue();
    assertThat(holders("math")).containsExactly(5);
  }

  @Test
  void slidesInTheBodyGoToAServerWithTheTag() {
    String slides = "<modules><module name=\"presentation\"/></modules>";

    balancer.handle(
        "POST",
        "create",
        signed("create", "meetingID=math&meta_server-tag=gold!"),
        "text/xml",
        Body.of(slides));

    assertThat(holders("math")).containsExactly(5);
    assertThat(balancer.bbb(5).bodies()).contains(slides);
  }

  @Test
  void otherCallsDoNotHeedTags() {
    assertThat(balancer.key("isMeetingRunning", "meetingID=math&meta_server-tag=x!")).isEmpty();
    assertThat(text(balancer.call("join", "meetingID=math&fullName=Ann&meta_server-tag=x!")))
        .contains("invalidMeetingIdentifier");
    balancer.call("newCall", "meta_server-tag=x!");

    assertThat(balancer.servers.count("newCall")).isOne();
  }

  @Test
  void tagsOnAllServersPlaceAsIfThereWereNone() {
    tag(Set.of("a"), Set.of("a"), Set.of("b"), Set.of("b", "c"), Set.of("c"));

    for (int i = 1; i <= 10; i++) {
      balancer.call("create", "meetingID=m" + i);
    }

    for (int number = 1; number <= 5; number++) {
      assertThat(balancer.bbb(number).meetings())
          .containsOnlyKeys("m" + number, "m" + (number + 5));
    }
    assertThat(balancer.status().tagFallbacks()).isZero();
  }

  @Test
  void warnsAtTheStartIfAllServersAreTagged() {
    balancer.withPool(List.of(tagged(1, Set.of("a")), tagged(2, Set.of("b"))));
    assertThat(balancer.events).containsExactly("all tagged");

    balancer.events.clear();
    balancer.withPool(List.of(tagged(1, Set.of("a")), tagged(2, Set.of())));
    assertThat(balancer.events).isEmpty();
  }

  @Test
  void newTagsInThePoolFileCountAtOnce() {
    balancer.pool.replace(
        List.of(tagged(1, Set.of("test")), tagged(2, Set.of("gold")), tagged(3, Set.of())),
        Set.of());

    balancer.call("create", "meetingID=math&meta_server-tag=gold!");

    assertThat(holders("math")).containsExactly(2);
  }

  @Test
  void aServerWithTheTagThatIsOverloadedIsNoLackOfTheTag() {
    TestBalancer narrow = balancer.withLimits(1000, 1);
    narrow.bbb(5).is(Fault.HOLDS, "getMeetings");
    narrow.calling("getMeetings", "");

    assertThat(narrow.key("create", "meetingID=math&meta_server-tag=gold!"))
        .isEqualTo("serverOverloaded");
    assertThat(creates()).isZero();
    narrow.bbb(5).release();
  }
}
