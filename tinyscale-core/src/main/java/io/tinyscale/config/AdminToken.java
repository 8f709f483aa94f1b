package io.tinyscale.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/**
 * A token of an administrator, of which only the hash is kept: the token itself can be had neither
 * from here nor from memory. Prints without the hash. Immutable.
 */
public final class AdminToken {

  /** A shorter token can be guessed. */
  static final int SHORTEST = 32;

  private final String name;
  private final AdminScope scope;
  private final byte[] sha256;

  private AdminToken(String name, AdminScope scope, byte[] sha256) {
    this.name = name;
    this.scope = scope;
    this.sha256 = sha256;
  }

  /** The token with this text. */
  public static AdminToken of(String name, AdminScope scope, String token) {
    return new AdminToken(name, scope, sha256(token.getBytes(StandardCharsets.UTF_8)));
  }

  static AdminToken ofHash(String name, AdminScope scope, byte[] sha256) {
    return new AdminToken(name, scope, sha256.clone());
  }

  /** The hash of a text, as it is compared. */
  public static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Whose token it is. */
  public String name() {
    return name;
  }

  /** What it allows. */
  public AdminScope scope() {
    return scope;
  }

  /** Whether this is the token of which this is the hash; takes the same time if it is not. */
  public boolean hasHash(byte[] hash) {
    return MessageDigest.isEqual(sha256, hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AdminToken token
        && name.equals(token.name)
        && scope == token.scope
        && hasHash(token.sha256);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, scope);
  }

  @Override
  public String toString() {
    return scope + " token of " + name;
  }
}
