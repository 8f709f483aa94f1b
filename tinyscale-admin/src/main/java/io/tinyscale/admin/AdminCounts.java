package io.tinyscale.admin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests and the streams of the admin API. Thread-safe. */
final class AdminCounts {

  static final List<String> SCOPES = List.of("read", "operate", "admin");
  static final List<String> OUTCOMES = List.of("ok", "refused", "failed");

  private final Map<String, Map<String, LongAdder>> requests;
  private final LongAdder denied = new LongAdder();
  private final AtomicInteger streams = new AtomicInteger();

  AdminCounts() {
    Map<String, Map<String, LongAdder>> all = new TreeMap<>();
    for (String scope : SCOPES) {
      Map<String, LongAdder> ofScope = new TreeMap<>();
      OUTCOMES.forEach(outcome -> ofScope.put(outcome, new LongAdder()));
      all.put(scope, Map.copyOf(ofScope));
    }
    requests = Map.copyOf(all);
  }

  /** A request that needs a scope was answered. */
  void requested(String scope, String outcome) {
    adder(scope, outcome).increment();
  }

  /** How many there were. */
  long requests(String scope, String outcome) {
    return adder(scope, outcome).sum();
  }

  /** A request had no right token. */
  void denied() {
    denied.increment();
  }

  /** How many there were. */
  long allDenied() {
    return denied.sum();
  }

  /** Opens a stream; false if there are as many as may be. */
  boolean openStream(int most) {
    if (streams.incrementAndGet() <= most) {
      return true;
    }
    streams.decrementAndGet();
    return false;
  }

  /** A stream has ended. */
  void closeStream() {
    streams.decrementAndGet();
  }

  /** How many are open. */
  int streams() {
    return streams.get();
  }

  private LongAdder adder(String scope, String outcome) {
    Map<String, LongAdder> ofScope = requests.get(scope);
    LongAdder adder = ofScope == null ? null : ofScope.get(outcome);
    if (adder == null) {
      throw new IllegalArgumentException(scope + " " + outcome);
    }
    return adder;
  }
}
