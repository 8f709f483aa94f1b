package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.FileReplacement.RefusedException;
import io.tinyscale.config.FileReplacement.Step;
import io.tinyscale.config.PoolEdited.Reason;
import io.tinyscale.config.PoolEdited.Refused;
import io.tinyscale.config.ServerFields.Field;
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
import java.util.OptionalLong;
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
  private final PoolRevisions revisions = new PoolRevisions();

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

  /** Looks at what the file says, for {@link #revision}. */
  void look() {
    try {
      revisions.of(SmallFile.bytes(file, PoolFile.MOST_BYTES));
    } catch (SmallFile.UnreadableException gone) {
      // It says nothing; what it says next will be new.
    }
  }

  /** The number of what the file said last; it rises whenever that changes. */
  long revision() {
    return revisions.last();
  }

  /**
   * Adds a server, and makes the file first if there is none. The new file belongs to the owner of
   * its folder, as far as we may say so, and nobody else can read it.
   */
  public PoolEdited addOrBegin(PoolEdit.Add add) {
    return Files.exists(file) ? apply(add) : begin(add);
  }

  private synchronized PoolEdited begin(PoolEdit.Add add) {
    try {
      PoolEditRules.requireNew(List.of(), add);
      String text = JsonSplice.of(fields(add, true)).text();
      PoolFile.Content content = parsed(text, Reason.INVALID_SERVER);
      NewFile.write(file, bytes(text), watcher);
      return new PoolEdited.Done(exposed(content), true);
    } catch (EditRefusedException e) {
      return e.refused();
    } catch (IOException e) {
      return new Refused(
          Reason.READ_ONLY,
          List.of(
              Problem.of(
                      "servers",
                      file.toString(),
                      "a file in a folder that is there and can be written",
                      "Make the folder, or run the command as a user who may write there. ("
                          + Problem.printable(String.valueOf(e.getMessage()))
                          + ")")
                  .toString()));
    }
  }

  /** Edits the file. */
  public PoolEdited apply(PoolEdit edit) {
    return written(edit, OptionalLong.empty()).result();
  }

  /**
   * Edits the file.
   *
   * @param revision the one in which alone the edit is wanted; empty if it does not matter
   */
  synchronized Written written(PoolEdit edit, OptionalLong revision) {
    try {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        Optional<Written> written = tryOnce(edit, revision);
        if (written.isPresent()) {
          return written.get();
        }
      }
      throw new EditRefusedException(
          Reason.BUSY,
          Problem.of("servers", file.toString(), "", "It keeps changing: try again later.")
              .toString());
    } catch (EditRefusedException e) {
      return new Written(e.refused(), null);
    }
  }

  /** Edits the file as it is now; empty if it has changed meanwhile. */
  private Optional<Written> tryOnce(PoolEdit edit, OptionalLong revision)
      throws EditRefusedException {
    FileReplacement replacement = read();
    long now = revisions.of(replacement.old());
    PoolEditRules.requireRevision(now, revision);
    String text = text(replacement.old());
    PoolFile.Content before = parsed(text, Reason.FILE_INVALID);
    JsonSplice splice = new JsonSplice(text);
    JsonSplice edited = edited(splice, before.servers(), edit);
    if (edited.text().equals(text)) {
      return Optional.of(new Written(new PoolEdited.Done(exposed(before), false), null));
    }
    List<Server> intended = intended(before.servers(), edit);
    PoolEditRules.requireOneInUse(intended);
    if (edit instanceof PoolEdit.Change change && change.keepsOneEnabled()) {
      PoolEditRules.requireOneEnabled(before.servers(), intended);
    }
    byte[] bytes = bytes(edited.text());
    PoolFile.Content after = parsed(edited.text(), Reason.INVALID_SERVER);
    PoolEditRules.requireEqual(intended, after.servers());
    Optional<FileVersion> version = replace(replacement, bytes);
    version.ifPresent(written -> revisions.of(bytes));
    return version.map(written -> new Written(new PoolEdited.Done(exposed(after), true), written));
  }

  private FileReplacement read() throws EditRefusedException {
    try {
      return FileReplacement.of(file, PoolFile.MOST_BYTES, watcher);
    } catch (SmallFile.UnreadableException e) {
      throw unreadable(e.getMessage());
    }
  }

  private EditRefusedException unreadable(@Nullable String why) {
    return new EditRefusedException(
        Reason.FILE_INVALID,
        Problem.of(
                "servers",
                file.toString(),
                "a readable file, but it is: " + why,
                "Correct that first.")
            .toString());
  }

  /** The whole text, a byte order mark included. */
  private String text(byte[] bytes) throws EditRefusedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw unreadable("not in UTF-8");
    }
  }

  private byte[] bytes(String text) throws EditRefusedException {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      if (bytes.remaining() > PoolFile.MOST_BYTES) {
        throw new EditRefusedException(
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
      throw new EditRefusedException(
          Reason.INVALID_SERVER,
          Problem.of("servers", "half a character", "whole characters", "Write the text again.")
              .toString());
    }
  }

  private PoolFile.Content parsed(String text, Reason reason) throws EditRefusedException {
    try {
      return PoolFile.parse(text.startsWith(MARK) ? text.substring(1) : text, file.toString());
    } catch (ConfigException e) {
      throw new EditRefusedException(
          new Refused(reason, e.problems().stream().map(Problem::toString).toList()));
    }
  }

  private PoolFile.Content exposed(PoolFile.Content content) {
    return PoolFile.withExposure(content, file);
  }

  private Optional<FileVersion> replace(FileReplacement replacement, byte[] bytes)
      throws EditRefusedException {
    try {
      return replacement.with(bytes);
    } catch (RefusedException e) {
      throw new EditRefusedException(
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
      throws EditRefusedException {
    if (edit instanceof PoolEdit.Add add) {
      PoolEditRules.requireNew(servers, add);
      return splice.append(fields(add, splice.isAiry()));
    }
    int index = PoolEditRules.indexOf(servers, edit.server());
    Server server = servers.get(index);
    if (edit instanceof PoolEdit.Change change) {
      PoolEditRules.requireWanted(change.when().test(server), server);
      return edited(splice, index, server, servers, change.fields().completed());
    }
    PoolEditRules.requireWanted(((PoolEdit.Remove) edit).when().test(server), server);
    if (servers.size() == 1) {
      throw PoolEditRules.last();
    }
    return splice.removeObject(index);
  }

  private JsonSplice edited(
      JsonSplice splice, int index, Server server, List<Server> servers, ServerFields fields)
      throws EditRefusedException {
    JsonSplice edited = splice;
    PoolEditRules.requireGiven(fields);
    PoolEditRules.requireAddress(servers, server, fields);
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
      throws EditRefusedException {
    List<Server> intended = new ArrayList<>(servers);
    if (edit instanceof PoolEdit.Add add) {
      add.described().ifPresent(intended::add);
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
}
