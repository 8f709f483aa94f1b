package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.bbb.MessageKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what a server's answer says. The first bytes tell SUCCESS; only other answers are parsed.
 */
final class AnswerReader {

  /** How much of an answer is judged, if its beginning says no SUCCESS. */
  static final int JUDGED = 32 << 10;

  private static final int CLIENT_ERROR = 400;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int SERVER_ERROR = 500;
  private static final byte[] SUCCESS = Bytes.of("<returncode>SUCCESS</returncode>");
  private static final byte[] JSON_SUCCESS = Bytes.of("\"returncode\":\"SUCCESS\"");

  // Answers without anything of their own; they make no garbage.
  private static final ServerAnswer SUCCEEDED = new ServerAnswer.Said(true, null, Evidence.SOUND);
  private static final ServerAnswer UNREAD = new ServerAnswer.Said(false, null, Evidence.SOUND);
  private static final ServerAnswer PASSED_SUCCEEDED =
      new ServerAnswer.Said(true, null, Evidence.NOTHING);
  private static final ServerAnswer PASSED_UNREAD =
      new ServerAnswer.Said(false, null, Evidence.NOTHING);
  private static final ServerAnswer REFUSES_SECRET = new ServerAnswer.RefusesSecret();

  private AnswerReader() {}

  /** Whether only the beginning of the body will tell what the answer says. */
  static boolean mustBeBegun(Outcome.Answered answered) {
    return answered.defect().isEmpty() && answered.body().bytes().isEmpty();
  }

  /** Whether these bytes say SUCCESS, for which no more of an answer is read ahead. */
  static boolean saysSuccess(byte[] bytes, int from, int to, int seen) {
    // The text may have come in two pieces.
    int begin = from + Math.max(0, seen - JSON_SUCCESS.length - SUCCESS.length);
    return Bytes.contains(bytes, begin, to, SUCCESS)
        || Bytes.contains(bytes, begin, to, JSON_SUCCESS);
  }

  /**
   * Reads an answer that is in memory, or has a defect.
   *
   * @param withBody whether the call had a body, over which the server may have stumbled: up to 3.0
   *     it answers broken XML with a 500
   */
  static ServerAnswer read(ApiCall call, boolean withBody, Outcome.Answered answered) {
    int status = answered.status();
    if (status == NOT_FOUND || status == METHOD_NOT_ALLOWED) {
      return new ServerAnswer.LacksCall(status);
    }
    String defect = answered.defect();
    if (!defect.isEmpty()) {
      return new ServerAnswer.NotBbb(defect, evidenceOfDefect(call, status, withBody));
    }
    return read(call, ByteBuffer.wrap(answered.body().bytes().orElseThrow()));
  }

  /**
   * Reads an answer without a defect by the beginning of its body.
   *
   * @param beginning as much as {@link #saysSuccess} or {@link #JUDGED} want, or all of it
   */
  static ServerAnswer read(ApiCall call, ByteBuffer beginning) {
    boolean passed = call.scope() == CallScope.PASSED;
    byte[] array = beginning.array();
    int from = beginning.arrayOffset() + beginning.position();
    int to = from + beginning.remaining();
    if (call.answersJson() && isJson(array, from, to)) {
      return Bytes.contains(array, from, to, JSON_SUCCESS) ? SUCCEEDED : UNREAD;
    }
    if (Bytes.contains(array, from, to, SUCCESS)) {
      return passed ? PASSED_SUCCEEDED : SUCCEEDED;
    }
    return readText(Arrays.copyOfRange(array, from, to), passed);
  }

  private static ServerAnswer readText(byte[] bytes, boolean passed) {
    Optional<ApiReply> content = ApiReply.read(bytes);
    if (content.isEmpty()) {
      return passed
          ? PASSED_UNREAD
          : new ServerAnswer.NotBbb(
              "not a BBB answer", beginsWithMarkup(bytes) ? Evidence.SOUND : Evidence.BROKEN);
    }
    ApiReply reply = content.get();
    return refusesSecret(reply)
        ? REFUSES_SECRET
        : new ServerAnswer.Said(
            reply.succeeded(), reply, passed ? Evidence.NOTHING : Evidence.SOUND);
  }

  /** Whether a server that says this refuses our checksum. */
  static boolean refusesSecret(ApiReply content) {
    return !content.succeeded() && content.messageKey().equals(MessageKeys.CHECKSUM_ERROR);
  }

  private static Evidence evidenceOfDefect(ApiCall call, int status, boolean withBody) {
    if (status == SERVER_ERROR && withBody) {
      return call.equals(ApiCall.CREATE) ? Evidence.UNCLEAR : Evidence.NOTHING;
    }
    if (status >= SERVER_ERROR) {
      return Evidence.BROKEN;
    }
    // We cannot judge the answer to a call we do not know.
    return status >= CLIENT_ERROR || call.scope() == CallScope.PASSED
        ? Evidence.NOTHING
        : Evidence.BROKEN;
  }

  private static boolean isJson(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] > ' ') {
        return bytes[i] == '{';
      }
    }
    return false;
  }

  /** Whether it begins as XML or JSON does, perhaps after a byte order mark. */
  private static boolean beginsWithMarkup(byte[] bytes) {
    int start = startsWithMark(bytes) ? 3 : 0;
    while (start < bytes.length && " \t\r\n".indexOf(bytes[start]) >= 0) {
      start++;
    }
    return start < bytes.length && (bytes[start] == '<' || bytes[start] == '{');
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length > 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }
}
