package io.tinyscale.valkey;

import io.tinyscale.store.Notice;
import io.tinyscale.store.StoreKey;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Notices as they travel. */
final class NoticeText {

  private static final String STATES = "a";

  private static final Pattern MADE =
      Pattern.compile("m ([A-Za-z0-9_-]{24}) ([A-Za-z0-9._-]{1,255})");

  private static final Pattern ENDING = Pattern.compile("e ([A-Za-z0-9_-]{24})");

  private NoticeText() {}

  static String of(Notice notice) {
    if (notice instanceof Notice.Made made) {
      return "m " + made.meeting().text() + " " + made.server();
    }
    if (notice instanceof Notice.Ending ending) {
      return "e " + ending.meeting().text();
    }
    return STATES;
  }

  /** Reads a notice; empty if it is none, or one of a later release. */
  static Optional<Notice> read(String text) {
    if (text.equals(STATES)) {
      return Optional.of(new Notice.States());
    }
    Matcher made = MADE.matcher(text);
    if (made.matches()) {
      return Optional.of(new Notice.Made(new StoreKey(made.group(1)), made.group(2)));
    }
    Matcher ending = ENDING.matcher(text);
    return ending.matches()
        ? Optional.of(new Notice.Ending(new StoreKey(ending.group(1))))
        : Optional.empty();
  }
}
