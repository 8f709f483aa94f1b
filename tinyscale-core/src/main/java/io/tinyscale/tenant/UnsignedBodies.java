package io.tinyscale.tenant;

import java.util.Locale;

/** What becomes of a request whose body its checksum does not cover. */
public enum UnsignedBodies {
  /**
   * It is taken, as servers do: slides, uploads, and forms that are signed with the empty query go
   * through, although whoever has seen one such request can send it again with another body.
   */
  ACCEPT,
  /** It is refused. */
  REFUSE;

  /** The name in configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
