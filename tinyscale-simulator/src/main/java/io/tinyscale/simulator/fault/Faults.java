package io.tinyscale.simulator.fault;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The faults in force. A fault for one call precedes a fault for all calls. The newest of several
 * faults applies; when it is used up, the fault before it applies again. Safe for many threads.
 */
public final class Faults {
  /** Stands for every call; no call has an empty name. */
  private static final String ALL = "";

  private final Map<String, Deque<Pending>> pending = new HashMap<>();

  private static final class Pending {
    final Fault fault;
    int left;

    Pending(Fault fault) {
      boolean limited = fault instanceof Fault.Limited;
      this.fault = limited ? ((Fault.Limited) fault).fault() : fault;
      this.left = limited ? ((Fault.Limited) fault).times() : Integer.MAX_VALUE;
    }

    boolean unlimited() {
      return left == Integer.MAX_VALUE;
    }
  }

  public synchronized void add(Fault fault) {
    add(ALL, fault);
  }

  public synchronized void add(String call, Fault fault) {
    Pending added = new Pending(fault);
    Deque<Pending> stack = pending.computeIfAbsent(call, name -> new ArrayDeque<>());
    if (added.unlimited()) {
      stack.clear();
    }
    stack.push(added);
  }

  public synchronized void clear() {
    pending.clear();
  }

  /** The fault for the next request of that call. A limited fault is counted down. */
  public synchronized Optional<Fault> next(String call) {
    return pending.isEmpty() ? Optional.empty() : take(call).or(() -> take(ALL));
  }

  private Optional<Fault> take(String call) {
    Deque<Pending> stack = pending.get(call);
    if (stack == null) {
      return Optional.empty();
    }
    Pending top = stack.peek();
    if (!top.unlimited() && --top.left == 0) {
      stack.pop();
      if (stack.isEmpty()) {
        pending.remove(call);
      }
    }
    return Optional.of(top.fault);
  }
}
