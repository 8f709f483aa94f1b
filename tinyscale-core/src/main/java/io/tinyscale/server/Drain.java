package io.tinyscale.server;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the operator asks for beyond a cordon: how the meetings of a cordoned server come to their
 * end, and what becomes of the server once the last of them has ended. Immutable.
 *
 * @param deadline until when the server keeps its meetings; null if it keeps them until they end by
 *     themselves
 * @param end whether the meetings that are left at the deadline are ended
 * @param then what becomes of the server once it is empty
 * @param message what the rooms are told; empty if they are told nothing
 */
public record Drain(@Nullable Instant deadline, boolean end, Then then, String message) {

  /** The longest message that a server takes (BBB's sendChatMessage). */
  public static final int LONGEST_MESSAGE = 500;

  /** What becomes of a server that has no meeting left. */
  public enum Then {
    /** It stays in the pool, and its recordings stay in lists. */
    CORDONED,
    /** It is taken to hold nothing: its recordings vanish from lists. */
    DISABLED,
    /** It leaves the pool file. */
    REMOVED;

    /** The choice with this name in the pool file, if there is one. */
    public static Optional<Then> named(String text) {
      for (Then then : values()) {
        if (then.toString().equals(text)) {
          return Optional.of(then);
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

  /** Checks that meetings are ended at a time, and that servers take the message. */
  public Drain {
    if (end && deadline == null) {
      throw new IllegalArgumentException("no deadline at which to end the meetings");
    }
    if (message.length() > LONGEST_MESSAGE) {
      throw new IllegalArgumentException("a message of " + message.length() + " characters");
    }
  }

  /** The message stays out of every log. */
  @Override
  public String toString() {
    return "Drain[deadline=" + deadline + ", end=" + end + ", then=" + then + "]";
  }
}
