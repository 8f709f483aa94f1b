package io.tinyscale.simulator;

import io.tinyscale.simulator.http.HttpRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests by call and keeps the last ones. Safe for many threads. */
final class RequestLog {
  private static final int KEPT = 10_000;

  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
  private final Deque<ReceivedRequest> history = new ArrayDeque<>();

  /** Counts a request whose head has been read. */
  void arrived(String call) {
    counters.computeIfAbsent(call, name -> new LongAdder()).increment();
  }

  /** Keeps a request. Its body has been read; its answer is decided but not sent yet. */
  void decided(HttpRequest request, String call, int status) {
    ReceivedRequest received =
        new ReceivedRequest(
            request.head().method(),
            call,
            request.rawQuery(),
            request.head().headers().toMap(),
            request.body().count(),
            request.body().sha256(),
            status);
    synchronized (history) {
      if (history.size() == KEPT) {
        history.removeFirst();
      }
      history.addLast(received);
    }
  }

  long received(String call) {
    LongAdder counter = counters.get(call);
    return counter == null ? 0 : counter.sum();
  }

  long total() {
    return counters.values().stream().mapToLong(LongAdder::sum).sum();
  }

  SortedMap<String, Long> counts() {
    SortedMap<String, Long> counts = new TreeMap<>();
    counters.forEach((call, counter) -> counts.put(call, counter.sum()));
    return counts;
  }

  List<ReceivedRequest> requests() {
    synchronized (history) {
      return new ArrayList<>(history);
    }
  }

  void reset() {
    counters.clear();
    synchronized (history) {
      history.clear();
    }
  }
}
