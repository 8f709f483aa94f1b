package io.tinyscale.launcher.cli;

import java.util.List;
import java.util.stream.Collectors;

/** What a balancer tells of itself and of the others, in words. */
record BalancersText(Fields balancers, Times times) {

  /** A line about the others; empty if a balancer is alone and has no store. */
  String line() {
    Fields store = balancers.object("store");
    String id = balancers.text("id");
    List<Fields> others = balancers.objects("others");
    if (!balancers.has("store")) {
      return withoutStore();
    }
    String address = store.text("address");
    if (!store.flag("up")) {
      return "balancers: " + id + " sees no other, because " + address + " does not answer";
    }
    if (others.isEmpty()) {
      return "balancers: " + id + " sees no other through " + address;
    }
    String names = others.stream().map(other -> other.text("id")).collect(Collectors.joining(", "));
    return "balancers: " + id + " sees " + names + " through " + address + "; " + likeness(others);
  }

  private static String likeness(List<Fields> others) {
    List<String> different =
        others.stream()
            .filter(other -> !other.texts("differs").isEmpty())
            .map(other -> other.text("id") + " differs")
            .toList();
    return different.isEmpty() ? "pools alike" : String.join(", ", different);
  }

  private String withoutStore() {
    if (balancers.text("mode").equals("several")) {
      return "balancers: several, without a store";
    }
    if (!balancers.flag("noticed")) {
      return "";
    }
    return balancers
        .time("carefulUntil")
        .map(until -> "balancers: others were noticed; careful until " + times.clockTime(until))
        .orElse("");
  }
}
