package io.tinyscale.health;

import io.tinyscale.server.Origin;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sums the people of meetings by where the meetings come from, while a list is read. Not
 * thread-safe.
 */
final class Origins {

  /** So many are shown; all others are one. */
  static final int MOST_SHOWN = 20;

  private static final int MOST_KEPT = 1_000;
  private static final int LONGEST = 100;

  private final Map<Origin, Integer> people = new HashMap<>();

  /** Counts the people of one more meeting. */
  void add(String server, String name, int users) {
    Origin origin = new Origin(shown(server), shown(name));
    people.merge(
        people.size() < MOST_KEPT || people.containsKey(origin) ? origin : Origin.OTHER,
        users,
        Integer::sum);
  }

  /** What a front end wrote, as it is shown. */
  private static String shown(String text) {
    String small = text.strip().toLowerCase(Locale.ROOT);
    return small.length() <= LONGEST ? small : small.substring(0, LONGEST);
  }

  /** The origins with the most people, the largest first, and one for all the others. */
  Map<Origin, Integer> largest() {
    List<Map.Entry<Origin, Integer>> all =
        people.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(Origin.OTHER))
            .sorted(
                Map.Entry.<Origin, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(entry -> entry.getKey().server())
                    .thenComparing(entry -> entry.getKey().name()))
            .toList();
    Map<Origin, Integer> shown = new LinkedHashMap<>();
    int others = people.getOrDefault(Origin.OTHER, 0);
    for (Map.Entry<Origin, Integer> entry : all) {
      if (shown.size() < MOST_SHOWN) {
        shown.put(entry.getKey(), entry.getValue());
      } else {
        others += entry.getValue();
      }
    }
    if (others > 0) {
      shown.put(Origin.OTHER, others);
    }
    return shown;
  }
}
