package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.FileReplacement.RefusedException;
import io.tinyscale.config.FileReplacement.Step;
import io.tinyscale.config.PoolEdited.Reason;
import io.tinyscale.config.PoolEdited.Refused;
import io.tinyscale.config.ServerFields.Field;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Edits the pool file for a program, as carefully as a person would: what the edit is not about
 * stays as it is, byte for byte. Each edit begins with the file as it is now, so an edit by hand is
 * kept, also if it comes in between. A result that the pool file's own reader refuses, or that
 * changes more than was asked for, is never written. Blocks; thread-safe within one process.
 */
public final class PoolEdits {

  /** How often an edit begins anew because the file has changed meanwhile. */
  private static final int MOST_TRIES = 20;

  private static final String MARK = "\uFEFF";

  private final Path file;
  private final FileReplacement.Watcher watcher;

  /** Edits this file. */
  public PoolEdits(Path file) {
    this(file, step -> {});
  }

  PoolEdits(Path file, FileReplacement.Watcher watcher) {
    this.file = file;
    this.watcher = watcher;
  }

  /** A result, and the version of the file that was written for it. */
  record Written(PoolEdited result, @Nullable FileVersion version) {}

  /** Why an edit cannot be; for this class alone. */
  private static final class RefusedEditException extends Exception {

    private final transient Refused refused;

    RefusedEditException(Reason reason, String problem) {
      this(new Refused(reason, List.of(problem)));
    }

    RefusedEditException(Refused refused) {
      super(refused.reason().name());
      this.refused = refused;
    }
  }

  /**
   * Whether the file can be replaced, as far as access rights tell. Of a file that is mounted by
   * itself only the first edit tells.
   */
  public boolean isWritable() {
    try {
      Path target = file.toRealPath();
      Path folder = target.getParent();
      return Files.isWritable(target) && folder != null && Files.isWritable(folder);
    } catch (IOException e) {
      return false;
    }
  }

  /** Edits the file. */
  public PoolEdited apply(PoolEdit edit) {
    return written(edit).result();
  }

  synchronized Written written(PoolEdit edit) {
    try {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        Optional<Written> written = tryOnce(edit);
        if (written.isPresent()) {
          return written.get();
        }
      }
      throw new RefusedEditException(
          Reason.BUSY,
          Problem.of("servers", file.toString(), "", "It keeps changing: try again later.")
              .toString());
    } catch (RefusedEditException e) {
      return new Written(e.refused, null);
    }
  }

  /** Edits the file as it is now; empty if it has changed meanwhile. */
  private Optional<Written> tryOnce(PoolEdit edit) throws RefusedEditException {
    FileReplacement replacement = read();
    String text = text(replacement.old());
    PoolFile.Content before = parsed(text, Reason.FILE_INVALID);
    JsonSplice splice = new JsonSplice(text);
    JsonSplice edited = edited(splice, before.servers(), edit);
    if (edited.text().equals(text)) {
      return Optional.of(new Written(new PoolEdited.Done(exposed(before), false), null));
    }
    List<Server> intended = intended(before.servers(), edit);
    requireOneInUse(intended);
    byte[] bytes = bytes(edited.text());
    PoolFile.Content after = parsed(edited.text(), Reason.INVALID_SERVER);
    requireEqual(intended, after.servers());
    return replace(replacement, bytes)
        .map(version -> new Written(new PoolEdited.Done(exposed(after), true), version));
  }

  private FileReplacement read() throws RefusedEditException {
    try {
      return FileReplacement.of(file, PoolFile.MOST_BYTES, watcher);
    } catch (SmallFile.UnreadableException e) {
      throw unreadable(e.getMessage());
    }
  }

  private RefusedEditException unreadable(@Nullable String why) {
    return new RefusedEditException(
        Reason.FILE_INVALID,
        Problem.of(
                "servers",
                file.toString(),
                "a readable file, but it is: " + why,
                "Correct that first.")
            .toString());
  }

  /** The whole text, a byte order mark included. */
  private String text(byte[] bytes) throws RefusedEditException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw unreadable("not in UTF-8");
    }
  }

  private byte[] bytes(String text) throws RefusedEditException {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (bytes.remaining() > PoolFile.MOST_BYTES) {
        throw new RefusedEditException(
            Reason.INVALID_SERVER,
            Problem.of(
                    "servers",
                    file.toString(),
                    "at most " + Units.text(PoolFile.MOST_BYTES),
                    "With this edit it would be larger: remove something first.")
                .toString());
      }
      return Arrays.copyOf(bytes.array(), bytes.remaining());
    } catch (CharacterCodingException e) {
      throw new RefusedEditException(
          Reason.INVALID_SERVER,
          Problem.of("servers", "half a character", "whole characters", "Write the text again.")
              .toString());
    }
  }

  private PoolFile.Content parsed(String text, Reason reason) throws RefusedEditException {
    try {
      return PoolFile.parse(text.startsWith(MARK) ? text.substring(1) : text, file.toString());
    } catch (ConfigException e) {
      throw new RefusedEditException(
          new Refused(reason, e.problems().stream().map(Problem::toString).toList()));
    }
  }

  private PoolFile.Content exposed(PoolFile.Content content) {
    return PoolFile.withExposure(content, file);
  }

  private Optional<FileVersion> replace(FileReplacement replacement, byte[] bytes)
      throws RefusedEditException {
    try {
      return replacement.with(bytes);
    } catch (RefusedException e) {
      throw new RefusedEditException(
          Reason.READ_ONLY,
          Problem.of(
                  "servers",
                  file.toString(),
                  "a file that can be replaced by another one in " + replacement.folder(),
                  fix(e.step()) + cause(e))
              .toString());
    }
  }

  private static String fix(Step step) {
    return switch (step) {
      case MOVE ->
          "The folder is writable, but the file is not to be replaced: it may be mounted by itself."
              + " Mount the folder that holds it, not the file.";
      case KEEP_ACCESS ->
          "Make the user that tinyscale runs as the owner of the file, and a member of its group.";
      default ->
          "Let the user that tinyscale runs as write the file and its folder, or edit it where it"
              + " comes from.";
    };
  }

  private static String cause(RefusedException refused) {
    @Nullable Throwable cause = refused.getCause();
    return cause == null ? "" : " (" + Problem.printable(String.valueOf(cause.getMessage())) + ")";
  }

  private JsonSplice edited(JsonSplice splice, List<Server> servers, PoolEdit edit)
      throws RefusedEditException {
    if (edit instanceof PoolEdit.Add add) {
      requireNew(servers, add);
      return splice.append(fields(add, splice.isAiry()));
    }
    int index = indexOf(servers, edit.server());
    Server server = servers.get(index);
    if (edit instanceof PoolEdit.Change change) {
      requireWanted(change.when().test(server), server);
      return edited(splice, index, server, servers, change.fields().completed());
    }
    requireWanted(((PoolEdit.Remove) edit).when().test(server), server);
    if (servers.size() == 1) {
      throw last();
    }
    return splice.removeObject(index);
  }

  private JsonSplice edited(
      JsonSplice splice, int index, Server server, List<Server> servers, ServerFields fields)
      throws RefusedEditException {
    JsonSplice edited = splice;
    requireGiven(fields);
    requireAddress(servers, server, fields);
    for (Field field : fields.fields()) {
      Optional<String> json = fields.json(field, splice.isAiry());
      if (json.isEmpty()) {
        edited = edited.remove(index, field.toString());
      } else if (fields.changes(server, field)) {
        edited = edited.set(index, field.toString(), json.get());
      }
    }
    return edited;
  }

  /** The fields of a new entry, in the order of the documentation. */
  private static List<JsonSplice.Field> fields(PoolEdit.Add add, boolean airy) {
    ServerFields all = add.more().host(add.host()).secret(add.secret()).completed();
    List<JsonSplice.Field> fields = new ArrayList<>();
    fields.add(new JsonSplice.Field("name", JsonText.of(add.server())));
    for (Field field : all.fields()) {
      all.json(field, airy)
          .ifPresent(json -> fields.add(new JsonSplice.Field(field.toString(), json)));
    }
    return fields;
  }

  private static List<Server> intended(List<Server> servers, PoolEdit edit)
      throws RefusedEditException {
    List<Server> intended = new ArrayList<>(servers);
    if (edit instanceof PoolEdit.Add add) {
      Optional<Server> server = added(add);
      server.ifPresent(intended::add);
      return intended;
    }
    int index = servers.stream().map(Server::name).toList().indexOf(edit.server());
    if (edit instanceof PoolEdit.Change change) {
      try {
        intended.set(index, change.fields().completed().applied(servers.get(index)));
      } catch (IllegalArgumentException wrong) {
        // The reader of the file says it better.
        return intended;
      }
    } else {
      intended.remove(index);
    }
    return intended;
  }

  /** The new server; empty if its address is none, which the reader of the file says. */
  private static Optional<Server> added(PoolEdit.Add add) {
    try {
      ServerFields fields = add.more().completed();
      return fields
          .host(add.host())
          .address()
          .map(api -> fields.applied(Server.of(add.server(), api, add.secret())));
    } catch (IllegalArgumentException wrong) {
      return Optional.empty();
    }
  }

  private static int indexOf(List<Server> servers, String name) throws RefusedEditException {
    int index = servers.stream().map(Server::name).toList().indexOf(name);
    if (index < 0) {
      throw new RefusedEditException(
          Reason.SERVER_UNKNOWN,
          Problem.of("servers", "no server " + name, "", "Name one that is in the pool file.")
              .toString());
    }
    return index;
  }

  private static void requireNew(List<Server> servers, PoolEdit.Add add)
      throws RefusedEditException {
    if (servers.stream().anyMatch(server -> server.name().equals(add.server()))) {
      throw new RefusedEditException(
          Reason.NAME_TAKEN,
          Problem.of("name", add.server(), "a name of its own", "Choose another name.").toString());
    }
    requireAddress(servers, null, ServerFields.NONE.host(add.host()));
  }

  private static void requireAddress(
      List<Server> servers, @Nullable Server itself, ServerFields fields)
      throws RefusedEditException {
    Optional<Server> other =
        fields
            .address()
            .flatMap(
                api ->
                    servers.stream()
                        .filter(server -> !server.equals(itself) && server.api().equals(api))
                        .findFirst());
    if (other.isPresent()) {
      throw new RefusedEditException(
          Reason.ADDRESS_TAKEN,
          Problem.of(
                  "host",
                  "the same server as " + other.get().name(),
                  "every server once",
                  "Change that one instead.")
              .toString());
    }
  }

  private static void requireGiven(ServerFields fields) throws RefusedEditException {
    for (Field field : List.of(Field.HOST, Field.SECRET)) {
      if (fields.fields().contains(field) && fields.json(field, true).isEmpty()) {
        throw new RefusedEditException(
            Reason.INVALID_SERVER,
            Problem.of(field.toString(), "missing", "", "It has no default: give one.").toString());
      }
    }
  }

  private static void requireWanted(boolean wanted, Server server) throws RefusedEditException {
    if (!wanted) {
      throw new RefusedEditException(
          Reason.NOT_WANTED,
          Problem.of(
                  "servers",
                  server.name() + " has changed in the pool file",
                  "",
                  "Look at it again.")
              .toString());
    }
  }

  private static void requireOneInUse(List<Server> servers) throws RefusedEditException {
    if (servers.stream().allMatch(server -> server.state() == AdminState.DISABLED)) {
      throw last();
    }
  }

  private static RefusedEditException last() {
    return new RefusedEditException(
        Reason.LAST_SERVER,
        Problem.of(
                "servers",
                "the last one that is not disabled",
                "at least one such server",
                "Add or enable another one first.")
            .toString());
  }

  /** Refuses to change the name of any server; anything else that differs is our mistake. */
  private static void requireEqual(List<Server> intended, List<Server> after)
      throws RefusedEditException {
    if (intended.equals(after)) {
      return;
    }
    List<String> names = intended.stream().map(Server::name).toList();
    List<String> others = after.stream().map(Server::name).toList();
    if (names.equals(others) || names.size() != others.size()) {
      throw new IllegalStateException("the edited pool file does not say what it shall say");
    }
    List<String> renamed = new ArrayList<>(names);
    renamed.removeAll(others);
    throw new RefusedEditException(
        Reason.RENAMES,
        Problem.of(
                "servers",
                "another name for " + String.join(", ", renamed),
                "no server without a `name` whose name this changes",
                "Write its name into its entry first.")
            .toString());
  }
}
