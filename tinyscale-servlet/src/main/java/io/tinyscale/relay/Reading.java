package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads and verifies what BBB servers send to callback URLs: the end of a meeting, a recording that
 * is ready, and what happened in a meeting. Thread-safe; takes its time for long bodies.
 */
final class Reading {

  /** Most bytes of the form about a recording. */
  static final int LONGEST_FORM = 64 << 10;

  /** Most bytes of what happened in a meeting. */
  static final int LONGEST_ANALYTICS = 16 << 20;

  private static final int LONGEST_QUERY = 8 << 10;
  private static final int LONGEST_FIELD = 200;

  /** A meeting has its analytics once, however often its server sends them. */
  private static final Duration MEETING = Duration.ofHours(24);

  /**
   * A server tells of an end twice, and for up to nine minutes if it gets no answer. No longer than
   * that: people in the meeting can call the URL before, and the server's call must not be taken
   * for a second one of theirs.
   */
  private static final Duration END = Duration.ofMinutes(15);

  /** A recording gets ready once for each format, some minutes apart. */
  private static final Duration FORMAT = Duration.ofSeconds(60);

  private static final String MARKS = "recordingmarks";

  private static final String USUAL_PARAMETER = "(?:meetingID|recordingmarks)=[^&]*";

  /** With the very names: a front end may not read others, such as names with a blank, as we do. */
  private static final Pattern USUAL =
      Pattern.compile("(?:" + USUAL_PARAMETER + "(?:&" + USUAL_PARAMETER + ")?)?");

  private static final Set<String> MARKS_VALUES = Set.of("true", "false");

  /** How wrong the clock of a server may be. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(10);

  private final Supplier<List<Secret>> serverSecrets;
  private final InstantSource clock;

  /**
   * A reader.
   *
   * @param serverSecrets any of which may sign
   */
  Reading(Supplier<List<Secret>> serverSecrets, InstantSource clock) {
    this.serverSecrets = serverSecrets;
    this.clock = clock;
  }

  /**
   * The end of a meeting, which is not signed but for the URL itself. People in the meeting know
   * the URL: what they call must replace no server's call.
   *
   * @param query as it was received
   */
  Understood ended(Token token, QueryString query, String userAgent) {
    if (query.raw().length() > LONGEST_QUERY || !query.isPrintableAscii()) {
      return new Understood.Refused(Answers.BAD_REQUEST);
    }
    List<String> ids =
        query.all("meetingID").stream().map(id -> token.tenant().ownId(id).orElse(id)).toList();
    if (!ids.stream().allMatch(token::mayBeFor)) {
      return new Understood.Refused(Answers.UNAUTHORIZED);
    }
    String own = withOwnId(query.raw(), token.tenant().suffix());
    String start = withoutFragment(token.url());
    String url = own.isEmpty() ? token.url() : start + (start.indexOf('?') < 0 ? "?" : "&") + own;
    Optional<String> usual = usual(token, ids, query);
    String same = usual.orElse(query.raw());
    Understood.Accepted accepted =
        accepted(token, url, "", userAgent, "", Callback.NO_CLAIMS, new byte[0], same, END);
    return usual.isPresent() ? accepted : accepted.unproven();
  }

  /**
   * What a query says that has a server's form, of which there are six: with the meeting's own id
   * or none, and with {@code recordingmarks} or without. Empty for any other query.
   */
  private static Optional<String> usual(Token token, List<String> ids, QueryString query) {
    List<String> marks = query.all(MARKS);
    boolean isUsual =
        ids.size() <= 1
            && ids.stream().allMatch(token::isFor)
            && marks.size() <= 1
            && MARKS_VALUES.containsAll(marks)
            && USUAL.matcher(query.raw()).matches();
    return isUsual ? Optional.of("end " + ids.size() + marks) : Optional.empty();
  }

  private static String withoutFragment(String url) {
    int fragment = url.indexOf('#');
    return fragment < 0 ? url : url.substring(0, fragment);
  }

  /** Suffixes have no characters that a query escapes, so the raw value ends in one as it is. */
  private static String withOwnId(String query, String suffix) {
    String name = "meetingID=";
    int start = query.startsWith(name) ? 0 : query.indexOf("&" + name) + 1;
    if (suffix.isEmpty() || start == 0 && !query.startsWith(name)) {
      return query;
    }
    int next = query.indexOf('&', start);
    int end = next < 0 ? query.length() : next;
    return query.substring(start, end).endsWith(suffix)
        ? query.substring(0, end - suffix.length()) + query.substring(end)
        : query;
  }

  /** A recording that is ready; the form has a web token. */
  Understood recordingReady(Token token, byte[] form, String userAgent) {
    List<String> given =
        new QueryString(new String(form, StandardCharsets.UTF_8)).all("signed_parameters");
    if (given.size() != 1) {
      return new Understood.Refused(given.isEmpty() ? Answers.UNAUTHORIZED : Answers.BAD_REQUEST);
    }
    Optional<Jwt> jwt = Jwt.verified(given.get(0), serverSecrets.get());
    Optional<JsonText> claims =
        jwt.flatMap(holds -> JsonText.of(utf8(holds.claims()), "meeting_id", "record_id"));
    Optional<String> record = claims.flatMap(json -> json.string("record_id"));
    Optional<String> ownId =
        claims.flatMap(json -> json.string("meeting_id")).flatMap(token.tenant()::ownId);
    if (record.isEmpty() || ownId.isEmpty()) {
      return new Understood.Refused(Answers.UNAUTHORIZED);
    }
    String own =
        new String(claims.orElseThrow().with("meeting_id", ownId.get()), StandardCharsets.UTF_8);
    return accepted(
        token,
        token.url(),
        "",
        userAgent,
        jwt.orElseThrow().algorithm(),
        own,
        new byte[0],
        record.get(),
        FORMAT);
  }

  /**
   * The web token that goes with the analytics of a meeting; it must hold before the body is read.
   *
   * @param authorization the header field; empty if there is none
   * @return empty if the request is not a server's
   */
  Optional<Jwt> ofAnalytics(String authorization) {
    return bearer(authorization)
        .flatMap(text -> Jwt.verified(text, serverSecrets.get()))
        .filter(
            jwt ->
                JsonText.of(utf8(jwt.claims()), "exp")
                    .flatMap(claims -> claims.number("exp"))
                    .filter(this::isFresh)
                    .isPresent());
  }

  private boolean isFresh(double expiry) {
    return expiry >= clock.instant().minus(CLOCKS_APART).getEpochSecond();
  }

  /** What follows {@code Bearer} in the field. */
  static Optional<String> bearer(String authorization) {
    String scheme = "Bearer ";
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
        ? Optional.of(authorization.substring(scheme.length()).strip())
        : Optional.empty();
  }

  /** What happened in a meeting. */
  Understood analytics(Token token, Jwt jwt, byte[] body, String contentType, String userAgent) {
    Optional<JsonText> json = JsonText.of(body, "meeting_id", "internal_meeting_id");
    Optional<String> meeting = json.flatMap(text -> text.string("meeting_id"));
    if (meeting.isEmpty()) {
      return new Understood.Refused(Answers.BAD_REQUEST);
    }
    Optional<String> ownId = token.tenant().ownId(meeting.get());
    if (ownId.isEmpty()) {
      return new Understood.Refused(Answers.UNAUTHORIZED);
    }
    String type = plain(contentType);
    return accepted(
        token,
        token.url(),
        type.isEmpty() ? "application/json" : type,
        userAgent,
        jwt.algorithm(),
        Callback.NO_CLAIMS,
        json.orElseThrow().with("meeting_id", ownId.get()),
        json.orElseThrow().string("internal_meeting_id").orElse(""),
        MEETING);
  }

  private Understood.Accepted accepted(
      Token token,
      String url,
      String contentType,
      String userAgent,
      String algorithm,
      String claims,
      byte[] body,
      String same,
      Duration memory) {
    CallbackKind kind = token.kind();
    Callback callback =
        new Callback(
            kind,
            token.tenant().name(),
            url,
            contentType,
            plain(userAgent),
            algorithm,
            claims,
            clock.millis(),
            0);
    return new Understood.Accepted(callback, body, same, memory, false);
  }

  /** A header field goes on only if it is short and has no strange characters. */
  private static String plain(String field) {
    return field.length() <= LONGEST_FIELD && field.matches("[\\x20-\\x7e]*") ? field : "";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
