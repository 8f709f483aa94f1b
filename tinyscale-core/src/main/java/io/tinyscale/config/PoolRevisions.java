package io.tinyscale.config;

import java.util.Arrays;

/** Numbers what a file has said, one content after the other. Thread-safe. */
final class PoolRevisions {

  /** What the file said last. */
  private byte[] content = {};

  private long number;

  /** The number of this content: the last one, or one more if the file said something else. */
  synchronized long of(byte[] read) {
    if (number == 0 || !Arrays.equals(content, read)) {
      content = read.clone();
      number++;
    }
    return number;
  }

  /** The number of the last content; 0 before the first. */
  synchronized long last() {
    return number;
  }
}
