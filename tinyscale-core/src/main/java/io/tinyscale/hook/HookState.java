package io.tinyscale.hook;

import io.tinyscale.server.Server;
import io.tinyscale.upstream.Reply;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which servers are due to be given webhooks, and which webhooks are on their way out. Thread-safe:
 * every method is one step.
 */
final class HookState {

  /** The servers that have been swept, and where they were then. */
  private final Map<String, URI> seen = new HashMap<>();

  private final Set<String> due = new HashSet<>();

  /** The servers whose failure was reported and still lasts. */
  private final Set<String> failing = new HashSet<>();

  private final DestroyedHooks destroyed = new DestroyedHooks();

  /** The common ids of webhooks that are being destroyed now, and how often. */
  private final Map<String, Integer> ending = new HashMap<>();

  /** The common ids of webhooks that were being destroyed at some time during the round. */
  private final Set<String> ended = new HashSet<>();

  private Set<String> served = Set.of();
  private boolean running;
  private boolean again;
  private boolean closed;

  /**
   * Notes a complete sweep.
   *
   * @param inUse tells of a server's name whether the server is in use
   * @param reachable whether the swept server is up by verdict
   * @return the servers to serve, if a round is to begin now
   */
  synchronized Optional<Set<String>> swept(
      Server server, Predicate<String> inUse, boolean reachable) {
    seen.keySet().removeIf(inUse.negate());
    boolean known = server.api().equals(seen.put(server.name(), server.api()));
    if (!known || !reachable) {
      due.add(server.name());
      return Optional.empty();
    }
    if (closed || running || !due.contains(server.name())) {
      return Optional.empty();
    }
    due.retainAll(seen.keySet());
    served = Set.copyOf(due);
    due.clear();
    ended.clear();
    ended.addAll(ending.keySet());
    running = true;
    again = false;
    return Optional.of(served);
  }

  /** The round is over; its servers are due again if something came between. */
  synchronized void roundEnded(boolean failed) {
    running = false;
    if (again || failed) {
      due.addAll(served);
    }
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** A webhook has been registered; these servers lack it, or may have older forms of it, too. */
  synchronized void registered(String commonId, Set<String> servers) {
    destroyed.remove(commonId);
    due.addAll(servers);
    again |= running;
  }

  /** A webhook is going to be destroyed. */
  synchronized void destroying(String commonId) {
    ending.merge(commonId, 1, Integer::sum);
    if (running) {
      ended.add(commonId);
    }
  }

  /** That is over now; if it was done, these servers may have the webhook still. */
  synchronized void destroyed(String commonId, Set<String> missing) {
    ending.computeIfPresent(commonId, (id, count) -> count > 1 ? count - 1 : null);
    if (!missing.isEmpty()) {
      destroyed.add(commonId, missing);
      due.addAll(missing);
    }
  }

  /** A webhook was destroyed through another balancer while these servers were away. */
  synchronized void destroyedElsewhere(String commonId, Set<String> servers) {
    destroyed.add(commonId, servers);
  }

  /** What is to be done, server by server, by these complete lists. */
  synchronized Map<Server, List<HookPlan.Action>> plan(List<HookList> lists) {
    // A front end has registered the webhook anew where it had been destroyed.
    destroyed.removeIf(
        (id, away) ->
            !ended.contains(id)
                && lists.stream()
                    .filter(list -> !away.contains(list.server().name()))
                    .anyMatch(list -> list.hooks().containsKey(id)));
    lists.forEach(
        list -> destroyed.retainOn(list.server().name(), Set.copyOf(list.hooks().keySet())));
    Map<Server, List<HookPlan.Action>> actions = new LinkedHashMap<>();
    lists.forEach(list -> actions.put(list.server(), HookPlan.actions(list, lists, destroyed)));
    return actions;
  }

  /** Whether an action is still right: a front end may have destroyed or registered meanwhile. */
  synchronized boolean stands(HookPlan.Action action, Server server) {
    String id = action.hook().commonId();
    return switch (action.reason()) {
      case LACKING -> !ended.contains(id);
      case DESTROYED -> destroyed.mayBeOn(id, server.name());
      // Whoever destroys a webhook destroys every form of it.
      case REPLACED -> !ended.contains(id) || destroyed.mayBeOn(id, server.name());
    };
  }

  /** Whether a webhook was being destroyed at some time during the round. */
  synchronized boolean isEnded(String commonId) {
    return ended.contains(commonId);
  }

  /** A server has a webhook no more. */
  synchronized void gone(String commonId, Server server) {
    destroyed.removeFrom(server.name(), commonId);
  }

  /** A server did all that was asked of it. */
  synchronized void well(Server server) {
    failing.remove(server.name());
  }

  /** There is more to do on a server. */
  synchronized void dueAgain(Server server) {
    due.add(server.name());
  }

  /**
   * A server did not do what was asked. It stays due, unless it has no webhooks.
   *
   * @return whether that is news
   */
  synchronized boolean failed(Reply reply) {
    String server = reply.server().name();
    if (reply instanceof Reply.Nothing nothing && nothing.noSuchCall()) {
      failing.remove(server);
      return false;
    }
    due.add(server);
    return failing.add(server);
  }
}
