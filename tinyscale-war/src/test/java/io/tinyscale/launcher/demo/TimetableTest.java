package io.tinyscale.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimetableTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final Timetable timetable = new Timetable(new Random(1));

  private static int present(List<Lesson> lessons, Duration now) {
    return (int)
        lessons.stream()
            .flatMap(lesson -> lesson.people().stream())
            .filter(person -> person.attends(now))
            .count();
  }

  @Test
  void aDozenRoomsOfDifferentSizesFillWithinAMinute() {
    List<Lesson> lessons = timetable.lessons();

    assertThat(lessons).hasSize(12).extracting(Lesson::meetingId).doesNotHaveDuplicates();
    assertThat(lessons).extracting(lesson -> lesson.people().size()).contains(5, 10, 18);
    assertThat(present(lessons, Duration.ZERO)).isOne();
    assertThat(present(lessons, Duration.ofSeconds(30))).isBetween(40, 110);
    assertThat(lessons)
        .flatExtracting(Lesson::people)
        .allMatch(person -> person.comes().compareTo(Timetable.FULL) < 0);
  }

  @Test
  void aTeacherOpensEachRoomAndNeverLeaves() {
    for (Lesson lesson : timetable.lessons()) {
      Person teacher = lesson.people().get(0);

      assertThat(teacher.teaches()).isTrue();
      assertThat(lesson.people())
          .allMatch(person -> person.comes().compareTo(teacher.comes()) >= 0);
      assertThat(IntStream.range(10, 3600).mapToObj(Duration::ofSeconds))
          .allMatch(teacher::attends);
    }
  }

  @Test
  void someGoOutAndComeBackAndMostStay() {
    List<Lesson> lessons = timetable.lessons();
    int all = lessons.stream().mapToInt(lesson -> lesson.people().size()).sum();

    List<Integer> counts =
        IntStream.range(60, 360)
            .mapToObj(second -> present(lessons, Duration.ofSeconds(second)))
            .toList();

    assertThat(counts).allMatch(count -> count > all * 3 / 4).anyMatch(count -> count < all);
    assertThat(counts.stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void theSameNumbersMakeTheSamePlan() {
    assertThat(new Timetable(new Random(1)).lessons()).isEqualTo(timetable.lessons());
    assertThat(new Timetable(new Random(2)).lessons()).isNotEqualTo(timetable.lessons());
  }

  @Test
  void theAfternoonHasNewRoomsUntilAllAreOpen() {
    List<Lesson> first = timetable.clubs(HOUR);
    List<Lesson> second = timetable.clubs(HOUR);

    assertThat(first).extracting(Lesson::name).containsExactly("Chess club", "Choir");
    assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first);
    assertThat(timetable.clubs(HOUR)).hasSize(2);
    assertThat(timetable.clubs(HOUR)).isEmpty();
    assertThat(present(first, HOUR.minusMillis(1))).isZero();
    assertThat(present(first, HOUR.plusSeconds(25))).isGreaterThan(10);
  }
}
