package io.tinyscale.launcher.cli;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets the states of servers. */
final class StateCommands {

  private StateCommands() {}

  /** Does the same with several servers; the first failure gives the exit code. */
  static ExitCode forEach(List<String> names, Console console, Function<String, ExitCode> action) {
    ExitCode code = ExitCode.DONE;
    for (String name : names) {
      try {
        code = code.or(action.apply(name));
      } catch (CommandException e) {
        if (names.size() == 1 || e.code() == ExitCode.UNKNOWN) {
          throw e;
        }
        console.err().println(Fields.printable(name) + ": " + e.text());
        code = code.or(e.code());
      }
    }
    return code;
  }

  private static ServerText set(
      AdminClient client, Console console, String name, String state, boolean force) {
    JsonObject body = new JsonObject();
    body.addProperty("state", state);
    if (force) {
      body.addProperty("force", true);
    }
    Reply reply = client.put(AdminClient.server(name, "/state"), body);
    return new ServerText(reply.body(), new Times(console.clock()));
  }

  /** No new meetings. */
  @Command(
      name = "cordon",
      description = "Give servers no new meetings; the meetings that they have go on.")
  static final class Cordon implements CliCommand {

    @Mixin NamedServers servers = new NamedServers();

    @Option(names = "--force", description = "Even if no server is left that takes new meetings.")
    boolean force;

    @Mixin DoorsOptions doors = new DoorsOptions();

    @Override
    public ExitCode run(Console console) {
      return doors.forEach(
          console,
          client -> forEach(servers.names, console, name -> cordon(client, console, name)));
    }

    private ExitCode cordon(AdminClient client, Console console, String name) {
      ServerText server = set(client, console, name, "cordoned", force);
      console.out().println(server.name() + ": cordoned; " + server.crowd());
      return ExitCode.DONE;
    }
  }

  /** New meetings again. */
  @Command(
      name = "enable",
      aliases = "uncordon",
      description = "Give servers new meetings again, and end their drains.")
  static final class Enable implements CliCommand {

    @Mixin NamedServers servers = new NamedServers();

    @Mixin DoorsOptions doors = new DoorsOptions();

    @Override
    public ExitCode run(Console console) {
      return doors.forEach(
          console,
          client -> forEach(servers.names, console, name -> enable(client, console, name)));
    }

    private static ExitCode enable(AdminClient client, Console console, String name) {
      ServerText server = set(client, console, name, "enabled", false);
      String note = server.note();
      console
          .out()
          .println(
              server.name()
                  + ": enabled; it gets "
                  + (server.server().flag("available")
                      ? "new meetings now."
                      : "no new meetings yet" + (note.isEmpty() ? "." : " (" + note + ").")));
      return ExitCode.DONE;
    }
  }

  /** Nothing at all. */
  @Command(
      name = "disable",
      description =
          "Give servers nothing any more; what they hold is taken for gone, recordings included.")
  static final class Disable implements CliCommand {

    @Mixin NamedServers servers = new NamedServers();

    @Option(
        names = "--force",
        description = "Even if they have meetings, or no server is left that takes new ones.")
    boolean force;

    @Mixin DoorsOptions doors = new DoorsOptions();

    @Override
    public ExitCode run(Console console) {
      return doors.forEach(
          console,
          client -> forEach(servers.names, console, name -> disable(client, console, name)));
    }

    private ExitCode disable(AdminClient client, Console console, String name) {
      try {
        ServerText server = set(client, console, name, "disabled", force);
        console.out().println(server.name() + ": disabled");
        return ExitCode.DONE;
      } catch (ProblemException e) {
        if (!e.is(ProblemType.SERVER_HAS_MEETINGS)) {
          throw e;
        }
        String shown = Fields.printable(name);
        throw new CommandException(
            e.code(),
            String.format(
                "%s holds %s with %s, which would be taken for gone. Drain it first:%n"
                    + "  tinyscale drain %s%n"
                    + "or add --force.",
                shown,
                ServerText.meetings(e.problem().number("meetings", 0)),
                ServerText.people(e.problem().number("users", 0)),
                shown));
      }
    }
  }
}
