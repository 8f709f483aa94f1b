package io.tinyscale.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a mistyped one was meant to be. */
public final class Spelling {

  private Spelling() {}

  /** The known name nearest to a wrong one; empty if none is near. */
  public static Optional<String> nearest(String wrong, Collection<String> known) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String name : known) {
      int distance = distance(fold(wrong), fold(name));
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    boolean near = bestDistance <= Math.max(1, Math.min(fold(wrong).length(), best.length()) / 3);
    return near ? Optional.of(best) : Optional.empty();
  }

  /** Case and the kind of separator are the commonest mistakes; they cost nothing. */
  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
  }

  /** Insertions, deletions and replacements from one to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
