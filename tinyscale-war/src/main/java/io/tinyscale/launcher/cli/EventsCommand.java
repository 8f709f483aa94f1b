package io.tinyscale.launcher.cli;

import com.google.gson.JsonElement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code events}: what has happened lately. */
@Command(name = "events", description = "Print what has happened lately, the newest last.")
final class EventsCommand implements CliCommand {

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** Stands before all numbers. */
  private static final String FIRST = "0";

  @Option(names = "--follow", description = "Go on, and print what happens.")
  boolean follow;

  @Mixin JsonOption json = new JsonOption();
  @Mixin DoorOptions door = new DoorOptions();

  @Override
  public ExitCode run(Console console) {
    AdminClient client = door.open(console);
    String last = once(client, console, "");
    Patience patience = new Patience(console.clock());
    // A pipe whose reader has left is an end, too.
    while (follow && !console.out().checkError()) {
      console.pause().of(BETWEEN);
      try {
        last = once(client, console, last);
        patience.answered();
      } catch (CommandException e) {
        patience.bear(e);
        if (e instanceof ClosedDoorException) {
          // No process is there: the next one begins its numbers anew.
          last = FIRST;
        }
      }
    }
    return ExitCode.DONE;
  }

  @Override
  public boolean endsWithItsReader() {
    return follow;
  }

  /** Prints what came after an event, and tells the last one. */
  private String once(AdminClient client, Console console, String after) {
    Reply reply =
        client.get(
            "/events?limit=1000" + (after.isEmpty() ? "" : "&after=" + AdminClient.encoded(after)));
    List<Fields> events = reply.body().objects("events");
    if (json.json && (after.isEmpty() || !events.isEmpty())) {
      reply.printTo(console);
    } else {
      Times times = new Times(console.clock());
      events.forEach(event -> console.out().println(line(event, times)));
      console.out().flush();
    }
    return events.isEmpty() ? after : events.get(events.size() - 1).raw("id");
  }

  private static String line(Fields event, Times times) {
    StringBuilder line = new StringBuilder();
    line.append(event.time("time").map(times::seconds).orElse("--:--:--"));
    line.append(String.format(" %-5s ", event.text("level")));
    line.append(event.text("name"));
    Fields fields = event.object("fields");
    for (Map.Entry<String, JsonElement> field : fields.json().entrySet()) {
      String value = fields.text(field.getKey());
      boolean isPlain = value.matches("[^\\s\"=]+");
      line.append(' ').append(Fields.printable(field.getKey())).append('=');
      line.append(isPlain ? value : '"' + value.replace("\"", "\\\"") + '"');
    }
    return line.toString();
  }
}
