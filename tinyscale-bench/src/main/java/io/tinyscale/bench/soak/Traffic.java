package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Many front ends, each on its own thread. */
final class Traffic {

  private static final List<FrontEnd.Kind> KNOWN =
      List.of(FrontEnd.Kind.MOODLE, FrontEnd.Kind.GREENLIGHT, FrontEnd.Kind.NEXTCLOUD);

  private final List<FrontEnd> frontEnds = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts a number of front ends of the known kinds in turn, and one with another balancer. */
  Traffic(int count, OuterBalancer tinyscale, FrontEnd.OtherBalancer otherBalancer, long seed) {
    Random seeds = new Random(seed);
    for (int i = 0; i <= count; i++) {
      FrontEnd.Kind kind = i == count ? FrontEnd.Kind.NEIGHBOUR : KNOWN.get(i % KNOWN.size());
      String name = kind.name().toLowerCase(Locale.ROOT) + "-" + i;
      FrontEnd frontEnd = new FrontEnd(name, kind, tinyscale, otherBalancer, seeds.nextLong());
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
