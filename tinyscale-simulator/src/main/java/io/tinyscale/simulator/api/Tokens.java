package io.tinyscale.simulator.api;

import java.util.random.RandomGenerator;

/** Makes the random strings of a server. Safe for many threads if the generator is. */
public record Tokens(RandomGenerator random) {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  String letters(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  /** A password for a meeting that was created without one. */
  String password() {
    return letters(8);
  }

  String sessionToken() {
    return letters(16);
  }

  String userId() {
    return "w_" + letters(12);
  }

  /** A secret like that of {@code bbb-conf --secret}. */
  public String secret() {
    return letters(40);
  }
}
