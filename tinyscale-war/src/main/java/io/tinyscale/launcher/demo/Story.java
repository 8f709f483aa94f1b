package io.tinyscale.launcher.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells on the terminal what happens, in lines that differ from those of the log. Thread-safe. */
final class Story {

  private final PrintStream out;

  Story(PrintStream out) {
    this.out = out;
  }

  /** Prints one line. */
  void tell(String line) {
    out.println("==> " + line);
    out.flush();
  }

  /** Such as {@code 12 people}. */
  static String people(int count) {
    return count == 1 ? "1 person" : count + " people";
  }

  /** Such as {@code 12 rooms}. */
  static String rooms(int count) {
    return count == 1 ? "1 room" : count + " rooms";
  }

  /** Such as {@code 3.2 s}. */
  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
