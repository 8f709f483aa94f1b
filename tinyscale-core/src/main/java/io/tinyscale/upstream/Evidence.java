package io.tinyscale.upstream;

/** What an answer shows of its server, as far as its beginning tells. */
public enum Evidence {
  /** A BBB server is at work. */
  SOUND,
  /** Something else answers, or the server is broken. */
  BROKEN,
  /** The server is broken, or it stumbled over the body that the caller sent with a create. */
  UNCLEAR,
  /** Nothing: the server lacks the call, or refuses our checksum, which sweeps find out. */
  NOTHING
}
