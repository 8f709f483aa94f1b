package io.tinyscale.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
          new StoreDecides(),
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
  private final Plan plan;
  private final BalancerSettings settings;
  private final Report report;
  private final List<ServerProcess> servers = new ArrayList<>();
  private final List<TinyscaleProcess> balancers = new ArrayList<>();
  private @Nullable Store store;

  /**
   * What a run is to be like.
   *
   * @param descriptors most files and sockets that a balancer may open; 0 if there is no limit
   * @param storeProgram the executable of the store that the balancers share; null if they share
   *     none
   */
  record Plan(
      Duration length, long seed, int frontEnds, int descriptors, @Nullable Path storeProgram) {

    boolean sharesStore() {
      return storeProgram != null;
    }

    /** What happens beside the faults that every run has. */
    Set<Schedule.Extra> extras() {
      Set<Schedule.Extra> extras = EnumSet.noneOf(Schedule.Extra.class);
      if (descriptors > 0) {
        extras.add(Schedule.Extra.SHORTAGES);
      }
      if (sharesStore()) {
        extras.add(Schedule.Extra.STORE_FAULTS);
      }
      return extras;
    }
  }

  /** Prepares a run with the logs in this folder. */
  Soak(Path war, Path folder, Plan plan, BalancerSettings settings, Report report) {
    this.war = war;
    this.folder = folder;
    this.plan = plan;
    this.settings = settings;
    this.report = report;
  }

  /** Runs the soak and prints the figures; returns the violations. */
  List<Violation> run() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    try {
      for (int i = 1; i <= SERVERS; i++) {
        servers.add(new ServerProcess("bbb" + i, "secret-of-bbb" + i, folder));
      }
      PoolFile poolFile =
          new PoolFile(settings.names().stream().map(this::poolFile).toList(), servers);
      Path storeProgram = plan.storeProgram();
      if (storeProgram != null) {
        store = new Store(storeProgram, folder, settings.names());
      }
      settings.names().forEach(name -> balancers.add(balancer(name)));
      List<Trouble> troubles = store == null ? List.of() : List.of(store.start());
      return run(poolFile, troubles);
    } finally {
      balancers.forEach(TinyscaleProcess::close);
      servers.forEach(ServerProcess::close);
      if (store != null) {
        store.close();
      }
    }
  }

  /** Balancers that share a store write states into their pool files, so each has a file. */
  private Path poolFile(String balancer) {
    return folder.resolve(plan.sharesStore() ? "servers-" + balancer + ".json" : "servers.json");
  }

  private TinyscaleProcess balancer(String name) {
    Map<String, String> environment = new HashMap<>(settings.environment());
    if (store != null) {
      environment.putAll(store.environment(name));
    }
    return new TinyscaleProcess(
        name, war, folder, poolFile(name), SECRET, environment, plan.descriptors());
  }

  private List<Violation> run(PoolFile poolFile, List<Trouble> troublesBefore)
      throws IOException, InterruptedException {
    long millis = plan.length().toMillis();
    long seed = plan.seed();
    List<OuterBalancer.Door> doors =
        balancers.stream()
            .map(
                balancer ->
                    new OuterBalancer.Door(
                        balancer.name(), new SignedCalls(balancer::port, SECRET)))
            .toList();
    OuterBalancer front = new OuterBalancer(doors);
    Random random = new Random(seed);
    FrontEnd.OtherBalancer other = room -> servers.get(random.nextInt(SERVERS)).open(room);
    Traffic warmUp = new Traffic(plan.frontEnds(), front, other, seed);
    Pause.millis(WARM_UP_MILLIS);
    List<Call> calls = new ArrayList<>(warmUp.stop());
    Map<String, Footprint> before = footprints();

    List<Act> acts = Schedule.of(seed, millis, SERVERS, settings.names(), plan.extras());
    Files.write(folder.resolve("schedule"), acts.stream().map(Act::toString).toList());
    report.line(
        "%d servers, %d balancers, %d front ends, %d acts in %d s, seed %d; logs in %s",
        SERVERS, settings.number(), plan.frontEnds(), acts.size(), millis / 1000, seed, folder);
    Chaos chaos = new Chaos(servers, poolFile, balancers, store);
    Traffic traffic = new Traffic(plan.frontEnds(), front, other, seed + 1);
    long begun = System.nanoTime();
    chaos.run(acts);
    Pause.millis(millis - (System.nanoTime() - begun) / 1_000_000);
    calls.addAll(traffic.stop());

    List<Violation> violations = new ArrayList<>();
    chaos.mishaps().forEach(mishap -> violations.add(Violation.of("as planned", mishap)));
    for (OuterBalancer.Door door : doors) {
      violations.addAll(new Healing(servers, door.calls()::get).await());
    }
    Map<String, Footprint> after = new TreeMap<>();
    for (TinyscaleProcess balancer : balancers) {
      Footprint settled = awaitSettled(balancer.pid(), before.get(balancer.name()));
      after.put(balancer.name(), settled);
      settled
          .excessOver(before.get(balancer.name()))
          .forEach(
              excess ->
                  violations.add(
                      Violation.of("nothing left behind", balancer.name() + ": " + excess)));
    }

    Files.write(
        folder.resolve("calls"),
        calls.stream()
            .sorted(Comparator.comparingLong(Call::begun))
            .map(call -> call.id() + " " + call)
            .toList());
    List<Trouble> troubles = new ArrayList<>(troublesBefore);
    troubles.addAll(chaos.troubles());
    History history = history(calls, troubles);
    CHECKS.forEach(check -> violations.addAll(check.violationsIn(history)));
    report.calls(calls);
    report.acts(acts);
    report.history(history);
    report.footprints(before, after);
    report.violations(violations);
    return violations;
  }

  private Map<String, Footprint> footprints() {
    return balancers.stream()
        .collect(
            Collectors.toMap(TinyscaleProcess::name, balancer -> Footprint.of(balancer.pid())));
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

  private History history(List<Call> calls, List<Trouble> troubles) throws IOException {
    Journals journals = new Journals();
    for (ServerProcess server : servers) {
      journals.add(server.name(), Files.readAllLines(server.journal()), server.ends());
    }
    List<Verdict> verdicts = new ArrayList<>();
    List<Trouble> all = new ArrayList<>(troubles);
    List<Outage> outages = new ArrayList<>();
    for (TinyscaleProcess balancer : balancers) {
      List<Long> ends =
          balancer.outages().stream()
              .filter(Outage::isRestart)
              .map(restart -> restart.span().from())
              .toList();
      List<Verdict> own = Verdicts.in(balancer.name(), balancer.outputs(), ends);
      all.addAll(Verdicts.removals(balancer.outputs(), own));
      verdicts.addAll(own);
      outages.addAll(balancer.outages());
    }
    return new History(
        Timing.settings(),
        calls,
        journals.lives(),
        journals.creates(),
        journals.ends(),
        journals.answers(),
        all,
        verdicts,
        settings.number(),
        outages);
  }
}
