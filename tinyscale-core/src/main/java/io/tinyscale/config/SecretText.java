package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;

/** What a secret may be made of. */
final class SecretText {

  /** What messages show instead of a secret. */
  static final String HIDDEN = "***";

  static final String EXPECTED = "printable characters";
  static final String FIX = "Copy the secret again, without invisible characters.";

  private SecretText() {}

  /** The warning of a secret that can be guessed. */
  static String shortIn(String key, String place, String fix) {
    return new Problem(key, "shorter than 16 characters", place, "", fix).toString();
  }

  /**
   * Whether nothing invisible came along when it was pasted: control characters, zero-width ones,
   * blanks around it. A checksum with them never verifies, and it is hard to see why.
   */
  static boolean isClean(String secret) {
    return secret.equals(secret.strip())
        && secret
            .codePoints()
            .allMatch(
                c ->
                    c == ' '
                        || !(Character.isISOControl(c)
                            || Character.isSpaceChar(c)
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.SURROGATE
                            || c == 0xFFFD));
  }
}
