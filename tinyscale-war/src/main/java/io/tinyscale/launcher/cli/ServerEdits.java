package io.tinyscale.launcher.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.ServerFields;
import io.tinyscale.config.Spelling;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Describes servers: adds them to the pool, and changes what is said of them. */
final class ServerEdits {

  private ServerEdits() {}

  /** A secret out of a file, or out of the standard input; never an argument, which others see. */
  private static String secret(String file, Console console) {
    try {
      String text =
          file.equals("-")
              ? TokenFile.small(console.in(), "The standard input")
              : TokenFile.text(Path.of(file));
      if (!text.isBlank()) {
        return text.strip();
      }
      throw CommandException.wrong("--secret-file: holds no secret.");
    } catch (InvalidPathException e) {
      throw CommandException.wrong("--secret-file: not the path of a file.");
    } catch (IOException e) {
      throw CommandException.wrong("--secret-file: the standard input cannot be read.");
    }
  }

  /** A new entry of the pool. */
  private record Entry(
      String name, String host, String secret, @Nullable Integer weight, List<String> tags) {

    PoolEdit.Add edit() {
      ServerFields more = ServerFields.NONE;
      if (weight != null) {
        more = more.weight(weight);
      }
      if (!tags.isEmpty()) {
        more = more.tags(tags);
      }
      return new PoolEdit.Add(name, host, Secret.of(secret), more);
    }

    JsonObject json() {
      JsonObject json = new JsonObject();
      json.addProperty("host", host);
      json.addProperty("secret", secret);
      if (weight != null) {
        json.addProperty("weight", weight);
      }
      if (!tags.isEmpty()) {
        json.add("tags", array(tags));
      }
      return json;
    }
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  /** Why the check of a server failed, in words. */
  static String why(String name, String cause, String otherwise) {
    String shown = Fields.printable(name);
    return switch (cause) {
      case "unreachable" -> shown + " does not answer.";
      case "secret-refused" ->
          shown + " refuses the secret: compare it with `bbb-conf --secret` there.";
      case "not-bbb" -> shown + " answers, but not as BigBlueButton does: compare the address.";
      default -> otherwise;
    };
  }

  /** Says in words why a server was refused. */
  private static CommandException explained(ProblemException e, String name, String onlyCheck) {
    if (!e.is(ProblemType.SERVER_CHECK_FAILED)) {
      return e;
    }
    String why = why(name, e.problem().raw("cause"), e.text());
    return new CommandException(e.code(), why + " Nothing was written" + onlyCheck + ".");
  }

  /** Adds a server. */
  @Command(name = "add", description = "Add a server to the pool, once it has answered.")
  static final class Add implements CliCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "What the server is called.")
    String name = "";

    @Option(
        names = "--host",
        paramLabel = "URL",
        required = true,
        description = "Its address, as `bbb-conf --secret` prints it.")
    String host = "";

    @Option(
        names = "--secret-file",
        paramLabel = "FILE",
        required = true,
        description = "The file with its secret; - reads the standard input.")
    String secretFile = "";

    @Option(names = "--weight", paramLabel = "N", description = "How much it can carry.")
    @Nullable Integer weight;

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag; may be repeated.")
    List<String> tags = List.of();

    @Option(names = "--no-check", description = "Do not ask the server first.")
    boolean unchecked;

    @Option(
        names = "--file",
        paramLabel = "POOL",
        description = {
          "Add it to this pool file, and ask no admin door. The file is made if it is not there:",
          "so the first server gets in."
        })
    @Nullable String file;

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      Entry entry = new Entry(name, host, secret(secretFile, console), weight, tags);
      if (file != null) {
        console.out().println(FirstServers.add(file, entry.edit(), unchecked, console));
        return ExitCode.DONE;
      }
      AdminClient client = door.open(console);
      client.conceal(entry.secret());
      Fields server;
      try {
        server =
            client
                .create(AdminClient.server(name, unchecked ? "?check=false" : ""), entry.json())
                .body();
      } catch (ProblemException e) {
        if (e.is(ProblemType.POOL_CHANGED)) {
          throw new CommandException(
              e.code(),
              Fields.printable(name) + " is in the pool already: `tinyscale set` changes it.");
        }
        throw explained(e, name, "; --no-check adds it all the same");
      }
      console.out().println(text(client, server));
      return ExitCode.DONE;
    }

    private String text(AdminClient client, Fields server) {
      String shown = Fields.printable(name);
      String version = server.text("bbbVersion");
      String answer =
          unchecked
              ? ""
              : String.format(
                  "%s answers (BigBlueButton%s, %s). ",
                  shown,
                  version.isEmpty() ? "" : " " + version,
                  ServerText.meetings(server.object("load").number("meetings", 0)));
      String subject = unchecked ? shown : "it";
      return answer
          + "Written to "
          + poolFile(client)
          + "; "
          + subject
          + (server.flag("available") ? " gets new meetings now." : " gets no new meetings yet.");
    }

    /** The pool file's path, if the door tells it. */
    private static String poolFile(AdminClient client) {
      try {
        String file = client.get("/status").body().object("pool").text("file");
        return file.isEmpty() ? "the pool file" : file;
      } catch (CommandException e) {
        return "the pool file";
      }
    }
  }

  /** Changes a server's entry. */
  @Command(
      name = "set",
      description = {
        "Change what the pool file says of a server: weight=2 tags=a,b host=URL checksum=sha256.",
        "Nothing behind the = brings the default back."
      })
  static final class Set implements CliCommand {

    private static final List<String> FIELDS = List.of("weight", "tags", "host", "checksum");

    @Mixin NamedServer server = new NamedServer();

    @Parameters(index = "1..*", paramLabel = "FIELD=VALUE", description = "What to change.")
    List<String> changes = List.of();

    @Option(
        names = "--secret-file",
        paramLabel = "FILE",
        description = "The file with a new secret; - reads the standard input.")
    @Nullable String secretFile;

    @Option(
        names = "--force",
        description = "Give a server with meetings another address all the same.")
    boolean force;

    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      String name = server.name();
      JsonObject body = new JsonObject();
      for (String change : changes) {
        int equals = change.indexOf('=');
        String field = equals < 0 ? change : change.substring(0, equals);
        requireKnown(field, equals >= 0);
        body.add(field, value(field, change.substring(equals + 1).strip()));
      }
      AdminClient client = door.open(console);
      if (secretFile != null) {
        String secret = secret(secretFile, console);
        client.conceal(secret);
        body.addProperty("secret", secret);
      }
      if (body.size() == 0) {
        throw CommandException.wrong("Nothing to set. Write fields such as weight=2.");
      }
      String changed = String.join(", ", body.keySet());
      if (force) {
        body.addProperty("force", true);
      }
      try {
        client.merge(AdminClient.server(name, ""), body);
      } catch (ProblemException e) {
        throw explained(e, name, "");
      }
      console.out().println(Fields.printable(name) + ": " + changed + " changed.");
      return ExitCode.DONE;
    }

    private static void requireKnown(String field, boolean hasValue) {
      if (field.equals("secret")) {
        throw CommandException.wrong(
            "secret: comes from --secret-file; on the command line others could read it.");
      }
      if (field.equals("state")) {
        throw CommandException.wrong(
            "state: `tinyscale cordon`, `enable`, `disable` and `drain` set it.");
      }
      if (!FIELDS.contains(field)) {
        // Without the value, which may be a secret under a mistyped name.
        throw CommandException.wrong(
            Fields.printable(field)
                + ": no field that can be set."
                + Spelling.nearest(field, FIELDS)
                    .map(meant -> " Did you mean " + meant + "?")
                    .orElse(" The fields are " + String.join(", ", FIELDS) + "."));
      }
      if (!hasValue) {
        throw CommandException.wrong(field + ": write it with its value, such as weight=2.");
      }
    }

    private static JsonElement value(String field, String text) {
      if (text.isEmpty()) {
        return JsonNull.INSTANCE;
      }
      if (field.equals("weight")) {
        if (!text.matches("[0-9]{1,9}")) {
          throw CommandException.wrong("weight: not a whole number.");
        }
        return new JsonPrimitive(Integer.valueOf(text));
      }
      return field.equals("tags")
          ? array(List.of(text.split("\\s*,\\s*")))
          : new JsonPrimitive(text);
    }
  }
}
