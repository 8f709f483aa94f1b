package io.tinyscale.bench.micro;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The results as Markdown. */
final class MicroTable {

  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final String VOLUME = "megabytes";

  private MicroTable() {}

  static String of(Collection<RunResult> results) {
    StringBuilder text =
        new StringBuilder(
            "| benchmark | score | error (99.9 %) | unit | allocated B/op | MB/s |\n");
    text.append("|---|---:|---:|---|---:|---:|\n");
    results.forEach(result -> text.append(row(result)));
    return text.toString();
  }

  private static String row(RunResult run) {
    Result<?> score = run.getPrimaryResult();
    return format(
        "| %s | %,.1f | %s | %s | %s | %s |%n",
        name(run.getParams()),
        score.getScore(),
        // One iteration has no error.
        Double.isNaN(score.getScoreError()) ? "" : format("%,.1f", score.getScoreError()),
        score.getScoreUnit(),
        secondary(run, ALLOCATED),
        secondary(run, VOLUME));
  }

  private static String name(BenchmarkParams params) {
    String name = params.getBenchmark().replaceFirst("^.*\\.(\\w+)Benchmark\\.", "$1.");
    String values =
        params.getParamsKeys().stream().map(params::getParam).collect(Collectors.joining(", "));
    return values.isEmpty() ? name : name + " (" + values + ")";
  }

  /** JMH marks some of a profiler's names with a dot in front. */
  private static String secondary(RunResult run, String label) {
    for (Map.Entry<String, ?> entry : run.getSecondaryResults().entrySet()) {
      if (entry.getKey().endsWith(label)) {
        return format("%,.0f", ((Result<?>) entry.getValue()).getScore());
      }
    }
    return "";
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
