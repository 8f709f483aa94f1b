package io.tinyscale.relay;

/** Bounds how many callbacks a spool holds, and how many bytes. Thread-safe. */
final class SpoolRoom {

  private final int mostCallbacks;
  private final long mostBytes;
  private int callbacks;
  private long bytes;

  SpoolRoom(int mostCallbacks, long mostBytes) {
    this.mostCallbacks = mostCallbacks;
    this.mostBytes = mostBytes;
  }

  /**
   * Takes room for one more callback, which {@link #giveBack} gives back.
   *
   * @throws SpoolFullException if the spool is full
   */
  synchronized void take(long size) throws SpoolFullException {
    if (callbacks >= mostCallbacks || bytes + size > mostBytes) {
      throw new SpoolFullException();
    }
    callbacks++;
    bytes += size;
  }

  /** Takes the room of a callback that is there already, even if that is too much. */
  synchronized void found(long size) {
    callbacks++;
    bytes += size;
  }

  synchronized void giveBack(long size) {
    callbacks--;
    bytes -= size;
  }
}
