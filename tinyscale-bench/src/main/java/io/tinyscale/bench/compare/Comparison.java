package io.tinyscale.bench.compare;

import io.tinyscale.bench.engine.Allocations;
import io.tinyscale.bench.engine.Engine;
import io.tinyscale.bench.engine.RunningEngine;
import io.tinyscale.bench.engine.ServersProcess;
import io.tinyscale.bench.engine.Setup;
import io.tinyscale.bench.load.Load;
import io.tinyscale.bench.load.LoadGenerator;
import io.tinyscale.bench.load.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios. All engines of a scenario run at the same time and take turns, round after round,
 * so that a disturbance of the machine affects all of them. Two processes of one program differ,
 * too: their compilers decide differently. So a scenario can have several runs with new processes.
 */
final class Comparison {

  private static final Duration SHORT_WARMUP = Duration.ofSeconds(1);
  private static final int FEWEST_PARTS = 5;
  private static final int QUIET_PARTS = 2;
  private static final int MOST_PARTS = 20;

  /**
   * After each part we check whether the engine is still busy. A check is that much shorter than a
   * part, and there are at most that many checks.
   */
  private static final int LOOKS_OF_A_PART = 6;

  private static final int MOST_LOOKS = 20;

  private static final double MILLISECOND = 1e6;

  /**
   * The settings of a comparison.
   *
   * @param time the length of a round
   * @param warmup how long an engine in Java gets load before its first round, at least
   * @param rounds of each engine in each run
   * @param runs of each scenario; each run starts all engines anew
   */
  record Plan(
      Path folder,
      Path java,
      List<String> javaOptions,
      Duration time,
      Duration warmup,
      int rounds,
      int runs) {}

  private final Plan plan;
  private final List<Engine> engines;
  private final PrintWriter progress;

  /**
   * @param progress receives the progress of the run
   */
  Comparison(Plan plan, List<Engine> engines, PrintWriter progress) {
    this.plan = plan;
    this.engines = engines;
    this.progress = progress;
  }

  ScenarioResult run(Scenario scenario) throws IOException, InterruptedException {
    progress.println("== " + scenario.name() + ": " + scenario.description());
    progress.flush();
    List<Engine> order =
        new ArrayList<>(engines.stream().filter(engine -> scenario.takes(engine.name())).toList());
    Map<String, List<Result>> runs = new LinkedHashMap<>();
    order.forEach(engine -> runs.put(engine.name(), new ArrayList<>()));
    for (int run = 1; run <= plan.runs(); run++) {
      if (plan.runs() > 1) {
        progress.println("run " + run);
      }
      Path folder = Files.createDirectories(plan.folder().resolve(scenario.name() + "-" + run));
      for (Result result : runOnce(scenario, order, folder)) {
        runs.get(result.engine()).add(result);
      }
      Collections.reverse(order);
    }
    return new ScenarioResult(
        scenario.name(),
        scenario.description(),
        scenario.load(),
        runs.values().stream().map(Result::ofRuns).toList());
  }

  private List<Result> runOnce(Scenario scenario, List<Engine> order, Path folder)
      throws IOException, InterruptedException {
    Scenario.Servers behind = scenario.servers();
    List<RunningEngine> running = new ArrayList<>();
    try (ServersProcess servers =
        ServersProcess.start(
            folder, behind.count(), behind.meetings(), behind.delayMillis(), behind.largeBody())) {
      try {
        for (Engine engine : order) {
          running.add(start(engine, scenario, folder, servers.ports()));
        }
        return measure(scenario, running, servers);
      } finally {
        running.forEach(RunningEngine::close);
      }
    }
  }

  private RunningEngine start(Engine engine, Scenario scenario, Path folder, List<Integer> ports)
      throws IOException, InterruptedException {
    Path own = Files.createDirectories(folder.resolve(engine.name()));
    List<String> javaOptions =
        scenario.javaOptions().isEmpty() ? plan.javaOptions() : scenario.javaOptions();
    return engine.start(new Setup(own, plan.java(), javaOptions, ports, scenario.settings()));
  }

  private List<Result> measure(
      Scenario scenario, List<RunningEngine> running, ServersProcess servers)
      throws IOException, InterruptedException {
    Map<String, List<Slice>> slices = new HashMap<>();
    Map<String, String> wrong = new HashMap<>();
    for (RunningEngine engine : running) {
      if (engine.isJava()) {
        warmUp(scenario, engine, servers);
      } else {
        load(scenario, engine, SHORT_WARMUP);
        servers.forget();
      }
      slices.put(engine.name(), new ArrayList<>());
    }
    List<RunningEngine> order = new ArrayList<>(running);
    for (int round = 1; round <= plan.rounds(); round++) {
      for (RunningEngine engine : order) {
        Slice slice = slice(scenario, engine, servers, wrong);
        slices.get(engine.name()).add(slice);
        progress.printf(
            "round %d %-17s %,10.0f calls/s %8.1f CPU µs, p99 %.2f ms%s%n",
            round,
            engine.name(),
            slice.perSecond(),
            slice.cpuMicros(),
            slice.p99(),
            slice.wrong() == 0 ? "" : ", " + slice.wrong() + " WRONG");
        progress.flush();
      }
      // Every second round runs in reverse order. So a machine that gets slower or faster all the
      // time does not favour one of two neighbours.
      Collections.reverse(order);
    }
    List<Result> results = new ArrayList<>();
    for (RunningEngine engine : running) {
      results.add(
          new Result(
              engine.name(),
              slices.get(engine.name()),
              allocated(scenario, engine),
              wrong.getOrDefault(engine.name(), "")));
      servers.forget();
    }
    return results;
  }

  /**
   * Warms an engine up in parts, with a rest after each part until the compiler has caught up.
   * Under load the compiler gets little time and would still work during the rounds. Ends when the
   * compiler had nothing to do after two parts in a row, or after a maximum of parts.
   */
  private void warmUp(Scenario scenario, RunningEngine engine, ServersProcess servers)
      throws IOException, InterruptedException {
    Duration length = plan.warmup().dividedBy(FEWEST_PARTS);
    Duration look = length.dividedBy(LOOKS_OF_A_PART);
    int quiet = 0;
    for (int part = 0; part < FEWEST_PARTS || quiet < QUIET_PARTS && part < MOST_PARTS; part++) {
      load(scenario, engine, length);
      servers.forget();
      int busy = 0;
      while (busy < MOST_LOOKS && isBusy(engine, look)) {
        busy++;
      }
      quiet = busy == 0 ? quiet + 1 : 0;
    }
  }

  /** Whether an engine without load uses a tenth of a processor during that time. */
  private static boolean isBusy(RunningEngine engine, Duration time)
      throws IOException, InterruptedException {
    Duration before = engine.cpuTime();
    // The length of a measurement; there is no event to wait for.
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    return engine.cpuTime().minus(before).compareTo(time.dividedBy(10)) > 0;
  }

  private Slice slice(
      Scenario scenario, RunningEngine engine, ServersProcess servers, Map<String, String> wrong)
      throws IOException, InterruptedException {
    long callsBefore = upstreamCalls(scenario, servers);
    Duration cpuBefore = engine.cpuTime();
    Load load = load(scenario, engine, plan.time());
    Duration cpu = engine.cpuTime().minus(cpuBefore);
    long calls = upstreamCalls(scenario, servers) - callsBefore;
    servers.forget();
    if (!load.firstWrong().isEmpty()) {
      wrong.putIfAbsent(engine.name(), load.firstWrong());
    }
    double answers = Math.max(1, load.answers());
    return new Slice(
        load.answers() / load.seconds(),
        load.latencies().getValueAtPercentile(50) / MILLISECOND,
        load.latencies().getValueAtPercentile(95) / MILLISECOND,
        load.latencies().getValueAtPercentile(99) / MILLISECOND,
        load.latencies().getValueAtPercentile(99.9) / MILLISECOND,
        cpu.toNanos() / 1e3 / answers,
        engine.residentKilobytes() / 1024.0,
        calls / answers,
        load.wrong());
  }

  private static Load load(Scenario scenario, RunningEngine engine, Duration time)
      throws IOException {
    LongFunction<Pace> pace =
        scenario.perSecond() == 0
            ? start -> Pace.closed()
            : start -> Pace.open(scenario.perSecond(), start);
    try (LoadGenerator generator = new LoadGenerator(engine.ports(), scenario.connections())) {
      return generator.run(scenario.source().get(), pace, time);
    }
  }

  private static long upstreamCalls(Scenario scenario, ServersProcess servers)
      throws IOException, InterruptedException {
    return servers.counts().entrySet().stream()
        .filter(count -> scenario.counts(count.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private @Nullable Double allocated(Scenario scenario, RunningEngine engine) {
    if (!engine.isJava()) {
      return null;
    }
    try (Allocations allocations = Allocations.of(engine)) {
      Load load = load(scenario, engine, plan.time());
      return (double) allocations.bytes() / Math.max(1, load.answers());
    } catch (IOException e) {
      // For example, the engine's memory is exhausted; its rounds show that.
      progress.println("allocations of " + engine.name() + " not counted: " + e.getMessage());
      return null;
    }
  }
}
