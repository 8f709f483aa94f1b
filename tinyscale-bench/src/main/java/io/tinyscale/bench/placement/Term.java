package io.tinyscale.bench.placement;

import io.tinyscale.bench.placement.Series.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a timetable into a term: who comes when to which meeting, week after week. */
final class Term {

  static final long SECOND = 1000;
  static final long MINUTE = 60 * SECOND;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;
  static final long WEEK = 7 * DAY;

  private static final int DAYS = 5;

  private static final double AD_HOC_PER_HOUR_AND_CAPACITY = 7 / 1000.0;

  /** Exams are in the last two weeks of a term that has more. */
  private static final int WEEKS_OF_EXAMS = 2;

  private final Workload workload;
  private final long seed;
  private final boolean idsRecur;
  private final Dice weekly;
  private final Dice adHoc;
  private final Dice people;
  private final List<Meeting> meetings = new ArrayList<>();
  private final Trace.Unsorted events = new Trace.Unsorted();

  private Term(Workload workload, long seed, boolean idsRecur) {
    this.workload = workload;
    this.seed = seed;
    this.idsRecur = idsRecur;
    weekly = new Dice(seed, "weekly meetings");
    adHoc = new Dice(seed, "ad hoc meetings");
    people = new Dice(seed, "people");
  }

  /**
   * Makes a term.
   *
   * @param idsRecur whether series keep their ids; if not, each meeting has its own
   */
  static Trace of(Workload workload, long seed, boolean idsRecur) {
    return new Term(workload, seed, idsRecur).trace();
  }

  private Trace trace() {
    List<Series> timetable = new Timetable(workload, seed).series();
    for (int week = 0; week < workload.weeks(); week++) {
      for (Series series : timetable) {
        hold(series, week);
      }
      for (int day = 0; day < DAYS; day++) {
        holdAdHoc(week, day);
      }
    }
    return new Trace(workload, seed, meetings, events);
  }

  /** One week's meeting of a series. */
  private void hold(Series series, int week) {
    if (weekly.chance(0.04)) {
      return;
    }
    boolean isExam =
        series.endsInExams()
            && workload.weeks() > WEEKS_OF_EXAMS
            && week >= workload.weeks() - WEEKS_OF_EXAMS;
    int size = size(series, week, isExam);
    long start = week * WEEK + series.day() * DAY + series.minute() * MINUTE;
    long create = start + beforeOrAfter();
    long end = start + Math.round(length(series.minutes()) * MINUTE);
    boolean isSupervised = isExam && weekly.chance(0.35);
    Cameras cameras = isSupervised ? Cameras.ALL : series.cameras();
    Plan plan =
        new Plan(
            series.kind(),
            size,
            cameras,
            series.maxUsers(),
            series.size(),
            isSupervised,
            isExam ? 120 : 270,
            start,
            create,
            end);
    Meeting meeting = open(plan, series.id());
    if (series.kind() == Kind.SEMINAR && size >= 12 && weekly.chance(0.12)) {
      openBreakouts(meeting, plan);
    }
  }

  private int size(Series series, int week, boolean isExam) {
    double passed = workload.weeks() == 1 ? 0.5 : (double) week / (workload.weeks() - 1);
    double lecturesTrend = 1.10 - 0.25 * passed;
    double trend = series.kind() == Kind.LECTURE ? lecturesTrend : 1 + 0.4 * (lecturesTrend - 1);
    double noisy = series.size() * trend * StrictMath.exp(0.12 * weekly.normal());
    int size = (int) Math.max(2, Math.round(isExam ? 0.8 * noisy : noisy));
    if (series.maxUsers() > 0) {
      size = Math.min(size, series.maxUsers());
    }
    return Timetable.shrunk(size, series.cameras(), workload.largest());
  }

  /** Most rooms open in the minute of the start, the rest earlier. */
  private long beforeOrAfter() {
    if (!weekly.chance(0.85)) {
      return -Math.round(weekly.between(2, 10) * MINUTE);
    }
    double seconds = 28 * weekly.normal();
    while (Math.abs(seconds) > 59) {
      seconds = 28 * weekly.normal();
    }
    return Math.round(seconds * SECOND);
  }

  /** Meetings of a university may run over or take twice their time; lessons end with the bell. */
  private double length(int minutes) {
    double usual = minutes * weekly.between(0.98, 1.02);
    double which = workload.kind() == Workload.Kind.UNIVERSITY ? weekly.unit() : 1;
    if (which < 0.10) {
      return usual + weekly.between(0, 15);
    }
    return which < 0.16 ? 2 * usual : usual;
  }

  private void holdAdHoc(int week, int weekday) {
    double perHour = AD_HOC_PER_HOUR_AND_CAPACITY * workload.capacity();
    long day = week * WEEK + weekday * DAY;
    double at = day;
    while (true) {
      at += adHoc.pause(HOUR / perHour);
      if (at >= day + DAY) {
        return;
      }
      int hour = (int) ((at - day) / HOUR);
      if (adHoc.chance(Timetable.popularity(weekday, hour))) {
        long create = Math.round(at);
        int size = (int) Math.round(Math.max(2, Math.min(25, adHoc.logNormal(4, 0.6))));
        double minutes = Math.max(3, Math.min(240, adHoc.logNormal(35, 0.6)));
        open(
            new Plan(
                Kind.AD_HOC,
                size,
                Cameras.ofSeminar(adHoc),
                Timetable.maxUsers(size, adHoc),
                size,
                false,
                270,
                create,
                create,
                create + Math.round(minutes * MINUTE)),
            null);
      }
    }
  }

  /**
   * A meeting and who comes.
   *
   * @param arrival the median of the arrivals, in seconds from two minutes before the start
   */
  private record Plan(
      Kind kind,
      int size,
      Cameras cameras,
      int maxUsers,
      int enrolled,
      boolean supervised,
      double arrival,
      long start,
      long create,
      long end) {}

  private Meeting open(Plan plan, @Nullable String id) {
    Meeting meeting =
        new Meeting(
            meetings.size(),
            plan.kind,
            id != null && idsRecur ? id : "meeting-" + meetings.size(),
            plan.create,
            Meeting.NONE,
            plan.maxUsers,
            plan.enrolled,
            plan.supervised,
            0);
    meetings.add(meeting);
    events.add(plan.create, meeting.index(), Trace.CREATE);
    boolean endsAtOnce = people.chance(0.5);
    int cameras = plan.cameras.of(plan.size);
    long last = plan.end;
    for (int person = 0; person < plan.size; person++) {
      // The first one opens the room. Those with a camera are the first ones, as arrivals are
      // random.
      boolean opens = person == 0;
      int flags = (opens ? Trace.MODERATOR : 0) | (person < cameras ? Trace.CAMERA : 0);
      if (opens || people.chance(speakers(plan.kind))) {
        flags |= Trace.VOICE;
      }
      long join = opens ? plan.create + between(SECOND, 10 * SECOND) : arrival(plan);
      if (join >= plan.end) {
        continue;
      }
      events.add(join, meeting.index(), Trace.JOIN | flags);
      if (!opens && people.chance(0.08)) {
        events.add(between(join + 1, plan.end), meeting.index(), Trace.LEAVE | flags);
      } else if (!endsAtOnce) {
        long leave = plan.end + between(0, 150 * SECOND);
        events.add(leave, meeting.index(), Trace.LEAVE | flags);
        last = Math.max(last, leave);
      }
    }
    events.add(last + 1, meeting.index(), Trace.END);
    return meeting;
  }

  /** How many of the people have a microphone, apart from the one who opens the room. */
  private static double speakers(Kind kind) {
    return switch (kind) {
      case LECTURE -> 0.05;
      case SEMINAR -> 0.5;
      default -> 1;
    };
  }

  private long arrival(Plan plan) {
    double seconds = Math.min(25 * 60, -120 + people.logNormal(plan.arrival, 0.8));
    long at = plan.start + Math.round(seconds * SECOND);
    return at > plan.create ? at : plan.create + between(SECOND, 30 * SECOND);
  }

  private long between(long low, long high) {
    return Math.round(people.between(low, high));
  }

  /** Small rooms in the middle of a seminar, for all but the one who opened it. */
  private void openBreakouts(Meeting parent, Plan plan) {
    int rooms = weekly.whole(3, 6);
    long open = plan.start + Math.round(weekly.between(20, 50) * MINUTE);
    long close = Math.min(plan.end - 1, open + Math.round(weekly.between(15, 25) * MINUTE));
    if (close <= open + MINUTE) {
      return;
    }
    int visitors = plan.size - 1;
    double load = UserLoad.of(plan.size, plan.cameras.of(plan.size), 1, false);
    double loadPerUser = 0.7 * load / visitors;
    int cameras = plan.cameras.of(plan.size) / rooms;
    for (int room = 0; room < rooms; room++) {
      int users = visitors * (room + 1) / rooms - visitors * room / rooms;
      Meeting breakout =
          new Meeting(
              meetings.size(),
              Kind.BREAKOUT,
              "breakout-" + meetings.size(),
              open,
              parent.index(),
              0,
              0,
              false,
              loadPerUser);
      meetings.add(breakout);
      events.add(open, breakout.index(), Trace.CREATE);
      for (int person = 0; person < users; person++) {
        int flags = Trace.VOICE | (person < cameras ? Trace.CAMERA : 0);
        events.add(open + between(SECOND, 20 * SECOND), breakout.index(), Trace.JOIN | flags);
      }
      events.add(close, breakout.index(), Trace.END);
    }
  }
}
