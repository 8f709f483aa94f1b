package io.tinyscale.launcher.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The plan of the simulated school: which rooms there are, who comes when, and who goes out for a
 * while. The same random numbers make the same plan. For one thread.
 */
final class Timetable {

  /** By then everybody has come once. */
  static final Duration FULL = Duration.ofSeconds(60);

  /** Between two rooms that open one after the other. */
  private static final Duration BETWEEN_ROOMS = Duration.ofMillis(500);

  private static final Duration TEACHER_REACTS = Duration.ofMillis(500);

  /** Of so many people one goes out now and then. */
  private static final int ONE_IN = 4;

  private static final List<Course> LESSONS =
      List.of(
          new Course("Mathematics 8a", 18),
          new Course("English 7c", 14),
          new Course("Physics 9b", 12),
          new Course("Biology 6a", 16),
          new Course("History 8c", 13),
          new Course("Chemistry 10a", 11),
          new Course("Geography 7a", 10),
          new Course("French 9a", 9),
          new Course("Mathematics 10b", 15),
          new Course("Art 6c", 8),
          new Course("Music 5b", 7),
          new Course("Staff meeting", 5));

  private static final List<Course> CLUBS =
      List.of(
          new Course("Chess club", 6),
          new Course("Choir", 12),
          new Course("Robotics", 9),
          new Course("School newspaper", 5),
          new Course("Homework help", 8),
          new Course("Drama club", 10));

  private static final int CLUBS_AT_ONCE = 2;

  private final Random random;
  private int nextClub;

  /** A room and how many people it has when it is full. */
  private record Course(String name, int people) {}

  Timetable(Random random) {
    this.random = random;
  }

  /** The rooms with which the school begins. */
  List<Lesson> lessons() {
    List<Lesson> lessons = new ArrayList<>();
    for (Course course : LESSONS) {
      lessons.add(lesson(course, BETWEEN_ROOMS.multipliedBy(lessons.size()), FULL));
    }
    return lessons;
  }

  /**
   * The next rooms of the afternoon; none once all are open.
   *
   * @param from when the first of them opens
   */
  List<Lesson> clubs(Duration from) {
    List<Lesson> clubs = new ArrayList<>();
    while (clubs.size() < CLUBS_AT_ONCE && nextClub < CLUBS.size()) {
      Duration opens = from.plus(BETWEEN_ROOMS.multipliedBy(clubs.size()));
      clubs.add(lesson(CLUBS.get(nextClub++), opens, opens.plusSeconds(20)));
    }
    return clubs;
  }

  private Lesson lesson(Course course, Duration opens, Duration full) {
    List<Person> people = new ArrayList<>();
    people.add(new Person("Teacher", true, opens, Duration.ZERO, Duration.ZERO, TEACHER_REACTS));
    while (people.size() < course.people()) {
      people.add(pupil("Pupil " + people.size(), between(opens, full)));
    }
    return new Lesson(
        course.name(), course.name().toLowerCase(Locale.ROOT).replace(' ', '-'), people);
  }

  private Person pupil(String name, Duration comes) {
    boolean goesOut = random.nextInt(ONE_IN) == 0;
    Duration stays = between(Duration.ofSeconds(40), Duration.ofSeconds(120));
    Duration pauses = between(Duration.ofSeconds(10), Duration.ofSeconds(30));
    Duration reacts = between(Duration.ofSeconds(2), Duration.ofSeconds(9));
    return new Person(name, false, comes, stays, goesOut ? pauses : Duration.ZERO, reacts);
  }

  private Duration between(Duration least, Duration most) {
    return least.plusMillis(random.nextInt((int) most.minus(least).toMillis()));
  }
}
