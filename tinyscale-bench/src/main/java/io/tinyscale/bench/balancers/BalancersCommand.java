package io.tinyscale.bench.balancers;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code balancers}. */
@Command(name = "balancers", description = "slice", sortOptions = false)
public final class BalancersCommand implements Callable<Integer> {

  @Option(names = "--pools", defaultValue = "10")
  private int pools;

  @Option(names = "--rooms", defaultValue = "20")
  private int rooms;

  @Option(names = "--trace")
  private String trace;

  @Override
  public Integer call() {
    java.util.logging.Logger.getLogger("tinyscale").setLevel(java.util.logging.Level.OFF);
    for (Setup setup : Setup.values()) {
      for (Scenario scenario : Scenario.values()) {
        long start = System.nanoTime();
        Figures all = new Figures();
        for (int p = 1; p <= pools; p++) {
          all.addAll(new VirtualPool(setup, scenario, p, rooms, trace, System.out::println).run());
        }
        System.out.printf(
            "%-30s %-10s two %.2f end %.2f people %.2f thrown %.2f refused %.2f calls %.2f yield"
                + " %.2f  creates %d %.1f s%n",
            setup.title(),
            scenario.title(),
            all.twoCopies(),
            all.twoAtTheEnd(),
            all.peopleInTwo(),
            all.thrownOut(),
            all.refused(),
            all.serverCallsPerCreate(),
            all.yielded(),
            all.creates(),
            (System.nanoTime() - start) / 1e9);
      }
    }
    return 0;
  }
}
