package io.tinyscale.server;

import java.util.Locale;
import java.util.Optional;

/** The operator's will about a server; it beats every verdict of ours. */
public enum AdminState {
  /** Takes all calls. */
  ENABLED,
  /** Keeps its meetings but gets no new one. */
  CORDONED,
  /** Gets nothing, and is taken to hold nothing. */
  DISABLED;

  /** The state with this name in the pool file, if there is one. */
  public static Optional<AdminState> named(String text) {
    for (AdminState state : values()) {
      if (state.toString().equals(text)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  /** The name in the pool file. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
