package io.tinyscale.observe;

import java.util.Locale;

/** Where the answer to a read came from that may share the answers of equal ones. */
public enum ReadSource {
  /** The servers were asked for it. */
  ASKED,
  /** An equal read was under way. */
  COALESCED,
  /** An equal read had been answered a moment before. */
  REUSED;

  /** The source in one word, for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
