package io.tinyscale.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pool file, read again when it has changed, and once at the beginning: the configuration was
 * read some time ago. Looks at the file's time, size and identity, links followed: so it sees a
 * file that is written anew, replaced by another, or reached through a link that now points
 * elsewhere. A file with a mistake is read again and again, because rights may change without its
 * version. Blocks while it reads; not thread-safe.
 */
public final class WatchedPoolFile {

  private final Path file;
  private final PoolEdits edits;
  private Set<Object> warned;

  /** The version that was read; null if the file is to be read again. */
  private @Nullable FileVersion known;

  private FileVersion seen;
  private @Nullable Mistake told;

  /** What was wrong with a version of the file. */
  private record Mistake(FileVersion version, String problems) {}

  /**
   * Knows what the configuration told.
   *
   * @param warnings the ones that the operator has had
   */
  public WatchedPoolFile(Path file, List<PoolFile.Warning> warnings) {
    this.file = file;
    this.edits = new PoolEdits(file);
    this.warned = matters(warnings);
    this.seen = version();
    edits.look();
  }

  /**
   * Reads the file if it has changed and then not changed again since the last question: what is
   * still being written is left alone.
   *
   * @return empty if there is nothing new; else with the warnings that are new
   * @throws ConfigException if it has changed and is wrong; once for each change and mistake
   */
  public Optional<PoolFile.Content> changed() {
    FileVersion earlier = seen;
    seen = version();
    if (seen.equals(known) || !seen.equals(earlier)) {
      return Optional.empty();
    }
    Mistake before = told;
    try {
      return Optional.of(readSeen());
    } catch (ConfigException wrong) {
      if (Objects.equals(told, before)) {
        return Optional.empty();
      }
      throw wrong;
    }
  }

  private PoolFile.Content readSeen() {
    edits.look();
    try {
      PoolFile.Content content = PoolFile.read(file);
      known = seen;
      told = null;
      return withNewWarnings(content);
    } catch (ConfigException wrong) {
      known = null;
      told = new Mistake(seen, wrong.problems().toString());
      throw wrong;
    }
  }

  /**
   * Reads the file now, whether it has changed or not.
   *
   * @return with the warnings that are new
   * @throws ConfigException if it is wrong
   */
  public PoolFile.Content read() {
    seen = version();
    return readSeen();
  }

  /**
   * The number of what the file says, as far as it was looked at; it rises whenever that changes.
   * Any thread may ask.
   */
  public long revision() {
    return edits.revision();
  }

  /** Whether the file can be edited, as far as access rights tell. Any thread may ask. */
  public boolean isWritable() {
    return edits.isWritable();
  }

  /**
   * Edits the file. What it says then is known: {@link #changed} does not tell it again.
   *
   * @param revision the one in which alone the edit is wanted; empty if it does not matter
   * @return with the warnings that are new
   */
  public PoolEdited edit(PoolEdit edit, OptionalLong revision) {
    PoolEdits.Written written = edits.written(edit, revision);
    FileVersion version = written.version();
    if (version == null || !(written.result() instanceof PoolEdited.Done done)) {
      return written.result();
    }
    known = version;
    seen = version;
    told = null;
    return new PoolEdited.Done(withNewWarnings(done.content()), true);
  }

  private PoolFile.Content withNewWarnings(PoolFile.Content content) {
    Set<Object> old = warned;
    warned = matters(content.warnings());
    return new PoolFile.Content(
        content.servers(),
        content.warnings().stream().filter(warning -> !old.contains(warning.about())).toList());
  }

  private static Set<Object> matters(List<PoolFile.Warning> warnings) {
    return warnings.stream().map(PoolFile.Warning::about).collect(Collectors.toUnmodifiableSet());
  }

  private FileVersion version() {
    return FileVersion.of(file);
  }
}
