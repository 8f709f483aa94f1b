package io.tinyscale.config;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of administrators. Prints without them.
 *
 * @param own the token that no file holds, if there is one
 * @param file the file with the others; null if there is none
 * @param inFile what the file said when it was read
 */
public record AdminTokens(List<AdminToken> own, @Nullable Path file, List<AdminToken> inFile) {

  /** The name of the token that no file holds. */
  private static final String OWN_NAME = "env";

  /** The name of a token that stands alone in its line. */
  private static final String LONE_NAME = "local";

  private static final int MOST_BYTES = 256 << 10;
  private static final int MOST_TOKENS = 1_000;
  private static final String HASH = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]{1,512}");
  private static final String EXPECTED_TOKEN = "at least 32 printable characters";
  private static final String MAKE_ONE =
      "Make one with `tinyscale token create NAME --scope SCOPE`.";
  private static final String EXPECTED_LINE =
      "a name, a scope (read, operate or admin) and a token or sha256: with its hash";

  /** Copies the lists. */
  public AdminTokens {
    own = List.copyOf(own);
    inFile = List.copyOf(inFile);
  }

  /** All tokens. */
  public List<AdminToken> all() {
    List<AdminToken> all = new ArrayList<>(own);
    all.addAll(inFile);
    return List.copyOf(all);
  }

  /** The same with what the file says now. */
  AdminTokens withInFile(List<AdminToken> now) {
    return new AdminTokens(own, file, now);
  }

  /** Reads the keys. */
  static AdminTokens read(ConfigValues values, List<String> warnings) {
    List<AdminToken> own =
        values
            .optional(ConfigKey.ADMIN_TOKEN, Optional::of, EXPECTED_TOKEN)
            .map(token -> own(values, token))
            .orElse(List.of());
    Path file = values.path(ConfigKey.ADMIN_TOKENS_FILE).orElse(null);
    if (file == null) {
      return new AdminTokens(own, null, List.of());
    }
    SmallFile.exposure(ConfigKey.ADMIN_TOKENS_FILE, file).ifPresent(warnings::add);
    try {
      return new AdminTokens(own, file, read(file));
    } catch (ConfigException wrong) {
      wrong.problems().forEach(problem -> values.problem(ConfigKey.ADMIN_TOKENS_FILE, problem));
      return new AdminTokens(own, file, List.of());
    }
  }

  private static List<AdminToken> own(ConfigValues values, String token) {
    if (token.length() >= AdminToken.SHORTEST && TOKEN.matcher(token).matches()) {
      return List.of(AdminToken.of(OWN_NAME, AdminScope.ADMIN, token));
    }
    values.problem(
        ConfigKey.ADMIN_TOKEN,
        Problem.of(ConfigKey.ADMIN_TOKEN.key(), SecretText.HIDDEN, EXPECTED_TOKEN, MAKE_ONE));
    return List.of();
  }

  /**
   * The tokens in a file.
   *
   * @throws ConfigException with everything that is wrong with it; no token is quoted
   */
  static List<AdminToken> read(Path file) {
    String text;
    try {
      text = SmallFile.text(file, MOST_BYTES);
    } catch (SmallFile.UnreadableException e) {
      throw new ConfigException(
          List.of(
              Problem.of(
                  ConfigKey.ADMIN_TOKENS_FILE.key(),
                  file.toString(),
                  "a readable file, but it is: " + e.getMessage(),
                  "Correct the path or the file's permissions.")));
    }
    List<AdminToken> tokens = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String[] words = line.strip().split("\\s+");
      if (words[0].isEmpty() || words[0].startsWith("#")) {
        continue;
      }
      try {
        AdminToken token = ofLine(words);
        if (!names.add(token.name())) {
          throw new IllegalArgumentException("another name than " + token.name() + ", used above");
        }
        tokens.add(token);
      } catch (IllegalArgumentException wrong) {
        problems.add(
            Problem.of(
                ConfigKey.ADMIN_TOKENS_FILE.key(),
                file + ", line " + number,
                String.valueOf(wrong.getMessage()),
                MAKE_ONE));
      }
    }
    if (tokens.size() > MOST_TOKENS) {
      problems.add(
          Problem.of(
              ConfigKey.ADMIN_TOKENS_FILE.key(),
              file.toString(),
              "at most " + MOST_TOKENS + " tokens",
              "Remove those that nobody needs."));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return tokens;
  }

  private static AdminToken ofLine(String[] words) {
    boolean isAlone = words.length == 1;
    if (!isAlone && words.length != 3) {
      throw new IllegalArgumentException(EXPECTED_LINE);
    }
    String name = isAlone ? LONE_NAME : words[0];
    AdminScope scope =
        isAlone
            ? AdminScope.ADMIN
            : AdminScope.named(words[1])
                .orElseThrow(() -> new IllegalArgumentException(EXPECTED_LINE));
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(EXPECTED_LINE);
    }
    String token = words[words.length - 1];
    if (token.startsWith(HASH)) {
      String hex = token.substring(HASH.length());
      if (!HEX.matcher(hex).matches()) {
        throw new IllegalArgumentException("64 hexadecimal digits behind sha256:");
      }
      return AdminToken.ofHash(name, scope, HexFormat.of().parseHex(hex));
    }
    if (token.length() < AdminToken.SHORTEST || !TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException("a token of " + EXPECTED_TOKEN);
    }
    return AdminToken.of(name, scope, token);
  }

  /**
   * The first of these tokens that is a secret, too: a secret is on every server and in every front
   * end, so it must open no door.
   */
  public static Optional<AdminToken> anyOf(List<AdminToken> tokens, List<Secret> secrets) {
    for (Secret secret : secrets) {
      byte[] hash = AdminToken.sha256(secret.key().getEncoded());
      for (AdminToken token : tokens) {
        if (token.hasHash(hash)) {
          return Optional.of(token);
        }
      }
    }
    return Optional.empty();
  }

  /** The refusal of a token that is a secret. */
  public static Problem isSecret(AdminToken token) {
    return Problem.of(
        token.name().equals(OWN_NAME)
            ? ConfigKey.ADMIN_TOKEN.key()
            : ConfigKey.ADMIN_TOKENS_FILE.key(),
        "the token of " + token.name() + " is the secret of a front end or of a server",
        "a token that is nothing else",
        MAKE_ONE);
  }

  /** Checks that no token is a secret of a front end or of a server. */
  public void refuse(List<Secret> secrets) {
    anyOf(all(), secrets)
        .ifPresent(
            token -> {
              throw new ConfigException(List.of(isSecret(token)));
            });
  }

  /** How many there are. */
  @Override
  public String toString() {
    return all().size() + " tokens";
  }
}
