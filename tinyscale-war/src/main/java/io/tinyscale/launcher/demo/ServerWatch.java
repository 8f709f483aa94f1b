package io.tinyscale.launcher.demo;

import static io.tinyscale.launcher.demo.Story.seconds;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Watches the processes of the simulated servers, and tells what tinyscale makes of it when one
 * ends or is started again. For one thread.
 */
final class ServerWatch {

  /**
   * Ctrl+C ends the servers together with the demo, which then needs a moment to know of its own
   * end: it must not tell that all its servers were killed.
   */
  static final Duration GRACE = Duration.ofMillis(250);

  private final Story story;
  private final Predicate<String> up;
  private final Listener listener;
  private final Map<String, Watched> servers = new HashMap<>();

  /** Is told what happens to servers, when it is told on the terminal. */
  interface Listener {

    /** The process of a server ended. */
    void died(String server, Duration when);

    /** The server has a new process. */
    void restarted(String server);

    /** tinyscale uses the server again. */
    void returned(String server);
  }

  /**
   * Makes the watch.
   *
   * @param up whether tinyscale takes a server for up
   */
  ServerWatch(Story story, Predicate<String> up, Listener listener) {
    this.story = story;
    this.up = up;
    this.listener = listener;
  }

  /** Looks at all servers. */
  void tick(Duration now, List<Life> lives) {
    for (Life life : lives) {
      servers.computeIfAbsent(life.server(), name -> new Watched(life)).look(life, now);
    }
  }

  /** What was told of one server. */
  private final class Watched {

    private final String name;
    private long process;
    private State state = State.RUNS;
    private Duration since = Duration.ZERO;

    Watched(Life first) {
      this.name = first.server();
      this.process = first.process();
    }

    void look(Life life, Duration now) {
      if (life.process() != process) {
        process = life.process();
        restart(now);
      }
      life.ended()
          .filter(time -> state.hasProcess && now.minus(time).compareTo(GRACE) >= 0)
          .ifPresent(this::die);
      boolean isUp = up.test(name);
      if (state == State.DIED && !isUp) {
        state = State.DOWN;
        story.tell(
            String.format(
                "tinyscale noticed after %s: %s is down, and its rooms may open on the other servers.",
                seconds(now.minus(since)), name));
      } else if (state == State.STARTED && isUp) {
        state = State.RUNS;
        story.tell(
            String.format(
                "tinyscale uses %s again, %s after its start. Rooms stay where they are; new rooms open"
                    + " there, too.",
                name, seconds(now.minus(since))));
        listener.returned(name);
      }
    }

    private void die(Duration when) {
      // If it had not come back yet, there is nothing to notice.
      state = state == State.STARTED ? State.DOWN : State.DIED;
      since = when;
      story.tell(name + " was killed.");
      listener.died(name, when);
    }

    private void restart(Duration now) {
      boolean wasNoticed = state == State.DOWN;
      state = wasNoticed ? State.STARTED : State.RUNS;
      since = now;
      story.tell(name + " runs again, without its rooms: process " + process + ".");
      listener.restarted(name);
      if (!wasNoticed) {
        listener.returned(name);
      }
    }
  }

  /** How far the story of a server is. */
  private enum State {
    RUNS(true),
    /** Its process ended, and tinyscale takes it for up. */
    DIED(false),
    /** Its process ended, and tinyscale takes it for down. */
    DOWN(false),
    /** It has a new process, and tinyscale takes it for down. */
    STARTED(true);

    private final boolean hasProcess;

    State(boolean hasProcess) {
      this.hasProcess = hasProcess;
    }
  }
}
