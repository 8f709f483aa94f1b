package io.tinyscale.bbb;

/** Who must answer a call. */
public enum CallScope {
  /** We ourselves. */
  LOCAL,
  /** The server that holds the meeting. */
  MEETING,
  /** The server that holds the recording. */
  RECORDING,
  /** All servers; their lists become one. */
  MERGED,
  /** All servers; one SUCCESS is enough. */
  BROADCAST,
  /** All servers that have webhooks; to the caller they are one. */
  HOOKS,
  /** Nobody: the call belongs to a browser's session with one server, or is no more. */
  REFUSED,
  /** Unknown to us: the server its parameters point to. */
  PASSED
}
