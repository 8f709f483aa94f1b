package io.tinyscale.bench.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * An oracle that knows each day before it begins. It places the meetings of the day, the largest
 * first, where the highest load during the meeting stays lowest.
 */
final class Clairvoyant implements Chooser {

  private static final int MINUTES = 36 * 60;

  private final int[] plan;

  Clairvoyant(Trace trace) {
    plan = new int[trace.meetings().size()];
    double[][] minutes = loadByMinute(trace);
    List<Meeting> largestFirst =
        trace.meetings().stream()
            .filter(meeting -> !meeting.isBreakout())
            .sorted(
                Comparator.comparingLong((Meeting meeting) -> meeting.create() / Term.DAY)
                    .thenComparingDouble(meeting -> -highest(minutes[meeting.index()]))
                    .thenComparingInt(Meeting::index))
            .toList();
    int[] capacities = trace.workload().capacities();
    double[][] planned = new double[capacities.length][MINUTES];
    long day = -1;
    for (Meeting meeting : largestFirst) {
      if (meeting.create() / Term.DAY != day) {
        day = meeting.create() / Term.DAY;
        for (double[] server : planned) {
          Arrays.fill(server, 0);
        }
      }
      int first = firstMinute(meeting);
      double[] load = minutes[meeting.index()];
      int best = lowest(planned, capacities, first, load);
      for (int i = 0; i < load.length; i++) {
        planned[best][first + i] += load[i];
      }
      plan[meeting.index()] = best;
    }
  }

  private static int lowest(double[][] planned, int[] capacities, int first, double[] load) {
    int best = 0;
    double lowest = Double.POSITIVE_INFINITY;
    for (int server = 0; server < capacities.length; server++) {
      double bound = lowest * capacities[server];
      double peak = 0;
      for (int i = 0; i < load.length && peak < bound; i++) {
        peak = Math.max(peak, planned[server][first + i] + load[i]);
      }
      if (peak < bound) {
        lowest = peak / capacities[server];
        best = server;
      }
    }
    return best;
  }

  private static double highest(double[] load) {
    return Arrays.stream(load).max().orElse(0);
  }

  private static int firstMinute(Meeting meeting) {
    return (int) (meeting.create() % Term.DAY / Term.MINUTE);
  }

  /** The highest load of each meeting in each minute of it, breakout rooms included. */
  private static double[][] loadByMinute(Trace trace) {
    int count = trace.meetings().size();
    double[][] minutes = new double[count][];
    for (Meeting meeting : trace.meetings()) {
      if (!meeting.isBreakout()) {
        int last = firstMinute(meeting) + minutesAfterCreate(trace, meeting);
        minutes[meeting.index()] =
            new double[Math.min(MINUTES - 1, last) - firstMinute(meeting) + 1];
      }
    }
    double[] load = new double[count];
    double[] total = new double[count];
    long[] since = new long[count];
    Attendance[] present = new Attendance[count];
    for (int event = 0; event < trace.size(); event++) {
      Meeting subject = trace.subject(event);
      int index = subject.index();
      int holder = subject.isBreakout() ? subject.parent() : index;
      long now = trace.time(event);
      int what = trace.what(event);
      double before = load[index];
      if (what == Trace.CREATE) {
        present[index] = new Attendance();
        if (!subject.isBreakout()) {
          since[index] = now;
        }
      } else if (what == Trace.END) {
        load[index] = 0;
      } else {
        present[index].count(trace.flags(event));
        load[index] = present[index].load(subject);
      }
      Meeting room = trace.meeting(holder);
      double[] minute = minutes[holder];
      int until = Math.min(minute.length - 1, minuteOf(room, now));
      for (int i = Math.min(until, minuteOf(room, since[holder])); i <= until; i++) {
        minute[i] = Math.max(minute[i], total[holder]);
      }
      since[holder] = now;
      total[holder] += load[index] - before;
    }
    return minutes;
  }

  private static int minutesAfterCreate(Trace trace, Meeting meeting) {
    return minuteOf(meeting, trace.end(meeting));
  }

  private static int minuteOf(Meeting meeting, long time) {
    return (int) (time / Term.MINUTE - meeting.create() / Term.MINUTE);
  }

  @Override
  public long interval(long usual) {
    return 0;
  }

  @Override
  public int choose(Meeting meeting, int[] candidates) {
    return plan[meeting.index()];
  }
}
