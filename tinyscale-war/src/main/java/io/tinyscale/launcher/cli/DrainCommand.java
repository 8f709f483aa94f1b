package io.tinyscale.launcher.cli;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drain}: cordons servers and cares for what follows. */
@Command(
    name = "drain",
    description = "Give servers no new meetings, and wait for, or set, the end of those they have.")
final class DrainCommand implements CliCommand {

  private static final Duration BETWEEN = Duration.ofSeconds(2);
  private static final String CORDONED = "cordoned";
  private static final String TOLD = "told";

  /** How long a command waits for rooms to be told; a server that is silent takes longer. */
  private static final Duration TELLING = Duration.ofSeconds(5);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  @Mixin NamedServers servers = new NamedServers();

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description =
          "When they should be empty: a time of the day in your time zone (22:00), or a length of"
              + " time (2h).")
  @Nullable String deadline;

  @Option(names = "--end", description = "End the meetings that are left at the deadline.")
  boolean end;

  @Option(
      names = "--then",
      paramLabel = "STATE",
      description = "What an empty server becomes: cordoned (as without this), disabled, removed.")
  String then = CORDONED;

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      description = "A chat message to all rooms, now and, with --end, before the deadline.")
  @Nullable String message;

  @Option(
      names = "--wait",
      description = "Wait until they are empty; exit with 1 if the deadline passes before.")
  boolean wait;

  @Mixin DoorsOptions doors = new DoorsOptions();

  /** What has begun at each door, in the order of the doors. */
  private final Map<AdminClient, List<ServerText>> begun = new LinkedHashMap<>();

  @Override
  public ExitCode run(Console console) {
    if (end && deadline == null) {
      throw CommandException.wrong("--end: needs a --deadline.");
    }
    if (!List.of(CORDONED, "disabled", "removed").contains(then)) {
      throw CommandException.wrong("--then: not cordoned, disabled or removed.");
    }
    JsonObject body = new JsonObject();
    if (deadline != null) {
      body.addProperty("deadline", new Times(console.clock()).deadline(deadline));
    }
    body.addProperty("end", end);
    body.addProperty("then", then);
    ExitCode code = doors.forEach(console, client -> begin(client, console, body));
    return wait && !begun.isEmpty()
        ? code.or(
            DoorsOptions.forEach(
                List.copyOf(begun.keySet()), console, client -> awaited(client, console)))
        : code;
  }

  /** Begins the drains at a door. */
  private ExitCode begin(AdminClient client, Console console, JsonObject body) {
    return StateCommands.forEach(
        servers.names,
        console,
        name -> {
          ServerText server = begin(client, console, name, body);
          begun.computeIfAbsent(client, first -> new ArrayList<>()).add(server);
          return ExitCode.DONE;
        });
  }

  private ServerText begin(AdminClient client, Console console, String name, JsonObject wanted) {
    JsonObject body = wanted.deepCopy();
    // Two balancers would tell each room twice.
    boolean tells = message != null && !isTold(name);
    if (tells) {
      body.addProperty("message", message);
    }
    ServerText server =
        new ServerText(
            client.put(AdminClient.server(name, "/drain"), body).body(),
            new Times(console.clock()));
    String told = "";
    if (tells && server.meetings() > 0) {
      server = told(client, console, server);
      Fields drain = server.server().object("drain");
      told =
          drain.has(TOLD)
              ? String.format(
                  "; %d of %d rooms were told", drain.number(TOLD, 0), drain.number("rooms", 0))
              : "; its rooms are being told";
    }
    console.out().println(server.name() + ": cordoned; " + server.crowd() + told);
    console.out().flush();
    return server;
  }

  /** Whether the drain of a server, with its message, has begun at another door. */
  private boolean isTold(String name) {
    return begun.values().stream()
        .flatMap(List::stream)
        .anyMatch(server -> server.server().raw("name").equals(name));
  }

  /** The server once its rooms were told; the admin door answers before that. */
  private static ServerText told(AdminClient client, Console console, ServerText begun) {
    ServerText server = begun;
    Instant end = console.clock().instant().plus(TELLING);
    String path = AdminClient.server(begun.server().raw("name"), "");
    while (isTelling(server.server()) && console.clock().instant().isBefore(end)) {
      console.pause().of(BETWEEN_LOOKS);
      try {
        server = new ServerText(client.get(path).body(), begun.times());
      } catch (CommandException e) {
        // The drain has begun, and goes on without this.
        return server;
      }
    }
    return server;
  }

  private static boolean isTelling(Fields server) {
    return server.has("drain") && !server.object("drain").has(TOLD);
  }

  private ExitCode awaited(AdminClient client, Console console) {
    boolean isNamed = servers.names.size() > 1;
    List<DrainWait> waits = new ArrayList<>();
    for (ServerText server : begun.getOrDefault(client, List.of())) {
      waits.add(new DrainWait(client, console, then, isNamed, server));
    }
    ExitCode code = ExitCode.DONE;
    while (!waits.isEmpty()) {
      for (Iterator<DrainWait> i = waits.iterator(); i.hasNext(); ) {
        Optional<ExitCode> end = i.next().look();
        if (end.isPresent()) {
          code = code.or(end.get());
          i.remove();
        }
      }
      console.out().flush();
      if (!waits.isEmpty()) {
        console.pause().of(BETWEEN);
      }
    }
    return code;
  }
}
