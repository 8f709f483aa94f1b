package io.tinyscale.launcher.cli;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and ends single meetings. */
final class MeetingCommands {

  private static final String CERTAIN = "certain";

  private MeetingCommands() {}

  /** The meetings that tinyscale knows. */
  @Command(name = "meetings", description = "List the meetings that tinyscale knows.")
  static final class Known implements CliCommand {

    private static final int PAGE = 1000;

    @Option(
        names = "--server",
        paramLabel = "NAME",
        completionCandidates = ServerNames.class,
        description = "Those of this server only.")
    @Nullable String server;

    @Mixin JsonOption json = new JsonOption();
    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      Times times = new Times(console.clock());
      Table table =
          new Table(
              List.of(
                  Table.Column.text("MEETING"),
                  Table.Column.text("SERVER"),
                  Table.Column.number("USERS"),
                  Table.Column.word("SINCE")),
              true);
      String after = "";
      int meetings = 0;
      do {
        Reply page = client.get(path(after));
        List<Fields> found = page.body().objects("meetings");
        if (json.json) {
          page.printTo(console);
        }
        found.forEach(meeting -> table.row(cells(meeting, times), note(meeting), false));
        meetings += found.size();
        String next = page.body().raw("next");
        // A door that names the same page again would be asked for ever.
        after = found.isEmpty() || next.equals(after) ? "" : next;
      } while (!after.isEmpty());
      if (!json.json && meetings > 0) {
        console.out().print(table.text(console, console.width()));
      } else if (!json.json) {
        console.err().println("No meetings.");
      }
      console.out().flush();
      return ExitCode.DONE;
    }

    private String path(String after) {
      StringBuilder path = new StringBuilder("/meetings?limit=" + PAGE);
      if (server != null) {
        path.append("&server=").append(AdminClient.encoded(server));
      }
      if (!after.isEmpty()) {
        path.append("&after=").append(AdminClient.encoded(after));
      }
      return path.toString();
    }

    private static List<String> cells(Fields meeting, Times times) {
      return List.of(
          meeting.text("meetingID"),
          meeting.text("server"),
          meeting.number("users").map(Object::toString).orElse(Table.NONE),
          meeting.time("createdAt").map(times::clockTime).orElse(Table.NONE));
    }

    private static String note(Fields meeting) {
      List<String> notes = new ArrayList<>();
      String certainty = meeting.text("certainty");
      if (!certainty.isEmpty() && !certainty.equals(CERTAIN)) {
        notes.add(certainty);
      }
      meeting.objects("copies").stream().map(MeetingCommands::copy).forEach(notes::add);
      return String.join(", ", notes);
    }
  }

  /** Such as {@code math-101 is on bbb1, copy on bbb2 (rival)}. */
  static String where(Fields meeting) {
    return Stream.concat(
            Stream.of(meeting.text("meetingID") + " is on " + meeting.text("server")),
            meeting.objects("copies").stream().map(MeetingCommands::copy))
        .collect(Collectors.joining(", "));
  }

  private static String copy(Fields copy) {
    return "copy on " + copy.text("server") + " (" + copy.text("standing") + ")";
  }

  /** Where a meeting is. */
  @Command(
      name = "find",
      description =
          "Say where a meeting is; exit with 1 if it is nowhere, with 4 if that is not known.")
  static final class Find implements CliCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The meetingID, or the internal id.")
    String id = "";

    @Mixin JsonOption json = new JsonOption();
    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      AdminClient client = door.open(console);
      Reply reply = found(client);
      if (json.json) {
        reply.printTo(console);
        return ExitCode.DONE;
      }
      Fields meeting = reply.body();
      Times times = new Times(console.clock());
      String server = meeting.raw("server");
      StringBuilder text = new StringBuilder(meeting.text("meetingID"));
      text.append(" is on ").append(meeting.text("server"));
      String address = address(client, server, times);
      text.append(address.isEmpty() ? "" : " (" + address + ")");
      meeting
          .number("users")
          .ifPresent(users -> text.append(", ").append(ServerText.people(users)));
      meeting
          .time("createdAt")
          .ifPresent(since -> text.append(", since ").append(times.clockTime(since)));
      String certainty = meeting.text("certainty");
      if (!certainty.isEmpty() && !certainty.equals(CERTAIN)) {
        text.append(" (").append(certainty).append(')');
      }
      List<Fields> copies = meeting.objects("copies");
      if (!copies.isEmpty()) {
        text.append(
            copies.stream().map(MeetingCommands::copy).collect(Collectors.joining(", ", "; ", "")));
      }
      console.out().println(text);
      return ExitCode.DONE;
    }

    private Reply found(AdminClient client) {
      try {
        return client.get("/meetings/find?id=" + AdminClient.encoded(id));
      } catch (ProblemException e) {
        String shown = Fields.printable(id);
        if (e.is(ProblemType.MEETING_ABSENT)) {
          throw new CommandException(e.code(), shown + " is on no server.");
        }
        List<String> silent = e.problem().texts("silent");
        if (e.is(ProblemType.MEETING_UNKNOWN) && !silent.isEmpty()) {
          throw new CommandException(
              e.code(),
              shown
                  + " is not known: "
                  + String.join(", ", silent)
                  + (silent.size() == 1 ? " does not answer." : " do not answer."));
        }
        throw e;
      }
    }

    /** The server's address; empty if the door does not tell it. */
    private static String address(AdminClient client, String server, Times times) {
      try {
        return new ServerText(client.get(AdminClient.server(server, "")).body(), times).address();
      } catch (CommandException e) {
        return "";
      }
    }
  }

  /** Ends a meeting. */
  @Command(name = "end", description = "End a meeting.")
  static final class End implements CliCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The meetingID.")
    String id = "";

    @Option(
        names = "--server",
        paramLabel = "NAME",
        completionCandidates = ServerNames.class,
        description = "End the copy on this server only.")
    @Nullable String server;

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      JsonObject body = new JsonObject();
      body.addProperty("meetingID", id);
      if (server != null) {
        body.addProperty("server", server);
      }
      try {
        door.open(console).post("/meetings/end", body);
      } catch (ProblemException e) {
        throw e.is(ProblemType.MEETING_ABSENT)
            ? new CommandException(e.code(), Fields.printable(id) + " is on no server.")
            : e;
      }
      console
          .out()
          .println(
              Fields.printable(id)
                  + (server == null ? "" : " on " + Fields.printable(server))
                  + ": ended.");
      return ExitCode.DONE;
    }
  }
}
