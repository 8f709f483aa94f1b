package io.tinyscale.admin;

import io.tinyscale.body.Body;
import io.tinyscale.body.PieceSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Bounds the texts of metrics that are asked for and not yet read to their ends: a text is as long
 * as the pool, and readers who ask and do not read would fill the memory. A reader who takes its
 * time gives way to the next one. Thread-safe.
 */
final class UnreadTexts {

  /** How many there may be. */
  static final int MOST = 8;

  /** How long a reader may take while others are refused. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How long a reader may take. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private static final int PIECE = 32 << 10;
  private static final byte[] NOTHING = {};

  private final LongSupplier nanoClock;

  /** In the order in which they were taken; guards itself and the places. */
  private final Set<Place> taken = new LinkedHashSet<>();

  UnreadTexts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** A place for one more text; nothing if all are taken by readers who may go on. */
  Optional<Place> take() {
    synchronized (taken) {
      taken.stream().filter(place -> place.hasBeenRead(LONGEST)).toList().forEach(Place::close);
      if (taken.size() == MOST) {
        taken.stream()
            .filter(place -> place.hasBeenRead(PATIENCE))
            .findFirst()
            .ifPresent(Place::close);
      }
      if (taken.size() == MOST) {
        return Optional.empty();
      }
      Place place = new Place();
      taken.add(place);
      return Optional.of(place);
    }
  }

  /** Has room for one text, from the question to the last byte. */
  final class Place implements PieceSource {

    // All are guarded by the places.
    private byte[] text = NOTHING;
    private int next;
    private boolean isMade;
    private long since;

    private Place() {}

    /** The text as a body; whoever gets it reads it or discards it. */
    Body filled(byte[] made) {
      synchronized (taken) {
        text = made;
        isMade = true;
        since = nanoClock.getAsLong();
      }
      return Body.fetched(made.length, this, Runnable::run);
    }

    private boolean hasBeenRead(Duration time) {
      return isMade && nanoClock.getAsLong() - since >= time.toNanos();
    }

    /** A copy: while a piece waits to be taken it must not hold the whole text. */
    @Override
    public Optional<ByteBuffer> next() throws IOException {
      synchronized (taken) {
        if (!taken.contains(this) || hasBeenRead(LONGEST)) {
          throw new IOException("the reader has taken too long");
        }
        int begin = next;
        next = Math.min(text.length, begin + PIECE);
        return begin == next
            ? Optional.empty()
            : Optional.of(ByteBuffer.wrap(Arrays.copyOfRange(text, begin, next)));
      }
    }

    /** Gives the place back. */
    @Override
    public void close() {
      synchronized (taken) {
        taken.remove(this);
        text = NOTHING;
      }
    }
  }
}
