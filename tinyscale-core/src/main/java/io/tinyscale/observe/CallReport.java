package io.tinyscale.observe;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.trace.RequestTrace;
import java.util.Locale;

/**
 * How one call of a front end went, for the log. It holds no parameter but the meeting's id, no
 * address and no name of a person.
 *
 * @param tenant the name of the tenant; empty if the call was not authenticated
 * @param meetingId as the front end wrote it; empty if the call names no meeting, or was not
 *     authenticated
 * @param server the name of the server whose answer the caller got, or which failed to answer;
 *     empty if it was no single one
 * @param messageKey the reason of a FAILED answer; empty for any other
 * @param nanos from the arrival of the request's head to the end of the answer
 * @param received how many bytes of the request's body came
 * @param sent how many bytes of the answer's body were delivered
 * @param failed whether we, or a server, failed; a refusal is no failure, and neither is a caller
 *     who left
 */
public record CallReport(
    ApiCall call,
    String tenant,
    String meetingId,
    String server,
    CallOutcome outcome,
    String messageKey,
    Ending ending,
    long nanos,
    long received,
    long sent,
    boolean failed,
    RequestTrace trace) {

  /** How the sending of the answer went. */
  public enum Ending {
    /** The web server has all of it. */
    COMPLETE,
    /** The body broke off. */
    CUT,
    /** The caller left before the end. */
    LEFT;

    /** The ending in one word. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
