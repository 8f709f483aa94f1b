package io.tinyscale.simulator.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How bbb-webhooks proves that a delivery is its own. */
public enum HookSigning {
  SHA1("SHA-1"),
  SHA256("SHA-256"),
  SHA384("SHA-384"),
  SHA512("SHA-512"),
  /** Sends the secret itself in the header {@code Authorization}. */
  BEARER("");

  private final String digest;

  HookSigning(String digest) {
    this.digest = digest;
  }

  /** The name of the hash function in the JDK; empty if the deliveries have no checksum. */
  String digest() {
    return digest;
  }

  /** Finds a way by its name in any case, such as {@code sha256}. */
  public static Optional<HookSigning> parse(String name) {
    return Arrays.stream(values())
        .filter(signing -> signing.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }
}
