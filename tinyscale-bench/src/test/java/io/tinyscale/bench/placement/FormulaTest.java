package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The formulas of others, by examples worked out by hand. */
class FormulaTest {

  private static final long NOW = Term.HOUR;

  /** Forty people, of whom one is a moderator, ten speak, and two have a camera on. */
  private final Running seminar = running(NOW - 30 * Term.MINUTE, 40, 10, 2);

  private final Running young = running(NOW - Term.MINUTE, 4, 1, 0);
  private final Running newest = running(NOW - 500, 0, 0, 0);

  @Test
  void scaleliteCountsModeratorsTwiceAndYoungMeetingsAsFifteen() {
    assertThat(figure(Formula.scalelite(0))).isEqualTo(41 + 15 + 15);
  }

  @Test
  void b3scaleCountsAtLeastFifteenUsersForEachMeetingThatItKnows() {
    assertThat(figure(Formula.b3scale())).isEqualTo(44);
    assertThat(Formula.b3scale().polled().figure(List.of(young, newest), 0, NOW)).isEqualTo(15);
  }

  @Test
  void bbblbCountsGhostsForEachMeeting() {
    double ghosts = 1.55 * 20;

    assertThat(figure(Formula.bbblb()))
        .isCloseTo(5 + 40 + 5 + 1 + ghosts + 5 + 4 + 0.5 + ghosts + 5 + ghosts, within(1e-9));
    assertThat(Formula.bbblb().atCreate().applyAsDouble(seminar.meeting()))
        .isCloseTo(5 + ghosts, within(1e-9));
  }

  @Test
  void b3lbCountsUsersMeetingsAndPowersOfTheProcessorFigure() {
    double cpu = 0.9 * 0.5;
    double powers = cpu + cpu * cpu + Math.pow(cpu, 3) + Math.pow(cpu, 4) + Math.pow(cpu, 5);

    double figure = Formula.b3lb().polled().figure(List.of(seminar, young, newest), 0.5, NOW);

    assertThat(figure).isCloseTo(44 + 90 + 5000.0 / 6 * powers, within(1e-9));
  }

  @Test
  void leastMeetingsAndLeastUsersCountThem() {
    assertThat(figure(Formula.leastMeetings())).isEqualTo(3);
    assertThat(figure(Formula.leastUsers())).isEqualTo(44);
  }

  private double figure(Formula formula) {
    return formula.polled().figure(List.of(seminar, young, newest), 0, NOW);
  }

  private static Running running(long since, int users, int voices, int cameras) {
    Attendance attendance = new Attendance();
    for (int user = 0; user < users; user++) {
      attendance.count(
          Trace.JOIN
              | (user == 0 ? Trace.MODERATOR : 0)
              | (user < voices ? Trace.VOICE : 0)
              | (user < cameras ? Trace.CAMERA : 0));
    }
    Meeting meeting =
        new Meeting(0, Series.Kind.SEMINAR, "room", since, Meeting.NONE, 0, users, false, 0);
    return new Running(meeting, since, attendance, 1);
  }
}
