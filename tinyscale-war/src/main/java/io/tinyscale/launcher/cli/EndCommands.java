package io.tinyscale.launcher.cli;

import com.google.gson.JsonObject;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends all meetings of a server. */
final class EndCommands {

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private EndCommands() {}

  /** Such as {@code 39 ended, 1 failed}, and why that may not be all. */
  static String result(Fields operation) {
    return operation.number("ended", 0)
        + " ended, "
        + operation.number("failed", 0)
        + " failed"
        + (isComplete(operation) ? "" : "; it may hold more meetings: " + operation.text("cause"));
  }

  /** Whether the server told all its meetings; one that cannot be asked tells none. */
  static boolean isComplete(Fields operation) {
    return operation.text("cause").isEmpty();
  }

  private static ExitCode code(Fields operation) {
    if (operation.number("failed", 0) > 0) {
      return ExitCode.NO;
    }
    return isComplete(operation) ? ExitCode.DONE : ExitCode.UNKNOWN;
  }

  static boolean isRunning(Fields operation) {
    return operation.has("state")
        && operation.text("state").equals("running")
        && !operation.has("finishedAt");
  }

  /** Ends them and waits. */
  @Command(
      name = "end-all",
      description = "End all meetings of a server, and wait until it is done.")
  static final class EndAll implements CliCommand {

    @Mixin NamedServer server = new NamedServer();

    @Mixin Consent consent = new Consent();

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      if (!consent.given(console, client, server, "End")) {
        return ExitCode.NO;
      }
      Fields operation =
          ended(
              client, console, client.post(server.path("/end-meetings"), new JsonObject()).body());
      console.out().println(server.shown() + ": " + result(operation));
      for (Fields failure : operation.objects("failures")) {
        console.err().println(failure.text("meetingID") + ": " + failure.text("cause"));
      }
      return code(operation);
    }

    /** The operation once it is over. */
    private Fields ended(AdminClient client, Console console, Fields begun) {
      String path = "/operations/" + AdminClient.encoded(begun.raw("id"));
      Patience patience = new Patience(console.clock());
      Fields operation = begun;
      while (isRunning(operation)) {
        console.pause().of(BETWEEN);
        try {
          operation = client.get(path).body();
          patience.answered();
        } catch (CommandException e) {
          if (e instanceof ProblemException problem && problem.is(ProblemType.OPERATION_UNKNOWN)) {
            throw new CommandException(
                ExitCode.UNKNOWN,
                server.shown()
                    + ": tinyscale was restarted before all meetings were ended. Run this again.");
          }
          patience.bear(e);
        }
      }
      return operation;
    }
  }

  /** Takes a server out at once. */
  @Command(
      name = "panic",
      description = "Disable a server at once, and end all its meetings in the background.")
  static final class Panic implements CliCommand {

    @Mixin NamedServer server = new NamedServer();

    @Mixin Consent consent = new Consent();

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      if (!consent.given(console, client, server, "Disable the server and end")) {
        return ExitCode.NO;
      }
      JsonObject body = new JsonObject();
      body.addProperty("state", "disabled");
      body.addProperty("force", true);
      body.addProperty("endMeetings", true);
      Fields disabled = client.put(server.path("/state"), body).body();
      Fields operation = disabled.object("operation");
      String id = operation.has("id") ? operation.text("id") : disabled.text("operation");
      console
          .out()
          .println(
              server.shown()
                  + ": disabled; its meetings are being ended in the background"
                  + (id.isEmpty() ? "." : " (operation " + id + ")."));
      return ExitCode.DONE;
    }
  }
}
