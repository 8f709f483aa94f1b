package io.tinyscale.bench.compare;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All rounds of one engine in one scenario.
 *
 * @param engine its name
 * @param slices one for each round
 * @param allocatedBytes heap allocated per right answer, in a round of its own (the median, if
 *     there were several runs); null if the engine is no JVM
 * @param firstWrong the first wrong answer; empty if all answers were right
 */
record Result(
    String engine, List<Slice> slices, @Nullable Double allocatedBytes, String firstWrong) {

  Result {
    slices = List.copyOf(slices);
  }

  /** The rounds of all runs of one engine, in their order. */
  static Result ofRuns(List<Result> runs) {
    double[] allocated =
        runs.stream()
            .map(Result::allocatedBytes)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .toArray();
    return new Result(
        runs.get(0).engine(),
        runs.stream().flatMap(run -> run.slices().stream()).toList(),
        allocated.length == 0 ? null : Spread.of(DoubleStream.of(allocated)).median(),
        runs.stream()
            .map(Result::firstWrong)
            .filter(wrong -> !wrong.isEmpty())
            .findFirst()
            .orElse(""));
  }

  Spread spread(ToDoubleFunction<Slice> figure) {
    return Spread.of(slices.stream().mapToDouble(figure));
  }

  /** The ratios to another result, round by round: a disturbance of a round affects both. */
  Spread ratio(Result other, ToDoubleFunction<Slice> figure) {
    return Spread.of(
        IntStream.range(0, slices.size())
            .mapToDouble(
                round ->
                    figure.applyAsDouble(slices.get(round))
                        / figure.applyAsDouble(other.slices.get(round))));
  }

  long wrong() {
    return slices.stream().mapToLong(Slice::wrong).sum();
  }
}
