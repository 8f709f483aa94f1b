package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Trouble;
import io.tinyscale.bench.soak.History.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One run. First some traffic without faults for the first measurement, then front ends and faults
 * at the same time, then time to recover, and the checks.
 */
final class Soak {

  static final List<Check> CHECKS =
      List.of(
          new OneServerPerMeeting(),
          new NobodyThrownOut(),
          new NoSecondCreate(),
          new NoFalseAbsence(),
          new CompleteLists(),
          new StableIds(),
          new EveryCallAnswered(),
          new JustifiedVerdicts());

  private static final int SERVERS = 5;
  private static final String SECRET = "soak-front-ends";
  private static final long WARM_UP_MILLIS = 4000;

  /** How long unused sockets and threads may stay. */
  private static final Duration SETTLING = Duration.ofSeconds(15);

  private final Path war;
  private final Path folder;
  private final long millis;
  private final long seed;
  private final int frontEnds;
  private final int descriptors;
  private final Report report;
  private final List<ServerProcess> servers = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param descriptors most files and sockets that tinyscale may open; 0 if there is no limit
   */
  Soak(
      Path war,
      Path folder,
      Duration length,
      long seed,
      int frontEnds,
      int descriptors,
      Report report) {
    this.war = war;
    this.folder = folder;
    this.millis = length.toMillis();
    this.seed = seed;
    this.frontEnds = frontEnds;
    this.descriptors = descriptors;
    this.report = report;
  }

  /** Runs the soak and prints the figures; returns the violations. */
  List<Violation> run() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    try {
      for (int i = 1; i <= SERVERS; i++) {
        servers.add(new ServerProcess("bbb" + i, "secret-of-bbb" + i, folder));
      }
      PoolFile poolFile = new PoolFile(folder.resolve("servers.json"), servers);
      TinyscaleProcess tinyscale =
          new TinyscaleProcess(
              war, folder, poolFile.path(), SECRET, Timing.environment(), descriptors);
      try {
        return run(poolFile, tinyscale);
      } finally {
        tinyscale.close();
      }
    } finally {
      servers.forEach(ServerProcess::close);
    }
  }

  private List<Violation> run(PoolFile poolFile, TinyscaleProcess tinyscale)
      throws IOException, InterruptedException {
    SignedCalls front = new SignedCalls(tinyscale::port, SECRET);
    Random random = new Random(seed);
    FrontEnd.OtherBalancer other = room -> servers.get(random.nextInt(SERVERS)).open(room);
    Traffic warmUp = new Traffic(frontEnds, front, other, seed);
    Pause.millis(WARM_UP_MILLIS);
    List<Call> calls = new ArrayList<>(warmUp.stop());
    Footprint before = Footprint.of(tinyscale.pid());

    List<Act> acts = Schedule.of(seed, millis, SERVERS, descriptors > 0);
    Files.write(folder.resolve("schedule"), acts.stream().map(Act::toString).toList());
    report.line(
        "%d servers, %d front ends, %d acts in %d s, seed %d; logs in %s",
        SERVERS, frontEnds, acts.size(), millis / 1000, seed, folder);
    Chaos chaos = new Chaos(servers, poolFile, tinyscale);
    Traffic traffic = new Traffic(frontEnds, front, other, seed + 1);
    long begun = System.nanoTime();
    chaos.run(acts);
    Pause.millis(millis - (System.nanoTime() - begun) / 1_000_000);
    calls.addAll(traffic.stop());

    List<Violation> violations = new ArrayList<>();
    chaos.mishaps().forEach(mishap -> violations.add(Violation.of("as planned", mishap)));
    Healing healing = new Healing(servers, front::get);
    violations.addAll(healing.await());
    Footprint after = awaitSettled(tinyscale.pid(), before);
    after
        .excessOver(before)
        .forEach(excess -> violations.add(Violation.of("nothing left behind", excess)));

    History history = history(calls, chaos.troubles(), tinyscale);
    CHECKS.forEach(check -> violations.addAll(check.violationsIn(history)));
    report.calls(calls);
    report.acts(acts);
    report.history(history);
    report.footprints(before, after);
    report.violations(violations);
    return violations;
  }

  private static Footprint awaitSettled(long pid, Footprint before) {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    Footprint now = Footprint.of(pid);
    while (!now.excessOver(before).isEmpty() && System.nanoTime() < deadline) {
      Pause.millis(500);
      now = Footprint.of(pid);
    }
    return now;
  }

  private History history(List<Call> calls, List<Trouble> troubles, TinyscaleProcess tinyscale)
      throws IOException {
    Journals journals = new Journals();
    for (ServerProcess server : servers) {
      journals.add(server.name(), Files.readAllLines(server.journal()), server.ends());
    }
    List<Span> restarts = tinyscale.restarts();
    List<Verdict> verdicts =
        Verdicts.in(tinyscale.outputs(), restarts.stream().map(Span::from).toList());
    List<Trouble> all = new ArrayList<>(troubles);
    all.addAll(Verdicts.removals(tinyscale.outputs(), verdicts));
    return new History(
        Timing.settings(),
        calls,
        journals.lives(),
        journals.creates(),
        journals.ends(),
        journals.answers(),
        all,
        verdicts,
        restarts);
  }
}
