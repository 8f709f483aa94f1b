package io.tinyscale.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pool file, read again when it has changed. Looks at the file's time, size and identity, links
 * followed: so it sees a file that is written anew, replaced by another, or reached through a link
 * that now points elsewhere. Blocks while it reads; not thread-safe.
 */
public final class WatchedPoolFile {

  /**
   * What tells one version of the file from the next.
   *
   * @param identity of the file system's own making, where it has one
   */
  private record Version(FileTime time, long size, @Nullable Object identity) {}

  private static final Version NONE = new Version(FileTime.fromMillis(0), -1, null);

  private final Path file;
  private Set<Object> warned;
  private Version known;
  private Version seen;

  /**
   * Takes the file as it is now for known.
   *
   * @param warnings the ones that the operator has had
   */
  public WatchedPoolFile(Path file, List<PoolFile.Warning> warnings) {
    this.file = file;
    this.warned = matters(warnings);
    this.known = version();
    this.seen = known;
  }

  /**
   * Reads the file if it has changed and then not changed again since the last question: what is
   * still being written is left alone.
   *
   * @return empty if there is nothing new; else with the warnings that are new
   * @throws ConfigException if it has changed and is wrong; once per change
   */
  public Optional<PoolFile.Content> changed() {
    Version before = seen;
    seen = version();
    if (seen.equals(known) || !seen.equals(before)) {
      return Optional.empty();
    }
    known = seen;
    PoolFile.Content content = PoolFile.read(file);
    Set<Object> old = warned;
    warned = matters(content.warnings());
    return Optional.of(
        new PoolFile.Content(
            content.servers(),
            content.warnings().stream()
                .filter(warning -> !old.contains(warning.about()))
                .toList()));
  }

  private static Set<Object> matters(List<PoolFile.Warning> warnings) {
    return warnings.stream().map(PoolFile.Warning::about).collect(Collectors.toUnmodifiableSet());
  }

  private Version version() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return NONE;
    }
  }
}
