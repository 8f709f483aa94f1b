package io.tinyscale.admin;

import io.tinyscale.store.SharedStatus;
import io.tinyscale.store.SharedStatus.Other;
import io.tinyscale.store.StoreSettings.WhenDown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds what an administrator should look at in what balancers share. */
final class SharedTroubles {

  /** Names of servers that are shown of one balancer. */
  private static final int MOST_NAMES = 10;

  private final Snapshot now;
  private final SharedStatus shared;

  private SharedTroubles(Snapshot now) {
    this.now = now;
    this.shared = now.status().shared();
  }

  /** What is wrong now. */
  static List<Trouble> of(Snapshot now) {
    SharedTroubles troubles = new SharedTroubles(now);
    List<Trouble> found = new ArrayList<>();
    troubles.ofStore(found);
    troubles.ofFormula(found);
    troubles.ofPools(found);
    return found;
  }

  private void ofStore(List<Trouble> found) {
    Tally.Sign down = now.tally().storeDown();
    if (shared.store() != null && down != null) {
      boolean refuses = shared.whenDown() == WhenDown.REFUSE;
      found.add(
          Trouble.of(
                  refuses ? Trouble.CRITICAL : Trouble.WARNING,
                  "store-down",
                  down.time(),
                  refuses
                      ? "no new room opens because the store that balancers share does not answer"
                      : "the store that balancers share does not answer",
                  "Look at the store and at the way to it. Meanwhile "
                      + (refuses
                          ? "this balancer refuses creates of rooms that it does not know, because"
                              + " balancers.store.down is refuse."
                          : "this balancer decides for itself and asks the servers once more."))
              .because(down.text())
              .withDetails(List.of(shared.store())));
    }
  }

  private void ofFormula(List<Trouble> found) {
    add(
        found,
        this::hasOtherFormula,
        "formula-differs",
        "other balancers choose servers by another formula",
        "Run the same release everywhere: until then a room may open on two servers.",
        other ->
            String.format(
                "%s: version %s, formula %d instead of %d",
                other.peer().id(),
                other.peer().version(),
                other.peer().formula(),
                shared.self().formula()));
  }

  private void ofPools(List<Trouble> found) {
    add(
        found,
        other -> !hasOtherFormula(other),
        "pool-differs",
        "other balancers have another pool",
        "Give all balancers the same servers.json: names, addresses, weights and tags count.",
        other -> other.peer().id() + ": " + names(other.differences()));
  }

  private boolean hasOtherFormula(Other other) {
    return other.peer().formula() != shared.self().formula();
  }

  /** One problem for all of a kind: each would have the same advice. */
  private void add(
      List<Trouble> found,
      Predicate<Other> kind,
      String code,
      String text,
      String advice,
      Function<Other, String> detail) {
    List<Other> those =
        shared.others().stream()
            .filter(other -> !other.differences().isEmpty())
            .filter(kind)
            .toList();
    those.stream()
        .map(other -> now.tally().differsSince(other.peer().id()))
        .min(Comparator.naturalOrder())
        .ifPresent(
            (Instant since) ->
                found.add(
                    Trouble.of(Trouble.WARNING, code, since, text, advice)
                        .withDetails(those.stream().map(detail).toList())
                        .withCommand("tinyscale balancers")));
  }

  private static String names(List<String> servers) {
    int more = servers.size() - MOST_NAMES;
    return servers.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
