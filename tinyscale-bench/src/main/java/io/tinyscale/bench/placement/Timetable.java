package io.tinyscale.bench.placement;

import io.tinyscale.bench.placement.Series.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The weekly meetings of a university or a school: for each slot of the week as many as it takes to
 * reach the load that the workload asks for.
 */
final class Timetable {

  private static final int[] UNIVERSITY_SLOTS = {8, 10, 12, 14, 16, 18};
  private static final double[] UNIVERSITY_POPULARITY = {0.7, 1, 0.85, 1, 0.75, 0.4};
  private static final int QUARTER_PAST = 15;
  private static final double[] UNIVERSITY_DAYS = {0.95, 1, 1, 0.95, 0.75};
  private static final int SCHOOL_FIRST_HOUR = 8;
  private static final int SCHOOL_LAST_HOUR = 14;
  private static final int DAYS = 5;

  /** How much of the load of all series is there at once: some people are absent. */
  private static final double PRESENT = 0.93;

  /** No meeting may fill more than this of the largest server. */
  private static final double LARGEST = 0.9;

  private static final double KEEPS_ID = 0.85;
  private static final double SHARES_ROOM = 0.25;
  private static final int FEWEST_IN_ROOM = 2;
  private static final int MOST_IN_ROOM = 5;

  private final Workload workload;
  private final Dice dice;
  private final Dice ids;

  Timetable(Workload workload, long seed) {
    this.workload = workload;
    this.dice = new Dice(seed, "timetable");
    this.ids = new Dice(seed, "ids of series");
  }

  /** All series, in the order of the week. */
  List<Series> series() {
    List<Series> all = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      if (workload.kind() == Workload.Kind.UNIVERSITY) {
        for (int hour : UNIVERSITY_SLOTS) {
          fill(all, day, hour * 60 + QUARTER_PAST, popularity(day, hour));
        }
      } else {
        for (int hour = SCHOOL_FIRST_HOUR; hour <= SCHOOL_LAST_HOUR; hour++) {
          fill(all, day, hour * 60, 1);
        }
      }
    }
    return named(all);
  }

  /**
   * How busy an hour of a university is, 1 at most. Meetings that nobody planned follow it
   * everywhere.
   *
   * @param day 0 for Monday
   */
  static double popularity(int day, int hour) {
    return slot(hour) < 0 ? 0 : UNIVERSITY_POPULARITY[slot(hour)] * UNIVERSITY_DAYS[day];
  }

  /** The slot of the university that an hour belongs to; negative if there is none. */
  private static int slot(int hour) {
    int slot = Math.floorDiv(hour - UNIVERSITY_SLOTS[0], 2);
    return slot < UNIVERSITY_SLOTS.length ? slot : -1;
  }

  private void fill(List<Series> all, int day, int minute, double popularity) {
    double wanted = workload.fill() * popularity * workload.capacity();
    double load = 0;
    while (PRESENT * load < wanted) {
      Series next = draw(day, minute);
      all.add(next);
      load += next.load();
    }
  }

  private Series draw(int day, int minute) {
    return switch (workload.kind()) {
      case UNIVERSITY -> universityMeeting(day, minute);
      case SCHOOL -> lesson(day, minute);
      case GROUPS ->
          dice.chance(0.75)
              ? series(Kind.SEMINAR, day, minute, 52, dice.whole(2, 9), Cameras.ofSeminar(dice))
              : lesson(day, minute);
    };
  }

  private Series universityMeeting(int day, int minute) {
    double which = dice.unit();
    if (which < 0.65) {
      int size = (int) Math.round(within(dice.logNormal(14, 0.5), 5, 40));
      return series(Kind.SEMINAR, day, minute, 90, size, Cameras.ofSeminar(dice));
    }
    if (which < 0.82) {
      int size = (int) Math.round(within(dice.logNormal(95, 0.6), 50, 400));
      return series(Kind.LECTURE, day, minute, 90, size, Cameras.ofLecture(dice));
    }
    return talk(day, minute);
  }

  private Series lesson(int day, int minute) {
    if (dice.chance(0.9)) {
      int size = (int) Math.round(within(24 + 5 * dice.normal(), 8, 34));
      return series(Kind.SEMINAR, day, minute, 52, size, Cameras.ofSeminar(dice));
    }
    return talk(day, minute);
  }

  private Series talk(int day, int minute) {
    return series(Kind.TALK, day, minute, 30, dice.chance(0.2) ? 3 : 2, Cameras.ofTalk(dice));
  }

  private Series series(Kind kind, int day, int minute, int minutes, int size, Cameras cameras) {
    int fitting = shrunk(size, cameras, workload.largest());
    boolean endsInExams = kind == Kind.LECTURE && dice.chance(0.5);
    return new Series(
        kind, day, minute, minutes, fitting, cameras, maxUsers(fitting, dice), endsInExams, null);
  }

  /** The size that such a meeting may have at most if a pool has no larger server. */
  static int shrunk(int size, Cameras cameras, int largestServer) {
    int fitting = size;
    while (UserLoad.of(fitting, cameras.of(fitting), 1, false) > LARGEST * largestServer) {
      fitting--;
    }
    return fitting;
  }

  /** What front ends set: a bound that fits, a round number, or mostly nothing. */
  static int maxUsers(int size, Dice dice) {
    double which = dice.unit();
    if (which < 0.15) {
      return (int) Math.ceil(size * dice.between(1.1, 2));
    }
    if (which < 0.3) {
      int[] round = {100, 200, 300, 500};
      int chosen = round[dice.whole(0, round.length - 1)];
      return chosen >= size ? chosen : 0;
    }
    return 0;
  }

  private static double within(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }

  /** Gives most series an id that stays; some share the id of a personal room. */
  private List<Series> named(List<Series> all) {
    List<Series> named = new ArrayList<>(all.size());
    List<Room> rooms = new ArrayList<>();
    int opened = 0;
    for (Series series : inRandomOrder(all)) {
      if (!ids.chance(KEEPS_ID)) {
        named.add(series);
      } else if (ids.chance(SHARES_ROOM)) {
        Room room = null;
        for (Room open : rooms) {
          if (open.isFreeFor(series)) {
            room = open;
            break;
          }
        }
        if (room == null) {
          room = new Room("room-" + opened++, ids.whole(FEWEST_IN_ROOM, MOST_IN_ROOM));
          rooms.add(room);
        }
        named.add(room.take(series));
        if (room.isFull()) {
          rooms.remove(room);
        }
      } else {
        named.add(series.withId("series-" + named.size()));
      }
    }
    return named;
  }

  private List<Series> inRandomOrder(List<Series> all) {
    List<Series> shuffled = new ArrayList<>(all);
    for (int last = shuffled.size() - 1; last > 0; last--) {
      int other = ids.whole(0, last);
      Series swapped = shuffled.get(last);
      shuffled.set(last, shuffled.get(other));
      shuffled.set(other, swapped);
    }
    return shuffled;
  }

  /** A personal room: one id for several series, never for two at once. */
  private final class Room {

    private final String id;
    private final int places;
    private final List<Series> held = new ArrayList<>();

    Room(String id, int places) {
      this.id = id;
      this.places = places;
    }

    boolean isFull() {
      return held.size() == places;
    }

    /** Free even if a meeting takes twice its time. */
    boolean isFreeFor(Series series) {
      int apart = workload.kind() == Workload.Kind.UNIVERSITY ? 240 : 180;
      for (Series other : held) {
        if (other.day() == series.day() && Math.abs(other.minute() - series.minute()) < apart) {
          return false;
        }
      }
      return true;
    }

    Series take(Series series) {
      Series mine = series.withId(id);
      held.add(mine);
      return mine;
    }
  }
}
