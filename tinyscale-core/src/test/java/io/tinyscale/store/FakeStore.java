package io.tinyscale.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A store in memory, for balancers that live in one test. Claims do not end by time. Not
 * thread-safe.
 */
public final class FakeStore {

  private final Map<StoreKey, Claim> claims = new HashMap<>();
  private final Map<String, Peer> peers = new LinkedHashMap<>();
  private final Map<String, SharedState> states = new HashMap<>();
  private final Map<String, Set<StoreKey>> copies = new HashMap<>();
  private final Set<StoreKey> hooks = new HashSet<>();
  private final List<Connection> connections = new ArrayList<>();
  private long decisions;
  private boolean young;

  /** The connection of one balancer. */
  public final class Connection implements SharedStore {

    private final Consumer<Notice> notices;
    private String self = "";
    private boolean silent;
    private boolean deaf;
    private boolean keepsDecisions;

    private Connection(Consumer<Notice> notices) {
      this.notices = notices;
    }

    /** Whether actions have no answer from now on. */
    public void silent(boolean now) {
      silent = now;
    }

    /** Hears no notices from now on. */
    public void deaf() {
      deaf = true;
    }

    /** Does not tell what was decided, once. */
    public void keepDecisionsOnce() {
      keepsDecisions = true;
    }

    private <T> CompletionStage<T> answer(Supplier<T> action) {
      return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(action.get());
    }

    @Override
    public CompletionStage<Claim> claim(StoreKey meeting, String want, Collection<String> givenUp) {
      return answer(
          () -> {
            Claim now = claims.get(meeting);
            boolean stands = now != null && !givenUp.contains(now.server());
            Claim next =
                stands
                    ? new Claim(now.server(), now.uses() + 1, now.server(), young)
                    : new Claim(want, 1, now == null ? "" : now.server(), young);
            claims.put(meeting, next);
            return next;
          });
    }

    @Override
    public CompletionStage<Boolean> move(StoreKey meeting, String from, String to) {
      return answer(
          () -> {
            Claim now = claims.get(meeting);
            boolean isOnlyOurs = now != null && now.server().equals(from) && now.uses() == 1;
            if (isOnlyOurs) {
              claims.put(meeting, new Claim(to, 1, from, young));
            }
            return isOnlyOurs;
          });
    }

    @Override
    public CompletionStage<StoreView> beat(Peer peer) {
      return answer(
          () -> {
            self = peer.instance();
            peers.put(self, peer);
            return new StoreView(
                peers.values().stream().filter(other -> !other.instance().equals(self)).toList(),
                young,
                copies.entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue()))),
                decisions);
          });
    }

    @Override
    public CompletionStage<Void> leave(Peer peer) {
      return answer(
          () -> {
            peers.remove(peer.instance());
            return null;
          });
    }

    @Override
    public CompletionStage<Void> decide(String server, SharedState state) {
      return answer(
          () -> {
            states.put(server, state);
            decisions++;
            tell(new Notice.States());
            return null;
          });
    }

    @Override
    public CompletionStage<Map<String, SharedState>> decisions() {
      if (keepsDecisions) {
        keepsDecisions = false;
        return new CompletableFuture<>();
      }
      return answer(() -> Map.copyOf(states));
    }

    @Override
    public CompletionStage<Void> detached(String server, StoreKey meeting) {
      return answer(
          () -> {
            copies.computeIfAbsent(server, first -> new HashSet<>()).add(meeting);
            return null;
          });
    }

    @Override
    public CompletionStage<Void> gone(String server, StoreKey meeting) {
      return answer(
          () -> {
            copies.getOrDefault(server, new HashSet<>()).remove(meeting);
            return null;
          });
    }

    @Override
    public CompletionStage<Void> destroyed(StoreKey hook) {
      return answer(
          () -> {
            hooks.add(hook);
            return null;
          });
    }

    @Override
    public CompletionStage<Void> wanted(StoreKey hook) {
      return answer(
          () -> {
            hooks.remove(hook);
            return null;
          });
    }

    @Override
    public CompletionStage<Set<StoreKey>> destroyed(Collection<StoreKey> asked) {
      return answer(() -> asked.stream().filter(hooks::contains).collect(Collectors.toSet()));
    }

    @Override
    public void tell(Notice notice) {
      connections.stream()
          .filter(other -> other != this && !other.deaf && !other.silent)
          .forEach(other -> other.notices.accept(notice));
    }

    @Override
    public void close() {
      connections.remove(this);
    }
  }

  /** One more balancer's connection. */
  public Connection connect(Consumer<Notice> notices) {
    Connection connection = new Connection(notices);
    connections.add(connection);
    return connection;
  }

  /** Loses everything. */
  public void loses() {
    claims.clear();
    peers.clear();
    states.clear();
    copies.clear();
    hooks.clear();
    young = true;
  }

  /** Hears no more of a balancer. */
  public void forgets(String id) {
    peers.values().removeIf(peer -> peer.id().equals(id));
  }

  /** Is as old as a claim gets. */
  public void ages() {
    young = false;
  }

  /** Loses the claims, as if their time were over. */
  public void forgetsClaims() {
    claims.clear();
  }

  /** How many meetings are claimed. */
  public int claims() {
    return claims.size();
  }

  /** All that it holds, as text. */
  public String text() {
    return claims + " " + peers + " " + states + " " + copies + " " + hooks;
  }
}
