package io.tinyscale.launcher.cli;

import com.google.gson.JsonObject;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends all meetings of a server. */
final class EndCommands {

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private EndCommands() {}

  /** Whether a person has agreed. */
  private static boolean confirmed(Console console, AdminClient client, String name, String what) {
    ServerText server =
        new ServerText(client.get(AdminClient.server(name, "")).body(), new Times(console.clock()));
    boolean agreed =
        console.confirms(
            String.format(
                "%s %s with %s on %s?",
                what,
                ServerText.meetings(server.meetings()),
                ServerText.people(server.users()),
                server.name()));
    if (!agreed) {
      console.err().println("Nothing was done.");
    }
    return agreed;
  }

  /** Such as {@code 39 ended, 1 failed}. */
  static String result(Fields operation) {
    return operation.number("ended", 0) + " ended, " + operation.number("failed", 0) + " failed";
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

    @Parameters(
        index = "0",
        paramLabel = "NAME",
        completionCandidates = ServerNames.class,
        description = "The server.")
    String name = "";

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      if (!yes && !confirmed(console, client, name, "End all")) {
        return ExitCode.NO;
      }
      Fields operation =
          client.post(AdminClient.server(name, "/end-meetings"), new JsonObject()).body();
      String path = "/operations/" + AdminClient.encoded(operation.raw("id"));
      while (isRunning(operation)) {
        console.pause().of(BETWEEN);
        operation = client.get(path).body();
      }
      console.out().println(Fields.printable(name) + ": " + result(operation));
      for (Fields failure : operation.objects("failures")) {
        console.err().println(failure.text("meetingID") + ": " + failure.text("cause"));
      }
      return operation.number("failed", 0) == 0 ? ExitCode.DONE : ExitCode.NO;
    }
  }

  /** Takes a server out at once. */
  @Command(
      name = "panic",
      description = "Disable a server at once, and end all its meetings in the background.")
  static final class Panic implements CliCommand {

    @Parameters(
        index = "0",
        paramLabel = "NAME",
        completionCandidates = ServerNames.class,
        description = "The server.")
    String name = "";

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      if (!yes && !confirmed(console, client, name, "Disable the server and end all")) {
        return ExitCode.NO;
      }
      JsonObject body = new JsonObject();
      body.addProperty("state", "disabled");
      body.addProperty("force", true);
      body.addProperty("endMeetings", true);
      Fields server = client.put(AdminClient.server(name, "/state"), body).body();
      Fields operation = server.object("operation");
      String id = operation.has("id") ? operation.text("id") : server.text("operation");
      console
          .out()
          .println(
              Fields.printable(name)
                  + ": disabled; its meetings are being ended in the background"
                  + (id.isEmpty() ? "." : " (operation " + id + ")."));
      return ExitCode.DONE;
    }
  }
}
