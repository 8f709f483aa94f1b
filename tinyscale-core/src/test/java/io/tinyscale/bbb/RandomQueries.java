package io.tinyscale.bbb;

import java.util.Random;
import java.util.stream.LongStream;

/** Raw queries of every kind a front end could send, legal or odd, made from a seed. */
public final class RandomQueries {

  private static final String[] NAMES = {
    "meetingID", "name", "fullName", "meta_x", "xchecksum", "checksumx", "a", "", "%6dame", "+n"
  };
  private static final String[] PARTS = {
    "a",
    "Z",
    "0",
    "+",
    "%20",
    "%2f",
    "%2F",
    "%C3%A9",
    "%c3%a9",
    "%F0%9F%98%80",
    "%",
    "%4",
    "%zz",
    "=",
    ",",
    ":",
    "/",
    "?",
    "@",
    "!",
    "~",
    "'",
    "(",
    "%26",
    "%3D",
    "%00",
    "checksum",
    "#",
    "\""
  };

  private RandomQueries() {}

  /** The seeds that property tests go through. */
  public static LongStream seeds() {
    return LongStream.range(1, 61);
  }

  /** A query without a checksum. */
  public static String query(Random random) {
    StringBuilder query = new StringBuilder();
    int parameters = random.nextInt(6);
    for (int i = 0; i < parameters; i++) {
      query.append(i == 0 && random.nextInt(4) > 0 ? "" : "&").append(parameter(random));
    }
    return query.append(random.nextInt(8) == 0 ? "&" : "").toString();
  }

  private static String parameter(Random random) {
    String name = NAMES[random.nextInt(NAMES.length)];
    StringBuilder parameter = new StringBuilder(name);
    if (random.nextInt(8) > 0) {
      parameter.append('=');
      for (int n = random.nextInt(5); n > 0; n--) {
        parameter.append(PARTS[random.nextInt(PARTS.length)]);
      }
    }
    return parameter.toString();
  }
}
