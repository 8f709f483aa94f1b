package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sweeps make of the meetings of a server, and of the history. */
class SweptLoadTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final long MATH = MeetingHistory.key(new MeetingId("math"));

  private final LoadScene scene = new LoadScene(1);

  private double load() {
    return scene.load("A");
  }

  private void sweep(Map<String, HeldMeeting> meetings) {
    scene.pass(TEN_SECONDS);
    scene.sweep("A", meetings);
  }

  /** A meeting by a server whose clock is wrong by some minutes. */
  private HeldMeeting meeting(int users, int minutesAgo, int clockAhead) {
    return LoadScene.held(
        users, 0, scene.now().plus(Duration.ofMinutes(clockAhead - minutesAgo)), 0, false, 0);
  }

  @Test
  void aYoungMeetingIsExpectedToGrow() {
    HeldMeeting math = scene.meeting(10, 0, 0);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).isEqualTo(40);

    scene.minutes(10);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).isEqualTo(25);

    scene.minutes(10);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).isEqualTo(10);
  }

  @Test
  void aBreakoutRoomIsNotExpectedToGrow() {
    scene.sweep("A", Map.of("room", LoadScene.held(4, 0, scene.now(), 0, true, 50)));

    assertThat(load()).isEqualTo(4);
  }

  @Test
  void theHintOfARunningMeetingCountsWhileItSettles() {
    HeldMeeting hinted = LoadScene.held(4, 0, scene.now(), 0, false, 100);
    scene.sweep("A", Map.of("math", hinted));
    assertThat(load()).isEqualTo(140);

    scene.minutes(20);
    scene.sweep("A", Map.of("math", hinted));
    assertThat(load()).isEqualTo(4);
  }

  @Test
  void fewSeatsLimitWhatIsExpected() {
    scene.sweep("A", Map.of("math", LoadScene.held(3, 0, scene.now(), 8, false, 0)));

    assertThat(load()).isCloseTo(3 + 11.2, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(ints = {-600_000, -30, -5, 0, 5, 30, 600_000})
  void theClockOfAServerMayBeWrong(int ahead) {
    scene.sweep("A", Map.of());
    HeldMeeting math = meeting(10, 0, ahead);
    sweep(Map.of("math", math));
    assertThat(load()).as("at first").isBetween(39.7, 40.0);

    scene.minutes(10);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).as("after 10 minutes").isBetween(24.7, 25.0);

    scene.minutes(10);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).as("after 20 minutes").isBetween(10.0, 10.1);

    scene.minutes(1);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).as("after 21 minutes").isEqualTo(10);
  }

  @Test
  void meetingsOfTheFutureAreYoungAtTheFirstSweepAndThenAge() {
    HeldMeeting math = meeting(10, 0, 300);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).isEqualTo(40);

    scene.minutes(20);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).isEqualTo(10);
  }

  @Test
  void aMeetingWithoutATimeIsTakenForOldAtTheFirstSweep() {
    scene.sweep("A", Map.of("math", new HeldMeeting("", 10, "")));

    assertThat(load()).isEqualTo(10);
  }

  @Test
  void aMeetingWithoutATimeIsYoungIfTheLastSweepLackedIt() {
    scene.sweep("A", Map.of());
    sweep(Map.of("math", new HeldMeeting("", 10, "")));

    assertThat(load()).isBetween(39.7, 40.0);
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647, 0, 10000",
    "99999999999999999999999, 0, 10000",
    "'1,234', 0, 1234",
    "-5, 0, 0",
    "'', 0, 0",
    "many, 0, 0",
    "10, 2147483647, 20",
    "10, -3, 10",
    "10, many, 10"
  })
  void countsThatCannotBeAreBounded(String users, String cameras, double cost) {
    ApiReply item =
        new ApiReply(Map.of("participantCount", users, "videoCount", cameras, "createTime", "1"));
    sweep(Map.of("math", HeldMeeting.of(item)));

    assertThat(load()).isEqualTo(cost);
  }

  @Test
  void negativeNumbersOfUsersDoNotReduceTheLoad() {
    sweep(
        Map.of(
            "a",
            new HeldMeeting("", -1000, "", -5, 1, -7, false, -3, true),
            "b",
            scene.meeting(10, 0, 60)));

    assertThat(load()).isEqualTo(10);
  }

  @Test
  void anIncompleteListKeepsTheMeetingsThatItLacksForAWhile() {
    HeldMeeting math = scene.meeting(10, 0, 60);
    scene.sweep("A", Map.of("math", math, "art", scene.meeting(20, 0, 60)));
    scene.minutes(1);
    LoadScene.answer(scene.ask("A"), Map.of("math", math), false);
    assertThat(load()).isEqualTo(30);

    scene.minutes(20);
    LoadScene.answer(scene.ask("A"), Map.of("math", math), false);
    assertThat(load()).isEqualTo(10);
  }

  @Test
  void aListWithoutAnyMeetingThatIsNotCompleteChangesNothing() {
    scene.sweep("A", Map.of("math", scene.meeting(10, 0, 60)));
    scene.minutes(60);
    LoadScene.answer(scene.ask("A"), Map.of(), false);

    assertThat(load()).isEqualTo(10);
  }

  @Test
  void anIdThatIsListedTwiceCountsTwice() {
    SweepObserver sweep = scene.ask("A");
    sweep.meeting(new MeetingId("math"), scene.meeting(10, 0, 60));
    sweep.meeting(new MeetingId("math"), scene.meeting(7, 0, 60));
    sweep.ended(true);

    assertThat(load()).isEqualTo(17);
  }

  @Test
  void countsMeetingsBeyondThoseThatAreTracked() {
    Map<String, HeldMeeting> meetings = new HashMap<>();
    for (int i = 0; i < SweptMeetings.MOST_MEETINGS + 50; i++) {
      meetings.put("m" + i, scene.meeting(2, 0, 60));
    }
    scene.sweep("A", meetings);

    assertThat(load()).isEqualTo(2.0 * (SweptMeetings.MOST_MEETINGS + 50));
  }

  @Test
  void remembersThePeakOfAMeetingThatHasGone() {
    HeldMeeting begun = scene.meeting(10, 0, 0);
    sweep(Map.of("math", begun));
    HeldMeeting full = new HeldMeeting("", 80, "", 1, begun.createTime(), 0, false, 0, true);
    sweep(Map.of("math", full));
    sweep(Map.of("math", begun));
    assertThat(scene.history.size()).isZero();
    sweep(Map.of());

    assertThat(scene.history.expected(MATH, 600)).isEqualTo(96);
    assertThat(load()).isZero();
  }

  @Test
  void aListThatIsNotCompleteEndsNoMeeting() {
    HeldMeeting art = scene.meeting(10, 0, 0);
    sweep(Map.of("math", scene.meeting(10, 0, 0), "art", art));
    scene.pass(TEN_SECONDS);
    LoadScene.answer(scene.ask("A"), Map.of("art", art), false);

    assertThat(scene.history.size()).isZero();
  }

  @Test
  void breakoutRoomsAndEmptyMeetingsAreNotRemembered() {
    sweep(
        Map.of(
            "room", LoadScene.held(9, 0, scene.now(), 0, true, 0),
            "empty", scene.meeting(0, 0, 0)));
    sweep(Map.of());

    assertThat(scene.history.size()).isZero();
  }

  @Test
  void aMeetingWithoutAUsefulTimeIsNotRemembered() {
    scene.sweep(
        "A",
        Map.of(
            "untold",
            new HeldMeeting("", 10, ""),
            "open all month",
            scene.meeting(10, 0, 30 * 24 * 60)));
    sweep(Map.of());

    assertThat(scene.history.size()).isZero();
  }

  @Test
  void aMeetingThatIsMadeAgainBetweenTwoSweepsHasEndedOnce() {
    sweep(Map.of("math", scene.meeting(50, 0, 90)));
    sweep(Map.of("math", scene.meeting(1, 0, 0)));

    assertThat(scene.history.expected(MATH, 600 - 90)).isEqualTo(50);
    assertThat(load()).isBetween(30.7, 31.0);
  }

  @Test
  void aLectureIsKnownAWeekLaterAlsoAfterTheClocksChange() {
    scene.sweep("A", Map.of());
    sweep(Map.of("math", scene.meeting(150, 0, 0)));
    sweep(Map.of());
    // Monday at 10:00 in summer: an hour earlier by the sun.
    scene.pass(Duration.between(scene.now(), Instant.parse("2026-03-30T08:00:00Z")));
    scene.place("math");

    assertThat(load()).isEqualTo(150);
  }

  @Test
  void anotherTimeOfTheWeekIsAnotherCourse() {
    scene.sweep("A", Map.of());
    sweep(Map.of("math", scene.meeting(150, 0, 0)));
    sweep(Map.of());
    scene.pass(Duration.ofHours(3));
    scene.place("math");

    assertThat(load()).isEqualTo(30);
  }

  @Test
  void aKnownMeetingKeepsItsSizeWhileItSettles() {
    scene.remember("A", "math", 150);
    HeldMeeting math = scene.meeting(40, 0, 0);
    sweep(Map.of("math", math));
    assertThat(load()).isEqualTo(150);

    scene.minutes(25);
    scene.sweep("A", Map.of("math", math));
    assertThat(load()).isEqualTo(40);
  }

  @ParameterizedTest(name = "{0} minutes old when it is first listed")
  @ValueSource(ints = {2, 45})
  void aSessionThatWasNotSeenFromItsBeginningMakesNothingSmaller(int minutesOld) {
    scene.history.remember(MATH, 600, 200);
    scene.minutes(minutesOld);
    HeldMeeting rest = scene.meeting(20, 0, minutesOld);
    scene.sweep("A", Map.of("math", rest));
    sweep(Map.of());

    assertThat(scene.history.expected(MATH, 600)).isEqualTo(200);
  }

  @Test
  void aSessionThatWasNotSeenFromItsBeginningIsRememberedIfItIsLargerOrNew() {
    scene.history.remember(MATH, 600, 100);
    scene.minutes(45);
    scene.sweep("A", Map.of("math", scene.meeting(200, 0, 45), "art", scene.meeting(30, 0, 45)));
    sweep(Map.of());

    assertThat(scene.history.expected(MATH, 600)).isEqualTo(160);
    assertThat(scene.history.expected(MeetingHistory.key(new MeetingId("art")), 600)).isEqualTo(30);
  }

  @Test
  void aSessionAfterALongSilenceOfItsServerMakesNothingSmaller() {
    scene.sweep("A", Map.of());
    scene.history.remember(MATH, 600, 200);
    scene.minutes(45);
    scene.sweep("A", Map.of("math", scene.meeting(20, 0, 45)));
    sweep(Map.of());

    assertThat(scene.history.expected(MATH, 600)).isEqualTo(200);
  }

  @Test
  void aSessionThatWasSeenFromItsBeginningCanMakeASizeSmaller() {
    scene.history.remember(MATH, 600, 200);
    scene.sweep("A", Map.of());
    sweep(Map.of("math", scene.meeting(100, 0, 0)));
    sweep(Map.of());

    assertThat(scene.history.expected(MATH, 600)).isEqualTo(140);
  }

  @Test
  void whatADamagedListDoesNotTellOfAMeetingStaysAsItWas() {
    scene.sweep("A", Map.of());
    sweep(
        Map.of(
            "math", LoadScene.held(10, 0, scene.now(), 0, false, 100),
            "small", LoadScene.held(3, 0, scene.now(), 5, false, 0),
            "room", LoadScene.held(7, 0, scene.now(), 0, true, 0)));
    double before = load();
    HeldMeeting untold = HeldMeeting.of("");
    sweep(Map.of("math", untold, "small", untold, "room", untold));

    assertThat(load()).isCloseTo(before, within(0.5));
    assertThat(scene.history.size()).as("sessions that have ended").isZero();

    sweep(Map.of());
    assertThat(scene.history.size()).isEqualTo(2);
    assertThat(scene.history.expected(MATH, 600)).isEqualTo(10);
  }
}
