package io.tinyscale.observe;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.MessageKeys;
import java.util.Locale;
import java.util.Set;

/** How a call of a front end was answered. */
public enum CallOutcome {
  /** With a server's own answer, SUCCESS or FAILED. */
  RELAYED,
  /** With a redirect: a join, or a join's error. */
  REDIRECTED,
  /** With a document of our own that says SUCCESS. */
  ANSWERED,
  /** With a document of our own that says FAILED: what the call is about does not exist. */
  DECLINED,
  /** With an error of our own: we could not find out or do what was asked. */
  FAILED,
  /** Its checksum is missing or wrong. */
  DENIED,
  /** Something else is wrong with the call itself: a parameter, its size, its method. */
  REFUSED,
  /** Too many calls were in flight, or too much memory was held. */
  OVERLOADED,
  /** The caller left before there was an answer. */
  LEFT;

  private static final Set<String> ABSENT =
      Set.of(
          ApiError.MEETING_NOT_FOUND.messageKey(),
          ApiError.INVALID_MEETING_IDENTIFIER.messageKey(),
          ApiError.CHAT_MEETING_NOT_FOUND.messageKey(),
          ApiError.NO_RECORDINGS.messageKey(),
          ApiError.HOOK_MISSING.messageKey());

  /** The outcome of a call that was answered with this error of our own. */
  public static CallOutcome of(ApiError error) {
    if (error.messageKey().equals(MessageKeys.CHECKSUM_ERROR)) {
      return DENIED;
    }
    if (error.equals(ApiError.OVERLOADED)) {
      return OVERLOADED;
    }
    if (ABSENT.contains(error.messageKey())) {
      return DECLINED;
    }
    return error.messageKey().equals(ApiError.INTERNAL.messageKey())
            || error.equals(ApiError.SERVER_TAG_UNAVAILABLE)
        ? FAILED
        : REFUSED;
  }

  /** The outcome in one word, for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
