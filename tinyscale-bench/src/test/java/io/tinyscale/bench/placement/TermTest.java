package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.placement.Workload.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TermTest {

  private static final long SEED = 3;

  @ParameterizedTest
  @EnumSource
  void everyMeetingHasACreateThenPeopleThenAnEnd(Kind kind) {
    Trace trace = Term.of(new Workload(kind, 10, 0.5, 2), SEED, true);

    Attendance[] present = new Attendance[trace.meetings().size()];
    boolean[] ended = new boolean[present.length];
    for (int event = 0; event < trace.size(); event++) {
      int meeting = trace.subject(event).index();
      assertThat(ended[meeting]).isFalse();
      switch (trace.what(event)) {
        case Trace.CREATE -> present[meeting] = new Attendance();
        case Trace.END -> ended[meeting] = true;
        default -> {
          present[meeting].count(trace.flags(event));
          assertThat(present[meeting].users()).isNotNegative();
          assertThat(present[meeting].cameras()).isBetween(0, present[meeting].users());
        }
      }
    }
    assertThat(ended).doesNotContain(false);
  }

  @Test
  void eventsAreInTheOrderOfTime() {
    Trace trace = Term.of(new Workload(Kind.UNIVERSITY, 4, 0.45, 2), SEED, true);

    assertThat(IntStream.range(0, trace.size()).mapToLong(trace::time).toArray()).isSorted();
  }

  @ParameterizedTest
  @EnumSource
  void noMeetingIdIsHeldTwiceAtOnce(Kind kind) {
    Trace trace = Term.of(new Workload(kind, 10, 0.5, 3), SEED, true);

    Map<String, Integer> held = new HashMap<>();
    for (int event = 0; event < trace.size(); event++) {
      String id = trace.subject(event).id();
      if (trace.what(event) == Trace.CREATE) {
        assertThat(held.put(id, trace.subject(event).index())).as(id).isNull();
      } else if (trace.what(event) == Trace.END) {
        held.remove(id);
      }
    }
  }

  @Test
  void mostSeriesKeepTheirIdsUnlessNoneDoes() {
    Workload workload = new Workload(Kind.UNIVERSITY, 10, 0.5, 4);

    long recurring = ids(Term.of(workload, SEED, true));
    Trace fresh = Term.of(workload, SEED, false);

    assertThat(recurring).isLessThan(ids(fresh));
    assertThat(ids(fresh)).isEqualTo(fresh.meetings().size());
  }

  private static long ids(Trace trace) {
    return trace.meetings().stream().map(Meeting::id).distinct().count();
  }

  @Test
  void aTermIsTheSameForTheSameSeedAlone() {
    Workload workload = new Workload(Kind.UNIVERSITY, 4, 0.45, 1);

    Trace trace = Term.of(workload, SEED, true);

    assertThat(Term.of(workload, SEED, true).meetings()).isEqualTo(trace.meetings());
    assertThat(Term.of(workload, SEED + 1, true).meetings()).isNotEqualTo(trace.meetings());
  }

  @Test
  void popularHoursReachTheFillThatIsAskedFor() {
    Workload workload = new Workload(Kind.SCHOOL, 10, 0.6, 1);
    Trace trace = Term.of(workload, SEED, true);

    assertThat(highestLoad(trace) / workload.capacity()).isBetween(0.55, 0.85);
  }

  private static double highestLoad(Trace trace) {
    double[] loads = new double[trace.meetings().size()];
    Attendance[] present = new Attendance[loads.length];
    double load = 0;
    double highest = 0;
    for (int event = 0; event < trace.size(); event++) {
      Meeting meeting = trace.subject(event);
      load -= loads[meeting.index()];
      loads[meeting.index()] = 0;
      if (trace.what(event) == Trace.CREATE) {
        present[meeting.index()] = new Attendance();
      } else if (trace.what(event) != Trace.END) {
        present[meeting.index()].count(trace.flags(event));
        loads[meeting.index()] = present[meeting.index()].load(meeting);
      }
      load += loads[meeting.index()];
      highest = Math.max(highest, load);
    }
    return highest;
  }
}
