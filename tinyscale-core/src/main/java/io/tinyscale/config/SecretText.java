package io.tinyscale.config;

/** What a secret may be made of. */
final class SecretText {

  static final String EXPECTED = "printable characters";
  static final String FIX = "Copy the secret again, without invisible characters.";

  private SecretText() {}

  /**
   * Whether nothing invisible came along when it was pasted: control characters, zero-width ones,
   * blanks around it. A checksum with them never verifies, and nobody sees why.
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
