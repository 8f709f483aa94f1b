package io.tinyscale.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.engine.Engine;
import io.tinyscale.bench.engine.OwnYardstick;
import io.tinyscale.bench.engine.RunningEngine;
import io.tinyscale.bench.engine.Setup;
import io.tinyscale.bench.process.Jdk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One scenario from end to end, so short that its figures say nothing. */
class ComparisonTest {

  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir Path folder;

  @Test
  void everyCallOfARelayReachesAServerOnce() throws Exception {
    StringWriter progress = new StringWriter();
    Comparison comparison =
        new Comparison(
            new Comparison.Plan(
                folder, Jdk.program("java"), List.of("-Xmx128m"), SHORT, SHORT, 2, 1),
            List.of(
                new OwnYardstick(OwnYardstick.Kind.BLOCKING_PROXY),
                new OwnYardstick(OwnYardstick.Kind.JETTY_PROXY),
                new OwnYardstick(OwnYardstick.Kind.TOMCAT)),
            new PrintWriter(progress));

    ScenarioResult result = comparison.run(relay());

    assertThat(result.engines())
        .extracting(Result::engine)
        .containsExactly("blocking-proxy", "jetty-proxy", "tinyscale-tomcat");
    for (Result engine : result.engines()) {
      assertThat(engine.firstWrong()).isEmpty();
      assertThat(engine.slices()).hasSize(2);
      for (Slice slice : engine.slices()) {
        assertThat(slice.wrong()).isZero();
        assertThat(slice.perSecond()).isPositive();
        assertThat(slice.p50()).isPositive().isLessThanOrEqualTo(slice.p99());
        assertThat(slice.upstreamCalls()).isEqualTo(1);
        assertThat(slice.cpuMicros()).isNotNegative();
      }
      assertThat(engine.allocatedBytes()).isGreaterThan(1_000);
    }
    assertThat(progress.toString()).contains("== relay", "round 2 tinyscale-tomcat");
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void eachRunStartsItsEnginesAnew() throws Exception {
    Started started = new Started(new OwnYardstick(OwnYardstick.Kind.TOMCAT), new ArrayList<>());
    Comparison comparison =
        new Comparison(
            new Comparison.Plan(
                folder, Jdk.program("java"), List.of("-Xmx128m"), SHORT, SHORT, 2, 2),
            List.of(new OwnYardstick(OwnYardstick.Kind.JETTY_PROXY), started),
            new PrintWriter(new StringWriter()));

    List<Result> results = comparison.run(relay()).engines();

    assertThat(results)
        .extracting(Result::engine)
        .containsExactly("jetty-proxy", "tinyscale-tomcat");
    assertThat(results).allSatisfy(result -> assertThat(result.slices()).hasSize(4));
    assertThat(started.processes()).doesNotHaveDuplicates().hasSize(2);
    assertThat(folder)
        .isDirectoryContaining("glob:**relay-1")
        .isDirectoryContaining("glob:**relay-2");
  }

  /** Notes the processes of an engine. */
  private record Started(Engine engine, List<Long> processes) implements Engine {

    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public RunningEngine start(Setup setup) throws IOException, InterruptedException {
      RunningEngine running = engine.start(setup);
      running.jvms().forEach(jvm -> processes.add(jvm.pid()));
      return running;
    }
  }

  @Test
  void anEngineMayBeSeveralProcesses() throws Exception {
    Engine one = new OwnYardstick(OwnYardstick.Kind.TOMCAT);
    Comparison comparison =
        new Comparison(
            new Comparison.Plan(
                folder, Jdk.program("java"), List.of("-Xmx128m"), SHORT, SHORT, 1, 1),
            List.of(one, new Twice(one)),
            new PrintWriter(new StringWriter()));

    List<Result> results = comparison.run(relay()).engines();

    Result twice = results.get(1);
    Slice slice = twice.slices().get(0);
    assertThat(twice.engine()).isEqualTo("jetty-proxy");
    assertThat(slice.wrong()).isZero();
    assertThat(slice.upstreamCalls()).isEqualTo(1);
    assertThat(slice.residentMegabytes())
        .isGreaterThan(1.5 * results.get(0).slices().get(0).residentMegabytes());
    assertThat(twice.allocatedBytes()).isGreaterThan(1_000);
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  /** Two processes of an engine, under the name of one that the scenario has. */
  private record Twice(Engine engine) implements Engine {

    @Override
    public String name() {
      return "jetty-proxy";
    }

    @Override
    public RunningEngine start(Setup setup) throws IOException, InterruptedException {
      RunningEngine one = engine.start(setup);
      RunningEngine other = engine.start(setup);
      return new RunningEngine(
          name(),
          List.of(one.jvms().get(0), other.jvms().get(0)),
          List.of(),
          List.of(one.ports().get(0), other.ports().get(0)));
    }
  }

  private static Scenario relay() {
    return new Scenario(
        "relay",
        "small calls",
        List.of("blocking-proxy", "jetty-proxy", "tinyscale-tomcat"),
        Scenario.Servers.of(2, 100),
        Map.of("cache.ttl", "0"),
        List.of(),
        4,
        200,
        new Requests().running(100));
  }
}
