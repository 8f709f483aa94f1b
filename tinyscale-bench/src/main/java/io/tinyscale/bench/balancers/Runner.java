package io.tinyscale.bench.balancers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs cells of the table, each as many independent runs, and some of those at the same time. */
final class Runner {

  /**
   * Rooms that share a pool in one run. If a room had a pool to itself, two balancers would know
   * the same of it, nothing, and always choose the same server.
   */
  static final int ROOMS_TOGETHER = 20;

  /** Balancers log what happens, here thousands of times in a second. */
  private final Logger log = Logger.getLogger("tinyscale");

  private final int threads;

  Runner(int threads) {
    this.threads = threads;
    log.setLevel(Level.OFF);
  }

  /**
   * The figures of one cell, whatever the number of threads.
   *
   * @param seed of the first run; the others have those that follow
   * @param rooms how many at least
   */
  Figures run(Cell cell, long seed, int rooms) throws InterruptedException {
    int runs = (rooms + ROOMS_TOGETHER - 1) / ROOMS_TOGETHER;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Tally>> running = new ArrayList<>();
      for (int number = 0; number < runs; number++) {
        VirtualPool pool = new VirtualPool(cell, seed + number, ROOMS_TOGETHER, null, line -> {});
        running.add(executor.submit(pool::run));
      }
      Tally all = new Tally();
      for (Future<Tally> run : running) {
        all.addAll(run.get());
      }
      return all.figures();
    } catch (ExecutionException e) {
      throw new IllegalStateException(cell.toString(), e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  /** Tells the story of one room, whose id names the seed of its run. */
  void trace(Cell cell, String room, Consumer<String> lines) {
    new VirtualPool(cell, VirtualPool.seedOf(room), ROOMS_TOGETHER, room, lines).run();
  }

  /** Tells how a cell has ended, on one line. */
  static String line(Cell cell, Figures figures, double seconds) {
    return String.format(
        Locale.ROOT,
        "%s, %s: people in two copies %.2f %%, thrown out %.2f %%; %,d rooms in %.0f s",
        cell.row().title(),
        cell.column().title(),
        figures.peopleInTwo(),
        figures.thrownOut(),
        figures.rooms(),
        seconds);
  }
}
