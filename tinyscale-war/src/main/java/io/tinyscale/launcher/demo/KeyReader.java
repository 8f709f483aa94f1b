package io.tinyscale.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** Reads keys, each of which is a line: Java cannot read a key without Enter. */
final class KeyReader {

  /** The rest of a longer line is dropped, because the input may be any file. */
  private static final int LONGEST_LINE = 80;

  private final Keys keys;

  /** What keys do. */
  interface Keys {

    /** A line was entered; it has no blanks at its ends. */
    void pressed(String line);

    /** No key can come any more. */
    void ended();
  }

  KeyReader(Keys keys) {
    this.keys = keys;
  }

  /** Reads until the input ends. */
  void read(InputStream input) {
    StringBuilder line = new StringBuilder();
    try {
      Reader reader = new InputStreamReader(input, StandardCharsets.UTF_8);
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c == '\n') {
          keys.pressed(line.toString().strip());
          line.setLength(0);
        } else if (line.length() < LONGEST_LINE) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // A terminal that went away ends the keys, too.
    }
    keys.ended();
  }
}
