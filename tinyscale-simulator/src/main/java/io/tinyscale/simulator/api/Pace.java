package io.tinyscale.simulator.api;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/** Slows one transfer down to a number of bytes per second. Used by one thread. */
final class Pace {
  private static final int STEPS_PER_SECOND = 20;

  private final long bytesPerSecond;
  private final long start = System.nanoTime();
  private long spent;

  /**
   * @param bytesPerSecond 0 for no limit
   */
  Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** How many bytes to move before the next {@link #spend}. */
  int step(int atMost) {
    return bytesPerSecond == 0
        ? atMost
        : (int) Math.min(atMost, Math.max(1, bytesPerSecond / STEPS_PER_SECOND));
  }

  /** Waits until that many more bytes are due. */
  void spend(long bytes) throws IOException {
    if (bytesPerSecond == 0) {
      return;
    }
    spent += bytes;
    long due = start + (long) (spent * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    try {
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    } catch (InterruptedException e) {
      throw new InterruptedIOException("server closed");
    }
  }

  /** A stream that writes at this rate. */
  OutputStream applyTo(OutputStream out) {
    return bytesPerSecond == 0 ? out : new PacedOutput(out);
  }

  private final class PacedOutput extends FilterOutputStream {
    PacedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int n = step(length - done);
        out.write(bytes, offset + done, n);
        out.flush();
        spend(n);
        done += n;
      }
    }
  }
}
