package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntSupplier;

/** Many front ends, each on its own thread. */
final class Traffic {

  private final List<FrontEnd> frontEnds = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts a number of front ends of all kinds in turn. */
  Traffic(int count, IntSupplier port, String secret, long seed) {
    Random seeds = new Random(seed);
    for (int i = 0; i < count; i++) {
      FrontEnd.Kind kind = FrontEnd.Kind.values()[i % FrontEnd.Kind.values().length];
      String name = kind.name().toLowerCase(Locale.ROOT) + "-" + i;
      FrontEnd frontEnd = new FrontEnd(name, kind, port, secret, seeds.nextLong());
      frontEnds.add(frontEnd);
      Thread thread = new Thread(frontEnd, name);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** Lets all front ends finish their visits; returns all calls. */
  List<Call> stop() throws InterruptedException {
    frontEnds.forEach(FrontEnd::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    return frontEnds.stream().flatMap(frontEnd -> frontEnd.calls().stream()).toList();
  }
}
