package io.tinyscale.admin;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.AdminToken;
import io.tinyscale.config.AdminTokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Knows the tokens, and who has failed lately. A right token always passes: nobody can lock an
 * administrator out. Thread-safe.
 */
final class Logins {

  /** Failures of one address in a minute beyond which it is told to wait. */
  static final int MOST_FAILURES = 20;

  /** Addresses whose failures are counted; the oldest go first. */
  static final int MOST_ADDRESSES = 1_000;

  private static final long WINDOW = Duration.ofMinutes(1).toNanos();
  private static final String BEARER = "Bearer ";

  private final LongSupplier nanoClock;
  private final AdminCounts counts;
  private volatile List<AdminToken> tokens;

  /** By address; guarded by itself. */
  private final Map<String, Failures> failures = new LinkedHashMap<>();

  private static final class Failures {
    private final long begun;
    private int number;
    private boolean told;

    Failures(long begun) {
      this.begun = begun;
    }
  }

  Logins(List<AdminToken> tokens, AdminCounts counts, LongSupplier nanoClock) {
    this.counts = counts;
    this.tokens = List.copyOf(tokens);
    this.nanoClock = nanoClock;
  }

  /** Other tokens count from now on. */
  void replace(List<AdminToken> others) {
    tokens = List.copyOf(others);
  }

  boolean haveTokens() {
    return !tokens.isEmpty();
  }

  /**
   * Lets no token in that is a secret: whoever runs a server knows its secret.
   *
   * @param secrets those of front ends and servers now
   * @return what the operator should know; empty if there is nothing new
   */
  Optional<String> refuse(List<Secret> secrets) {
    List<AdminToken> before = tokens;
    List<AdminToken> left =
        before.stream()
            .filter(token -> AdminTokens.anyOf(List.of(token), secrets).isEmpty())
            .toList();
    if (left.size() == before.size()) {
      return Optional.empty();
    }
    tokens = left;
    return Optional.of(
        before.stream()
            .filter(token -> !left.contains(token))
            .map(token -> AdminTokens.isSecret(token).toString())
            .collect(Collectors.joining(" ")));
  }

  /** Whether the token has not been taken away. */
  boolean isValid(AdminToken token) {
    return tokens.contains(token);
  }

  /** Whether this text is a token. */
  boolean isToken(String text) {
    return of(BEARER + text).isPresent();
  }

  /**
   * The token that a request brings.
   *
   * @param authorization the header field; empty if there is none
   */
  Optional<AdminToken> of(String authorization) {
    boolean isBearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    byte[] hash =
        AdminToken.sha256(
            (isBearer ? authorization.substring(BEARER.length()).strip() : authorization)
                .getBytes(StandardCharsets.UTF_8));
    AdminToken found = null;
    for (AdminToken token : tokens) {
      // Every token is compared, so that the time tells nothing.
      if (token.hasHash(hash)) {
        found = token;
      }
    }
    return isBearer ? Optional.ofNullable(found) : Optional.empty();
  }

  /** What a caller without a right token is told. */
  enum Denial {
    /** To bring a token. */
    TOLD,
    /** The same, and the log shall tell it: the first time of this address in a minute. */
    TOLD_AND_LOGGED,
    /** To wait. */
    TOO_MANY
  }

  /** Takes note of a request without a right token. */
  Denial failed(String address) {
    counts.denied();
    long now = nanoClock.getAsLong();
    synchronized (failures) {
      Failures known = failures.get(address);
      if (known == null || now - known.begun > WINDOW) {
        failures.remove(address);
        known = new Failures(now);
        failures.put(address, known);
        if (failures.size() > MOST_ADDRESSES) {
          failures.remove(failures.keySet().iterator().next());
        }
      }
      known.number++;
      if (known.number > MOST_FAILURES) {
        return Denial.TOO_MANY;
      }
      boolean first = !known.told;
      known.told = true;
      return first ? Denial.TOLD_AND_LOGGED : Denial.TOLD;
    }
  }
}
