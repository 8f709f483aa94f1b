package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bench.placement.Dice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VirtualServerTest {

  private final VirtualTime time = new VirtualTime();
  private final Dice dice = new Dice(1, "test");
  private final FrontEnd frontEnd =
      new FrontEnd(time, List.of(), room -> 0, name -> null, new Tally());
  private final Room room =
      new Room("room-1-1", time, dice, frontEnd, new Journal(time, null, line -> {}));
  private final VirtualServer server = new VirtualServer("bbb1", time, dice, 0, id -> room);

  private ApiReply answer(String call, String meetingId) {
    String document = server.answer(call, Map.of("meetingID", meetingId));
    return ApiReply.read(document.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private ApiReply answer(String call) {
    return answer(call, room.id());
  }

  @Test
  void oneOfTwoCreatesMakesTheMeeting() {
    ApiReply first = answer("create");
    ApiReply second = answer("create");

    assertThat(first.messageKey()).isEmpty();
    assertThat(second.succeeded()).isTrue();
    assertThat(second.messageKey()).isEqualTo("duplicateWarning");
    assertThat(second.text("internalMeetingID"))
        .isEqualTo(first.text("internalMeetingID"))
        .isEqualTo(room.hash() + "-" + first.text("createTime"));
  }

  @Test
  void showsAMeetingForAMomentAfterItsEnd() {
    String internalId = answer("create").text("internalMeetingID");

    assertThat(answer("end", internalId).messageKey()).isEqualTo("sentEndMeetingRequest");
    assertThat(answer("getMeetingInfo").text("hasBeenForciblyEnded")).isEqualTo("true");
    assertThat(answer("create").messageKey()).isEqualTo("duplicateWarning");
    time.runUntil(Duration.ofSeconds(2).toNanos());

    assertThat(answer("getMeetingInfo").messageKey()).isEqualTo("notFound");
    assertThat(answer("create").text("internalMeetingID")).isNotEqualTo(internalId);
  }

  @Test
  void losesItsMeetingsInACrash() {
    answer("create");

    server.crash();
    server.restart();

    assertThat(answer("getMeetingInfo").deniesMeeting()).isTrue();
    assertThat(server.answer("getMeetings", Map.of())).contains("noMeetings");
  }

  @Test
  void keepsItsMeetingsWhileItIsStopped() {
    answer("create");
    boolean[] done = new boolean[1];

    server.stop();
    server.whenGoingOn(() -> done[0] = true);

    assertThat(server.isRunning()).isFalse();
    assertThat(done[0]).isFalse();
    server.goOn();
    assertThat(done[0]).isTrue();
    assertThat(answer("getMeetingInfo").succeeded()).isTrue();
  }

  @Test
  void isInUseByOthers() {
    assertThat(server.answer("getMeetings", Map.of())).contains(server.otherId(9));
    assertThat(VirtualServer.isOther(server.otherId(0))).isTrue();
    assertThat(VirtualServer.isOther(room.id())).isFalse();
  }
}
