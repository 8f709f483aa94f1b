package io.tinyscale.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tinyscale.health.EndedCopy;
import io.tinyscale.health.EndedCopy.Result;
import io.tinyscale.health.EndingMeetings;
import io.tinyscale.meeting.KnownMeeting;
import io.tinyscale.meeting.KnownMeeting.Certainty;
import io.tinyscale.meeting.KnownMeeting.KnownCopy;
import io.tinyscale.meeting.KnownMeeting.Standing;
import io.tinyscale.upstream.FakeServers.FakeMeeting;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an administrator sees of meetings and does to them. */
class MeetingsTest {

  private final TestBalancer balancer = new TestBalancer(3);
  private final Meetings meetings = balancer.meetings();

  private static <T> T now(CompletionStage<T> stage) {
    assertThat(stage.toCompletableFuture()).isDone();
    return stage.toCompletableFuture().join();
  }

  private KnownMeeting found(String id) {
    MeetingSearch search = now(meetings.find(id, true));
    assertThat(search).isInstanceOf(MeetingSearch.Found.class);
    return ((MeetingSearch.Found) search).meeting();
  }

  private void sweepAll() {
    IntStream.rangeClosed(1, 3).forEach(balancer::sweep);
  }

  /** A meeting that two servers have, with people in both. */
  private void split(String meetingId) {
    balancer.bbb(1).holds(meetingId);
    balancer.bbb(1).people(meetingId, 5);
    balancer.bbb(2).startsAt(1_800_000_000_000L).holds(meetingId);
    balancer.bbb(2).people(meetingId, 3);
    sweepAll();
  }

  @Test
  void findsAMeetingByItsExternalAndItsInternalId() {
    FakeMeeting math = balancer.bbb(2).holds("math");
    balancer.bbb(2).people("math", 37);
    sweepAll();
    balancer.time.advance(Duration.ofSeconds(3));

    KnownMeeting meeting = found("math");

    assertThat(meeting.meetingId().text()).isEqualTo("math");
    assertThat(meeting.certainty()).isEqualTo(Certainty.CERTAIN);
    assertThat(meeting.copy())
        .isEqualTo(
            new KnownCopy(
                "bbb2",
                math.internalId(),
                37,
                math.createTime(),
                Duration.ofSeconds(3),
                Standing.CHOSEN));
    assertThat(meeting.isSplit()).isFalse();
    assertThat(found(math.internalId())).isEqualTo(meeting);
    assertThat(balancer.servers.count("getMeetingInfo")).isZero();
  }

  @Test
  void asksTheServersForAMeetingThatNoSweepHasShown() {
    sweepAll();
    FakeMeeting math = balancer.bbb(3).holds("math");

    assertThat(found(math.internalId()).copy().server()).isEqualTo("bbb3");
    assertThat(found("math").copy().internalId()).isEqualTo(math.internalId());
  }

  @Test
  void sweepsProveThatAMeetingIsAbsent() {
    sweepAll();

    assertThat(now(meetings.find("math", false))).isInstanceOf(MeetingSearch.Absent.class);
    assertThat(balancer.servers.count("getMeetingInfo")).isZero();
  }

  @Test
  void everyServersWordProvesThatAMeetingIsAbsent() {
    assertThat(now(meetings.find("math", true))).isInstanceOf(MeetingSearch.Absent.class);
    assertThat(balancer.servers.count("getMeetingInfo")).isEqualTo(3);
  }

  @Test
  void silenceIsNoAbsence() {
    balancer.bbb(2).is(Fault.SILENT);
    CompletionStage<MeetingSearch> search = meetings.find("math", true);
    assertThat(search.toCompletableFuture()).isNotDone();

    balancer.time.advance(TestBalancer.LIST);

    assertThat(now(search)).isEqualTo(new MeetingSearch.Unknown(List.of("bbb2")));
  }

  @Test
  void serversThatNeverToldTheirMeetingsProveNothing() {
    assertThat(now(meetings.find("math", false)))
        .isEqualTo(new MeetingSearch.Unknown(List.of("bbb1", "bbb2", "bbb3")));
  }

  @Test
  void showsBothCopiesOfASplitMeeting() {
    split("math");
    balancer.bbb(3).holds("art");
    sweepAll();

    List<KnownMeeting> split = meetings.split(10);

    assertThat(split).extracting(meeting -> meeting.meetingId().text()).containsExactly("math");
    assertThat(split.get(0).copies())
        .extracting(KnownCopy::server, KnownCopy::users, KnownCopy::standing)
        .containsExactlyInAnyOrder(
            tuple("bbb1", 5, Standing.CHOSEN), tuple("bbb2", 3, Standing.RIVAL));
  }

  @Test
  void findsASecondCopyByItsInternalId() {
    split("math");
    KnownMeeting meeting = found("math");

    assertThat(meeting.others()).hasSize(1);
    assertThat(found(meeting.others().get(0).internalId())).isEqualTo(meeting);
  }

  @Test
  void endsOneCopyOfASplitMeetingAndLeavesTheOther() {
    split("math");
    KnownMeeting meeting = found("math");
    String rival = meeting.others().get(0).server();

    assertThat(now(meetings.end(meeting, rival))).isEqualTo(new EndedCopy(rival, Result.ENDED, ""));

    assertThat(balancer.servers.get(rival).meetings()).isEmpty();
    assertThat(balancer.servers.get(meeting.copy().server()).meetings()).hasSize(1);
    assertThat(balancer.servers.count("end")).isOne();
    balancer.time.advance(Duration.ofSeconds(1));
    sweepAll();
    assertThat(found("math").isSplit()).isFalse();
    assertThat(found("math").copy().server()).isEqualTo(meeting.copy().server());
  }

  @Test
  void callsGoToTheOtherCopyOnceTheChosenCopyHasEnded() {
    split("math");
    KnownMeeting meeting = found("math");
    String rival = meeting.others().get(0).server();

    now(meetings.end(meeting, meeting.copy().server()));
    assertThat(found("math").certainty()).isEqualTo(Certainty.ENDING);
    balancer.time.advance(Duration.ofSeconds(1));
    sweepAll();

    assertThat(found("math").copy().server()).isEqualTo(rival);
    assertThat(balancer.servers.get(rival).meetings()).hasSize(1);
    assertThat(balancer.reply("create", "name=Math&meetingID=math").succeeded()).isTrue();
    assertThat(balancer.bbb(3).meetings()).isEmpty();
  }

  @Test
  void endsAllCopiesOfAMeeting() {
    split("math");

    assertThat(now(meetings.end(found("math"))))
        .extracting(EndedCopy::result)
        .containsExactly(Result.ENDED, Result.ENDED);

    assertThat(balancer.bbb(1).meetings()).isEmpty();
    assertThat(balancer.bbb(2).meetings()).isEmpty();
  }

  @Test
  void endsNoLaterRunOfTheMeeting() {
    balancer.bbb(1).holds("math");
    sweepAll();
    KnownMeeting before = found("math");
    balancer.bbb(1).ends("math");
    balancer.bbb(1).holds("math");

    assertThat(now(meetings.end(before, "bbb1")).result()).isEqualTo(Result.ABSENT);

    assertThat(balancer.bbb(1).meetings()).hasSize(1);
    assertThat(balancer.bbb(1).count("end")).isZero();
  }

  @Test
  void saysWhatAServerAnswersThatEndsNothing() {
    balancer.bbb(1).holds("math");
    sweepAll();
    KnownMeeting math = found("math");
    balancer
        .bbb(1)
        .answers(
            "end",
            "<response><returncode>FAILED</returncode><messageKey>invalidPassword</messageKey>"
                + "</response>");
    assertThat(now(meetings.end(math, "bbb1")))
        .isEqualTo(new EndedCopy("bbb1", Result.REFUSED, "it answered FAILED invalidPassword"));

    balancer.bbb(1).is(Fault.REFUSES);
    EndedCopy silent = now(meetings.end(math, "bbb1"));
    assertThat(silent.result()).isEqualTo(Result.SILENT);
    assertThat(silent.cause()).isNotEmpty();

    assertThat(now(meetings.end(math, "bbb9")).result()).isEqualTo(Result.ABSENT);
  }

  @Test
  void endsAllMeetingsOfAServer() {
    IntStream.range(0, 30).forEach(i -> balancer.bbb(1).holds("math-" + i));
    balancer.bbb(2).holds("art");

    EndingMeetings ending = meetings.endAll("bbb1").orElseThrow();

    assertThat(ending.isDone()).isTrue();
    assertThat(ending.total()).isEqualTo(30);
    assertThat(ending.ended()).isEqualTo(30);
    assertThat(ending.failed()).isZero();
    assertThat(ending.cause()).isEmpty();
    assertThat(balancer.bbb(1).meetings()).isEmpty();
    assertThat(balancer.bbb(2).meetings()).hasSize(1);
    assertThat(meetings.endAll("bbb9")).isEmpty();
    assertThat(meetings.lastEnd("bbb1")).containsSame(ending);
    assertThat(meetings.lastEnd("bbb2")).isEmpty();
  }

  @Test
  void endsAFewMeetingsAtATimeAndOnlyOnce() {
    IntStream.range(0, 30).forEach(i -> balancer.bbb(1).holds("math-" + i));
    balancer.bbb(1).is(Fault.HOLDS, "end");

    EndingMeetings ending = meetings.endAll("bbb1").orElseThrow();

    assertThat(balancer.bbb(1).count("end")).isEqualTo(8);
    assertThat(ending.isDone()).isFalse();
    assertThat(meetings.endAll("bbb1")).containsSame(ending);
    while (!ending.isDone()) {
      balancer.bbb(1).release();
    }
    assertThat(ending.ended()).isEqualTo(30);
    assertThat(balancer.bbb(1).count("end")).isEqualTo(30);
    assertThat(meetings.endAll("bbb1").orElseThrow()).isNotSameAs(ending);
  }

  @Test
  void namesTheMeetingsThatCouldNotBeEnded() {
    IntStream.range(0, 130).forEach(i -> balancer.bbb(1).holds("math-" + i));
    balancer.bbb(1).is(Fault.REFUSES, "end");

    EndingMeetings ending = meetings.endAll("bbb1").orElseThrow();

    assertThat(ending.failed()).isEqualTo(130);
    assertThat(ending.failures()).hasSize(100).allMatch(failure -> !failure.cause().isEmpty());
  }

  @Test
  void saysIfAServerDoesNotListItsMeetings() {
    balancer.bbb(1).holds("math");
    balancer.bbb(1).is(Fault.REFUSES, "getMeetings");

    EndingMeetings ending = meetings.endAll("bbb1").orElseThrow();

    assertThat(ending.isDone()).isTrue();
    assertThat(ending.total()).isZero();
    assertThat(ending.cause()).isNotEmpty();
    assertThat(balancer.bbb(1).meetings()).hasSize(1);
  }

  @Test
  void listsMeetingsPageByPage() {
    for (String id : List.of("c", "a", "e")) {
      balancer.bbb(1).holds(id);
    }
    for (String id : List.of("b", "d")) {
      balancer.bbb(2).holds(id);
    }
    sweepAll();

    assertThat(ids(meetings.list("", "", 3))).containsExactly("a", "b", "c");
    assertThat(ids(meetings.list("", "c", 3))).containsExactly("d", "e");
    assertThat(ids(meetings.list("bbb2", "", 10))).containsExactly("b", "d");
    assertThat(meetings.list("bbb3", "", 10)).isEmpty();
  }

  @Test
  void theStatusTellsTheAgeOfTheLastSweep() {
    balancer.sweep(1);
    balancer.time.advance(Duration.ofSeconds(9));

    assertThat(balancer.status().servers())
        .extracting(BalancerStatus.OfServer::sinceSweep)
        .containsExactly(Duration.ofSeconds(9), null, null);
  }

  private static List<String> ids(List<KnownMeeting> some) {
    return some.stream().map(meeting -> meeting.meetingId().text()).toList();
  }

  /** After its end a meeting is made again where there is room, not where it was. */
  @Test
  void aMeetingThatWasEndedIsMadeAnew() {
    assertThat(balancer.reply("create", "name=Math&meetingID=math").succeeded()).isTrue();
    KnownMeeting before = found("math");

    now(meetings.end(before));

    assertThat(balancer.reply("create", "name=Math&meetingID=math").text("messageKey")).isEmpty();
    assertThat(balancer.servers.count("end")).isOne();
    assertThat(found("math").copy().server()).isNotEqualTo(before.copy().server());
  }
}
