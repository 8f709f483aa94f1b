package io.tinyscale.config;

import io.tinyscale.bbb.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of administrators, whose file is read again when it has changed, and once at the
 * beginning: the configuration was read some time ago. A file with a mistake is not taken: the
 * tokens stay as they were, and the file is read again and again, because rights may change without
 * its version. Blocks while it reads; not thread-safe.
 */
public final class WatchedTokens {

  private AdminTokens tokens;

  /** The version that was read; that of no file if it is to be read again. */
  private FileVersion known = FileVersion.NONE;

  private FileVersion seen;
  private String lastMistake = "";

  /** Knows the tokens of the configuration. */
  public WatchedTokens(AdminTokens tokens) {
    this.tokens = tokens;
    this.seen = version();
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
   * @throws ConfigException if the file is wrong; once per mistake
   */
  public Optional<List<AdminToken>> changed(List<Secret> secrets) {
    FileVersion earlier = seen;
    seen = version();
    Path file = tokens.file();
    if (file == null || seen.equals(known) || !seen.equals(earlier)) {
      return Optional.empty();
    }
    List<AdminToken> before = tokens.all();
    try {
      AdminTokens now = tokens.withInFile(AdminTokens.read(file));
      now.refuse(secrets);
      tokens = now;
    } catch (ConfigException wrong) {
      String mistake = wrong.problems().toString();
      if (mistake.equals(lastMistake)) {
        return Optional.empty();
      }
      lastMistake = mistake;
      throw wrong;
    }
    known = seen;
    lastMistake = "";
    return tokens.all().equals(before) ? Optional.empty() : Optional.of(tokens.all());
  }
}
