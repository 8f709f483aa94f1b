package io.tinyscale.launcher.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds in what balancers differ that have been asked themselves. */
final class PoolComparison {

  /**
   * A balancer that was asked.
   *
   * @param name what it is called here
   * @param self what it tells of itself and of the others
   * @param servers its servers by their names
   */
  record Asked(String name, Fields self, Map<String, Fields> servers) {

    static Asked of(String name, Fields status, Fields servers) {
      Map<String, Fields> byName = new TreeMap<>();
      servers.objects("servers").forEach(server -> byName.put(server.text("name"), server));
      return new Asked(name, status.object("balancers"), byName);
    }
  }

  /** Settings that are no good where there are several. */
  private static final Set<String> MODES_OF_ONE = Set.of("auto", "one");

  private final List<Asked> balancers;

  PoolComparison(List<Asked> balancers) {
    this.balancers = List.copyOf(balancers);
  }

  /** Whether two balancers have other pools, whatever the states of their servers. */
  static boolean areDifferentPools(Asked one, Asked other) {
    return !one.self().text("pool").equals(other.self().text("pool"));
  }

  /** All differences, each a line; none if there are none. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    difference("formula ", asked -> asked.self().text("formula")).ifPresent(lines::add);
    difference("store ", PoolComparison::store).ifPresent(lines::add);
    if (balancers.size() > 1) {
      balancers.stream()
          .filter(asked -> MODES_OF_ONE.contains(asked.self().text("mode")))
          .map(
              asked ->
                  asked.name()
                      + " has balancers="
                      + asked.self().text("mode")
                      + ": set balancers=several.")
          .forEach(lines::add);
    }
    balancers.stream()
        .flatMap(asked -> asked.servers().keySet().stream())
        .distinct()
        .sorted()
        .forEach(name -> compare(name, lines));
    return lines;
  }

  private static String store(Asked asked) {
    return asked.self().has("store") ? asked.self().object("store").text("address") : "none";
  }

  private void compare(String name, List<String> lines) {
    String missing =
        balancers.stream()
            .filter(asked -> !asked.servers().containsKey(name))
            .map(Asked::name)
            .collect(Collectors.joining(" and "));
    if (!missing.isEmpty()) {
      lines.add(name + ": missing on " + missing);
    }
    aspect(name, "address ", server -> server.text("api")).ifPresent(lines::add);
    aspect(name, "weight ", server -> server.text("weight")).ifPresent(lines::add);
    aspect(name, "tags ", PoolComparison::tags).ifPresent(lines::add);
    aspect(name, "", ServerText::stateOf).ifPresent(lines::add);
  }

  private static String tags(Fields server) {
    List<String> tags = server.texts("tags");
    return tags.isEmpty() ? "none" : String.join(",", tags);
  }

  private Optional<String> aspect(String server, String what, Function<Fields, String> value) {
    return difference(
        server + ": " + what,
        asked -> Optional.ofNullable(asked.servers().get(server)).map(value).orElse(""));
  }

  /** Such as {@code weight 1 on lb1 and lb3, 2 on lb2}; empty if all have the same. */
  private Optional<String> difference(String what, Function<Asked, String> value) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (Asked asked : balancers) {
      String its = value.apply(asked);
      if (!its.isEmpty()) {
        names.computeIfAbsent(its, first -> new ArrayList<>()).add(asked.name());
      }
    }
    return names.size() < 2
        ? Optional.empty()
        : Optional.of(
            names.entrySet().stream()
                .map(entry -> entry.getKey() + " on " + String.join(" and ", entry.getValue()))
                .collect(Collectors.joining(", ", what, "")));
  }
}
