package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the balancers of a run are set up. All get the same settings, as their documentation asks.
 *
 * @param number how many there are
 */
record BalancerSettings(int number) {

  /** The names of more balancers than anybody needs here. */
  private static final String LETTERS = "abcdefgh";

  static final int MOST = LETTERS.length();

  BalancerSettings {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException("balancers: 1 to " + MOST + ", not " + number);
    }
  }

  /** Whether balancers share the servers. */
  boolean areSeveral() {
    return number > 1;
  }

  /** What the balancers are called, in logs and in the ids of their calls. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      names.add(areSeveral() ? String.valueOf(LETTERS.charAt(i)) : TinyscaleProcess.ALONE);
    }
    return names;
  }

  /** The environment variables of each balancer, beside its secret and its servers. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(Timing.environment());
    if (areSeveral()) {
      environment.put("TINYSCALE_BALANCERS", "several");
    }
    return environment;
  }
}
