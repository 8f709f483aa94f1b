package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.bbb.CallScope;
import java.util.Optional;

/** What an answer shows of the server, as far as its beginning tells. */
enum Showing {
  /** That it is a BBB server at work. */
  SOUND,
  /** That it is not. */
  BROKEN,
  /** Nothing: it does not have the call, or refuses our checksum, which sweeps find out. */
  NOTHING;

  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;
  private static final int LONGEST_REFUSAL = 1024;
  private static final byte[] REFUSAL = Bytes.of("<messageKey>checksumError<");

  /**
   * What this answer shows.
   *
   * @param ofBody whether the call had a body, which may be what the server stumbles over: up to
   *     3.0 it answers broken XML with a 500
   */
  static Showing of(ApiCall call, boolean ofBody, Outcome.Answered answered) {
    if (answered.status() == SERVER_ERROR && ofBody) {
      return NOTHING;
    }
    if (answered.status() >= SERVER_ERROR) {
      return BROKEN;
    }
    if (!answered.defect().isEmpty() || call.scope() == CallScope.PASSED) {
      // Of a call that we do not know nobody can tell what its answer must look like.
      return answered.status() >= CLIENT_ERROR || call.scope() == CallScope.PASSED
          ? NOTHING
          : BROKEN;
    }
    Optional<byte[]> bytes = answered.body().bytes();
    if (bytes.isEmpty()) {
      return SOUND;
    }
    if (!beginsWithMarkup(bytes.get())) {
      return BROKEN;
    }
    return refusesChecksum(bytes.get()) ? NOTHING : SOUND;
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

  private static boolean refusesChecksum(byte[] bytes) {
    return bytes.length <= LONGEST_REFUSAL && Bytes.contains(bytes, REFUSAL);
  }
}
