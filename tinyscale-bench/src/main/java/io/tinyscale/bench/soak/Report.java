package io.tinyscale.bench.soak;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints the figures of a run. */
final class Report {

  /** More violations of one kind tell nothing new. */
  private static final int MOST_PRINTED = 20;

  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void calls(Collection<Call> calls) {
    Map<String, List<Call>> byName =
        calls.stream()
            .collect(Collectors.groupingBy(Call::name, TreeMap::new, Collectors.toList()));
    out.printf("%ncalls: %d%n", calls.size());
    out.printf("  %-18s %7s %8s %8s %8s  %s%n", "", "number", "p50 ms", "p99 ms", "max ms", "");
    byName.forEach(
        (name, of) -> {
          long[] micros =
              of.stream()
                  .filter(call -> call.reply() != Reply.ABANDONED)
                  .mapToLong(Call::micros)
                  .sorted()
                  .toArray();
          out.printf(
              "  %-18s %7d %8.1f %8.1f %8.1f  %s%n",
              name,
              of.size(),
              quantile(micros, 0.5),
              quantile(micros, 0.99),
              quantile(micros, 1),
              outcomes(of));
        });
  }

  private static String outcomes(List<Call> calls) {
    Map<String, Long> counts =
        calls.stream()
            .collect(
                Collectors.groupingBy(
                    call -> call.reply().outcome(), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static double quantile(long[] sorted, double q) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))] / 1000.0;
  }

  void acts(List<Act> acts) {
    out.printf("%nfaults and changes: %d%n", acts.size());
    Chaos.counts(acts).forEach((kind, count) -> out.printf("  %-40s %4d%n", kind, count));
  }

  void history(History history) {
    long twice =
        history.livesByMeeting().values().stream()
            .mapToLong(lives -> lives.stream().map(Life::server).distinct().count() - 1)
            .sum();
    out.printf(
        "%nmeetings made: %d; moves of a meetingID to another server: %d%n",
        history.lives().size(), twice);
    out.printf(
        "creates that reached a server: %d; verdicts \"down\": %d; restarts of tinyscale: %d%n",
        history.creates().size(), history.verdicts().size(), history.restarts().size());
    if (history.hasSeveralBalancers()) {
      secondCopies(history);
    }
    if (history.hasStore()) {
      out.printf(
          "creates while the store had been well for long enough: %d%n",
          StoreDecides.judged(history));
    }
  }

  private void secondCopies(History history) {
    List<Long> together = new SecondCopies(history).lasted();
    out.printf(
        "second copies of two balancers: %d, the longest for %.1f s; freezes of a balancer: %d%n",
        together.size(),
        together.stream().mapToLong(Long::longValue).max().orElse(0) / 1e6,
        history.outages().stream().filter(outage -> !outage.isRestart()).count());
  }

  void footprints(Map<String, Footprint> before, Map<String, Footprint> after) {
    out.println();
    after.forEach(
        (balancer, now) ->
            out.printf("%s before: %s%n%1$s after:  %s%n", balancer, before.get(balancer), now));
  }

  void violations(List<Violation> violations) {
    out.printf("%nviolations: %d%n", violations.size());
    violations.stream().limit(MOST_PRINTED).forEach(violation -> out.println("  " + violation));
    if (violations.size() > MOST_PRINTED) {
      out.println("  ... " + (violations.size() - MOST_PRINTED) + " more");
    }
    out.flush();
  }

  void line(String format, Object... arguments) {
    out.println(String.format(format, arguments));
    out.flush();
  }
}
