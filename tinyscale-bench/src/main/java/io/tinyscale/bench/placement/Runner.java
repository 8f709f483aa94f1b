package io.tinyscale.bench.placement;

import io.tinyscale.bench.placement.Experiment.TermKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Runs experiments, those with the same term together. */
final class Runner {

  private final int threads;
  private final Consumer<String> progress;

  Runner(int threads, Consumer<String> progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /** The figures of each experiment, whatever the number of threads. */
  Map<Experiment, Figures> run(Collection<Experiment> experiments) throws InterruptedException {
    Map<TermKey, List<Experiment>> byTerm = new LinkedHashMap<>();
    for (Experiment experiment : experiments) {
      byTerm.computeIfAbsent(experiment.term(), term -> new ArrayList<>()).add(experiment);
    }
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      Map<Experiment, Figures> figures = new LinkedHashMap<>();
      for (Map.Entry<TermKey, List<Experiment>> entry : byTerm.entrySet()) {
        long start = System.nanoTime();
        Trace trace = entry.getKey().trace();
        figures.putAll(run(trace, entry.getValue(), executor));
        progress.accept(
            String.format(
                "%s, seed %d: %,d meetings, at most %,d creates in two minutes; %d runs in %.1f s",
                trace.workload().label(),
                trace.seed(),
                trace.meetings().size(),
                trace.rush(),
                entry.getValue().size(),
                (System.nanoTime() - start) / 1e9));
      }
      return figures;
    } finally {
      executor.shutdownNow();
    }
  }

  private static Map<Experiment, Figures> run(
      Trace trace, List<Experiment> experiments, ExecutorService executor)
      throws InterruptedException {
    Map<Experiment, Future<Figures>> running = new LinkedHashMap<>();
    for (Experiment experiment : experiments) {
      running.computeIfAbsent(
          experiment, e -> executor.submit(() -> new Simulation(trace, e).run()));
    }
    Map<Experiment, Figures> figures = new LinkedHashMap<>();
    for (Map.Entry<Experiment, Future<Figures>> run : running.entrySet()) {
      try {
        figures.put(run.getKey(), run.getValue().get());
      } catch (ExecutionException e) {
        throw new IllegalStateException(run.getKey().toString(), e.getCause());
      }
    }
    return figures;
  }
}
