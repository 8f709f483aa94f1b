package io.tinyscale.bench.compare;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How long the executable WAR takes to its first answer, and the CPU time and memory it needs. */
record StartTimes(List<Variant> variants) {

  /** The prefix of the names of an earlier version's variants. */
  static final String BEFORE = "before, ";

  /**
   * One way to start the WAR.
   *
   * @param name its name
   * @param millis from the process's start to the first whole answer, start by start
   * @param residentMegabytes memory in use then, start by start
   * @param cpuMillis user and system time until then, start by start
   */
  record Variant(
      String name, List<Double> millis, List<Double> residentMegabytes, List<Double> cpuMillis) {

    Variant {
      millis = List.copyOf(millis);
      residentMegabytes = List.copyOf(residentMegabytes);
      cpuMillis = List.copyOf(cpuMillis);
    }
  }

  StartTimes {
    variants = List.copyOf(variants);
  }

  String markdown() {
    StringBuilder text = new StringBuilder("### start\n\n");
    text.append(
        "The executable WAR with 2 servers that answer, from the process's start to the first"
            + " whole answer.\n\n"
            + "| start | starts | to first answer, ms | CPU ms | RSS MB |\n"
            + "|---|---:|---:|---:|---:|\n");
    for (Variant variant : variants) {
      text.append("| ").append(variant.name()).append(" | ").append(variant.millis().size());
      for (List<Double> figures :
          List.of(variant.millis(), variant.cpuMillis(), variant.residentMegabytes())) {
        Spread spread = Spread.of(figures.stream().mapToDouble(Double::doubleValue));
        text.append(
            String.format(
                Locale.ROOT,
                " | %.0f (%.0f to %.0f)",
                spread.median(),
                spread.min(),
                spread.max()));
      }
      text.append(" |\n");
    }
    for (Variant now : variants) {
      variants.stream()
          .filter(variant -> variant.name().equals(BEFORE + now.name()))
          .findFirst()
          .ifPresent(before -> appendDifference(text, now, before));
    }
    return text.toString();
  }

  private static void appendDifference(StringBuilder text, Variant now, Variant before) {
    Spread later =
        Spread.of(
            IntStream.range(0, now.millis().size())
                .mapToDouble(start -> now.millis().get(start) - before.millis().get(start)));
    text.append(
        String.format(
            Locale.ROOT,
            "%nLater than before, %s: %.0f ms (%.0f to %.0f).%n",
            now.name(),
            later.median(),
            later.min(),
            later.max()));
  }
}
