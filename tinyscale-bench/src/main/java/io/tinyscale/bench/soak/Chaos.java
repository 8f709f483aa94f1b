package io.tinyscale.bench.soak;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries out the schedule and records which server was in trouble, and when. */
final class Chaos {

  private static final int HANDS = 8;

  private final List<ServerProcess> servers;
  private final PoolFile poolFile;
  private final List<TinyscaleProcess> balancers;
  private final @Nullable Store store;
  private final ConcurrentLinkedQueue<Trouble> troubles = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> mishaps = new ConcurrentLinkedQueue<>();
  private volatile @Nullable IdleConnections idle;

  /**
   * Acts on these.
   *
   * @param store null if the balancers share none
   */
  Chaos(
      List<ServerProcess> servers,
      PoolFile poolFile,
      List<TinyscaleProcess> balancers,
      @Nullable Store store) {
    this.store = store;
    this.servers = servers;
    this.poolFile = poolFile;
    this.balancers = balancers;
  }

  /** Carries out all acts and returns when all are undone. */
  void run(List<Act> acts) throws InterruptedException {
    ScheduledExecutorService hands = Executors.newScheduledThreadPool(HANDS);
    try {
      CountDownLatch left = new CountDownLatch(acts.size());
      long begun = System.nanoTime();
      for (Act act : acts) {
        hands.schedule(() -> begin(act, begun, hands, left), act.at(), TimeUnit.MILLISECONDS);
      }
      left.await();
    } finally {
      hands.shutdownNow();
    }
  }

  private void begin(Act act, long begun, ScheduledExecutorService hands, CountDownLatch left) {
    long since = Span.now();
    try {
      doIt(act);
    } catch (RuntimeException e) {
      mishaps.add(act + ": " + e.getMessage());
    }
    long rest = act.end() - (System.nanoTime() - begun) / 1_000_000;
    hands.schedule(() -> end(act, since, left), Math.max(0, rest), TimeUnit.MILLISECONDS);
  }

  private void end(Act act, long since, CountDownLatch left) {
    try {
      undo(act);
    } catch (RuntimeException e) {
      mishaps.add("end of " + act + ": " + e.getMessage());
    } finally {
      if (act.kind().isTrouble()) {
        troubles.add(trouble(act, new Span(since, Span.now())));
      }
      left.countDown();
    }
  }

  private Trouble trouble(Act act, Span span) {
    if (act.kind().concernsStore()) {
      return Trouble.ofStore(kind(act), span);
    }
    return new Trouble(
        act.kind().concernsServer() ? server(act).name() : Trouble.TINYSCALE,
        kind(act),
        act.kind().maySilence(),
        span);
  }

  private static String kind(Act act) {
    return switch (act.kind()) {
      case KILL -> "kill";
      case RESTART -> "restart";
      case STOP -> "stop";
      case SHORTAGE -> "shortage of descriptors";
      case KILL_STORE -> "kill";
      case FREEZE_STORE -> "freeze";
      case CUT_STORE -> "cut";
      case CUT_FROM_STORE -> "cut of " + act.detail();
      default -> act.detail();
    };
  }

  private void doIt(Act act) {
    switch (act.kind()) {
      case KILL -> server(act).kill();
      case RESTART -> server(act).terminate();
      case STOP -> server(act).stop();
      case FAULT, PARTIAL_FAULT, LOST_ANSWERS -> server(act).fault(act.detail());
      case CORDON -> poolFile.cordon(server(act));
      case WEIGHT -> poolFile.weigh(server(act), Integer.parseInt(act.detail()));
      case REMOVE -> poolFile.remove(server(act));
      case INVALID_FILE -> poolFile.spoil();
      case SHORTAGE -> idle = balancer(act).useUpDescriptors();
      case RESTART_TINYSCALE -> balancer(act).restart(false, act.lasts());
      case KILL_TINYSCALE -> balancer(act).restart(true, act.lasts());
      case FREEZE_TINYSCALE -> balancer(act).freeze();
      case KILL_STORE, FREEZE_STORE, CUT_STORE, CUT_FROM_STORE -> store().begin(act);
    }
  }

  private void undo(Act act) {
    switch (act.kind()) {
      case KILL, RESTART -> server(act).startAgain();
      case STOP -> server(act).goOn();
      case FAULT, PARTIAL_FAULT, LOST_ANSWERS -> server(act).clearFaults();
      case CORDON, WEIGHT, REMOVE -> poolFile.reset(server(act));
      case INVALID_FILE -> poolFile.mend();
      case SHORTAGE -> giveBackDescriptors();
      case FREEZE_TINYSCALE -> balancer(act).goOn();
      case KILL_STORE, FREEZE_STORE, CUT_STORE, CUT_FROM_STORE -> store().end(act);
      case RESTART_TINYSCALE, KILL_TINYSCALE -> {}
    }
  }

  private void giveBackDescriptors() {
    IdleConnections connections = idle;
    if (connections != null) {
      connections.close();
    }
  }

  private TinyscaleProcess balancer(Act act) {
    return balancers.stream()
        .filter(balancer -> balancer.name().equals(act.detail()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no balancer " + act.detail()));
  }

  private Store store() {
    return Objects.requireNonNull(store, "the schedule has faults of the store only with one");
  }

  private ServerProcess server(Act act) {
    return servers.get(act.server());
  }

  /** The troubles of the servers that are over. */
  List<Trouble> troubles() {
    return List.copyOf(troubles);
  }

  /** Acts that failed. With such acts a run proves little. */
  List<String> mishaps() {
    return List.copyOf(mishaps);
  }

  /** Number of acts of each kind. */
  static Map<String, Long> counts(List<Act> acts) {
    Map<String, Long> counts = new TreeMap<>();
    acts.forEach(act -> counts.merge((act.kind() + " " + act.detail()).strip(), 1L, Long::sum));
    return counts;
  }
}
