package io.tinyscale.launcher.cli;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes servers out of the pool, and looks after the pool file. */
final class PoolCommands {

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private PoolCommands() {}

  /** Takes a server out. */
  @Command(
      name = "remove",
      description = "Take a server out of the pool; it keeps its meetings until they have ended.")
  static final class Remove implements CliCommand {

    private static final int ACCEPTED = 202;

    @Mixin NamedServer server = new NamedServer();

    @Option(names = "--wait", description = "Wait until its last meeting has ended.")
    boolean wait;

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      Reply reply = client.delete(server.path(""));
      String shown = server.shown();
      if (reply.status() != ACCEPTED) {
        console.out().println(shown + ": removed.");
        return ExitCode.DONE;
      }
      console
          .out()
          .println(
              shown
                  + ": removed from the pool file; it keeps its "
                  + ServerText.meetings(reply.body().number("meetings", 0))
                  + " until the last has ended.");
      console.out().flush();
      if (wait) {
        awaitGone(client, console);
        console.out().println(shown + ": removed.");
      }
      return ExitCode.DONE;
    }

    private void awaitGone(AdminClient client, Console console) {
      Patience patience = new Patience(console.clock());
      while (true) {
        try {
          client.get(server.path(""));
          patience.answered();
        } catch (CommandException e) {
          if (e instanceof ProblemException problem && problem.is(ProblemType.SERVER_UNKNOWN)) {
            return;
          }
          patience.bear(e);
        }
        console.pause().of(BETWEEN);
      }
    }
  }

  /** Reads the pool file. */
  @Command(name = "reload", description = "Read the pool file now.")
  static final class Reload implements CliCommand {

    @Mixin JsonOption json = new JsonOption();
    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      Reply reply = door.open(console).post("/pool/reload", new JsonObject());
      if (json.json) {
        reply.printTo(console);
        return ExitCode.DONE;
      }
      List<String> changes = new ArrayList<>();
      for (String kind : List.of("added", "changed", "removed")) {
        List<String> servers = reply.body().texts(kind);
        if (!servers.isEmpty()) {
          changes.add(kind + " " + String.join(", ", servers));
        }
      }
      console
          .out()
          .println(
              "The pool file was read: "
                  + (changes.isEmpty() ? "nothing has changed" : String.join("; ", changes))
                  + ".");
      return ExitCode.DONE;
    }
  }

  /** Sweeps a server. */
  @Command(
      name = "probe",
      description = "Ask a server for its meetings now; exit with 3 if it does not tell them.")
  static final class Probe implements CliCommand {

    private static final String COMPLETE = "complete";

    @Mixin NamedServer server = new NamedServer();

    @Mixin JsonOption json = new JsonOption();
    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      Reply reply = door.open(console).post(server.path("/probe"), new JsonObject());
      Fields probe = reply.body();
      boolean isComplete = probe.text("result").equals(COMPLETE);
      if (json.json) {
        reply.printTo(console);
      } else {
        console
            .out()
            .println(
                server.shown()
                    + ": "
                    + probe.text("result")
                    + " after "
                    + probe.number("millis", 0)
                    + " ms"
                    + probe
                        .number("meetings")
                        .map(count -> ", " + ServerText.meetings(count))
                        .orElse(""));
      }
      return isComplete ? ExitCode.DONE : ExitCode.CHECK_FAILED;
    }
  }
}
