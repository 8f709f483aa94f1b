package io.tinyscale.config;

import io.tinyscale.bbb.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of administrators, whose file is read again when it has changed. A file with a mistake
 * is not taken: the tokens stay as they were. Blocks while it reads; not thread-safe.
 */
public final class WatchedTokens {

  private AdminTokens tokens;
  private FileVersion known;
  private FileVersion seen;

  /** Takes the file as it is now for read. */
  public WatchedTokens(AdminTokens tokens) {
    this.tokens = tokens;
    this.known = version();
    this.seen = known;
  }

  private FileVersion version() {
    Path file = tokens.file();
    return file == null ? FileVersion.NONE : FileVersion.of(file);
  }

  /**
   * Reads the file if it has changed and then not changed again since the last question: what is
   * still being written is left alone.
   *
   * @param secrets those of front ends and servers, none of which may be a token
   * @return all tokens; empty if there is nothing new
   * @throws ConfigException if the file has changed and is wrong; once per change
   */
  public Optional<List<AdminToken>> changed(List<Secret> secrets) {
    FileVersion before = seen;
    seen = version();
    Path file = tokens.file();
    if (file == null || seen.equals(known) || !seen.equals(before)) {
      return Optional.empty();
    }
    known = seen;
    AdminTokens now = tokens.withInFile(AdminTokens.read(file));
    now.refuse(secrets);
    tokens = now;
    return Optional.of(tokens.all());
  }
}
