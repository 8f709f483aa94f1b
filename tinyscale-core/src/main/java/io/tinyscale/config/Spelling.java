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

  /** Insertions, deletions, replacements and swaps of neighbours from one to the other. */
  private static int distance(String from, String to) {
    int[][] rows = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int replaced = rows[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(replaced, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          rows[i][j] = Math.min(rows[i][j], 1 + rows[i - 2][j - 2]);
        }
      }
    }
    return rows[from.length()][to.length()];
  }
}
