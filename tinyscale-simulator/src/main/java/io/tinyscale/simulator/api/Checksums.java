package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Hashes;
import io.tinyscale.simulator.http.Query;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Verifies checksums as the servers do: hex of HASH(call + query without checksum + secret), over
 * the raw query. The length of the given checksum tells the algorithm. Immutable.
 */
final class Checksums {
  private static final Map<Integer, String> BY_LENGTH =
      Map.of(40, "sha1", 64, "sha256", 96, "sha384", 128, "sha512");
  private static final Map<String, String> JDK_NAMES =
      Map.of("sha1", "SHA-1", "sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

  /** bbb-webhooks cuts the first match of each pattern. */
  private static final List<Pattern> HOOK_CUTS =
      List.of(
          Pattern.compile("&checksum=[^&]*"),
          Pattern.compile("checksum=[^&]*&"),
          Pattern.compile("checksum=[^&]*$"));

  private final String secret;
  private final Profile profile;
  private final Set<String> algorithms;

  /** The result of a check. */
  enum Verdict {
    VERIFIED,
    MISSING,
    WRONG
  }

  /**
   * @param secret empty switches the checks off, as on a real server
   * @param algorithms the accepted algorithms; names in lower case without a dash
   */
  Checksums(String secret, Profile profile, Set<String> algorithms) {
    this.secret = secret;
    this.profile = profile;
    this.algorithms = Set.copyOf(algorithms);
  }

  /** Verifies a meeting call. Only for these does a form body count. */
  Verdict ofMeetingCall(ApiRequest request) {
    boolean form = request.http().head().method().equals("POST");
    String urlQuery = request.http().rawQuery();
    Query all = request.parameters();
    if (form && urlQuery.isEmpty() && profile.signsSortedForm()) {
      return verify(request.call(), all, given -> sortedForm(all));
    }
    return verify(request.call(), all, given -> without(urlQuery, given));
  }

  /**
   * Verifies a recordings call, multipart uploads included: the checksum covers the URL, whatever
   * the method.
   */
  Verdict ofRecordingCall(ApiRequest request) {
    return verify(
        request.call(), request.parameters(), given -> without(request.http().rawQuery(), given));
  }

  /**
   * Verifies a call of bbb-webhooks, which compares exactly and refuses two checksums.
   *
   * @throws IllegalArgumentException for a checksum of unknown length; bbb-webhooks fails, too
   */
  Verdict ofHookCall(ApiRequest request) {
    List<String> given = request.url().all("checksum").toList();
    if (secret.isEmpty()) {
      return Verdict.VERIFIED;
    }
    if (given.isEmpty()) {
      return Verdict.MISSING;
    }
    String algorithm = BY_LENGTH.get(given.get(0).length());
    if (algorithm == null) {
      throw new IllegalArgumentException("checksum of unknown length");
    }
    if (given.size() > 1 || !profile.hookAlgorithms().contains(algorithm)) {
      return Verdict.WRONG;
    }
    String query = request.http().rawQuery();
    for (Pattern cut : HOOK_CUTS) {
      Matcher matcher = cut.matcher(query);
      query = matcher.replaceFirst("");
    }
    return sign(request.call(), query, algorithm).equals(given.get(0))
        ? Verdict.VERIFIED
        : Verdict.WRONG;
  }

  /** Finds the signed text, given the value of the checksum. */
  private interface SignedQuery {
    String without(String checksum);
  }

  private Verdict verify(String call, Query parameters, SignedQuery signedQuery) {
    if (secret.isEmpty()) {
      return Verdict.VERIFIED;
    }
    List<String> all = parameters.all("checksum").toList();
    if (all.isEmpty() || all.get(0).isEmpty()) {
      return Verdict.MISSING;
    }
    String given = all.get(0);
    String algorithm = BY_LENGTH.get(given.length());
    if (algorithm == null
        || !algorithms.contains(algorithm)
        || all.size() > 1 && profile.refusesSeveralChecksums()) {
      return Verdict.WRONG;
    }
    String expected = sign(call, clean(signedQuery.without(given)), algorithm);
    String compared = profile.acceptsUpperCaseChecksum() ? given.toLowerCase(Locale.ROOT) : given;
    return expected.equals(compared) ? Verdict.VERIFIED : Verdict.WRONG;
  }

  /** The checksum of a call with the server's secret. */
  String sign(String call, String query, String algorithm) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(call.getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(query.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(secret.getBytes(StandardCharsets.UTF_8));
    String jdkName = Objects.requireNonNull(JDK_NAMES.get(algorithm), algorithm);
    return Hashes.hex(jdkName, bytes.toByteArray());
  }

  /** Removes every occurrence of the checksum by literal replacement, wherever it is. */
  static String without(String query, String checksum) {
    String parameter = "checksum=" + checksum;
    return query.replace("&" + parameter, "").replace(parameter + "&", "").replace(parameter, "");
  }

  /** The servers ignore control characters and surrounding blanks. */
  private static String clean(String query) {
    return query.replaceAll("[\\x00-\\x1f\\x7f]", "").strip();
  }

  /**
   * The form as servers up to 2.7 sign it: sorted by name, encoded as Java's URLEncoder does,
   * repeated values in order.
   */
  static String sortedForm(Query parameters) {
    return parameters.parameters().stream()
        .filter(p -> !p.name().equals("checksum"))
        .sorted(Comparator.comparing(Query.Parameter::name))
        .map(p -> encode(p.name()) + "=" + encode(p.value()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The failure that a meeting call reports for a verdict; empty if the checksum is right. */
  static Optional<Failure> failureOfMeetingCall(Verdict verdict) {
    return switch (verdict) {
      case VERIFIED -> Optional.empty();
      case MISSING -> Optional.of(Failure.CHECKSUM_MISSING);
      case WRONG -> Optional.of(Failure.CHECKSUM_WRONG);
    };
  }
}
