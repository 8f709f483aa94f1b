package io.tinyscale.launcher.demo;

import io.tinyscale.health.StartupException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What the keys do to the simulated servers. For one thread. */
final class DemoKeys implements KeyReader.Keys {

  static final String HELP =
      "Keys, each with Enter: k kills the busiest server, r starts a killed server again, q ends the"
          + " demo.";

  private final DemoServers servers;
  private final ToLongFunction<String> people;
  private final Story story;
  private final Runnable quit;

  /**
   * Makes the keys.
   *
   * @param people how many people are on a server, as far as tinyscale knows
   * @param quit ends the demo
   */
  DemoKeys(DemoServers servers, ToLongFunction<String> people, Story story, Runnable quit) {
    this.servers = servers;
    this.people = people;
    this.story = story;
    this.quit = quit;
  }

  @Override
  public void pressed(String line) {
    switch (line.toLowerCase(Locale.ROOT)) {
      case "k" -> kill();
      case "r" -> restart();
      case "q" -> quit.run();
      default -> story.tell(HELP);
    }
  }

  private void kill() {
    Optional<DemoServer> busiest =
        servers.alive().stream()
            // Of several the first.
            .max(
                Comparator.comparingLong((DemoServer server) -> people.applyAsLong(server.name()))
                    .thenComparing(DemoServer::name, Comparator.reverseOrder()));
    busiest.ifPresentOrElse(
        DemoServer::kill,
        () -> story.tell("All servers are killed already; r and Enter starts one again."));
  }

  private void restart() {
    Optional<DemoServer> dead = servers.dead().stream().findFirst();
    if (dead.isEmpty()) {
      story.tell("All servers run; k and Enter kills the busiest.");
      return;
    }
    story.tell(dead.get().name() + " starts again.");
    try {
      servers.restart(dead.get());
    } catch (StartupException e) {
      story.tell(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void ended() {
    story.tell(
        String.format(
            "No keys can be read here: the standard input has ended. The demo goes on. kill -9 with a"
                + " server's process kills that server, and kill %d ends the demo.",
            ProcessHandle.current().pid()));
  }
}
