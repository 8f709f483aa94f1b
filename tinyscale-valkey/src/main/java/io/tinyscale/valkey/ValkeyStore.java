package io.tinyscale.valkey;

import io.tinyscale.store.Claim;
import io.tinyscale.store.Notice;
import io.tinyscale.store.Peer;
import io.tinyscale.store.SharedState;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreAddress;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreSettings;
import io.tinyscale.store.StoreView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.params.SetParams;

/** A store in Redis or Valkey. */
final class ValkeyStore implements SharedStore {

  /** How long a server's detached copies are kept after the last of them was written down. */
  static final Duration DETACHED_TTL = Duration.ofHours(24);

  /** How long a webhook that was destroyed is kept in mind. */
  static final Duration HOOK_TTL = Duration.ofDays(30);

  /** Webhooks in one question. */
  private static final int HOOKS_AT_ONCE = 1000;

  private final String ttlMillis;
  private final Links links;
  private final StoreThreads threads;
  private final Subscription subscription;
  private final PeerBoard peers;

  private ValkeyStore(StoreAddress address, StoreSettings settings, Consumer<Notice> notices) {
    this.ttlMillis = Long.toString(settings.ttl().toMillis());
    this.links = new Links(address, settings.timeout());
    this.threads = new StoreThreads(links, settings.timeout());
    this.subscription = new Subscription(links, notices);
    this.peers = new PeerBoard(ttlMillis);
  }

  static ValkeyStore open(StoreSettings settings, Consumer<Notice> notices) {
    StoreAddress address = settings.address();
    if (address == null) {
      throw new IllegalArgumentException("the settings have no store");
    }
    return new ValkeyStore(address, settings, notices);
  }

  @Override
  public CompletionStage<Claim> claim(StoreKey meeting, String want, Collection<String> givenUp) {
    List<String> keys = List.of(Keys.BORN, Keys.YOUNG, Keys.claim(meeting));
    List<String> servers = new ArrayList<>(List.of(want));
    servers.addAll(givenUp);
    return threads.run(
        link -> {
          List<String> arguments = new ArrayList<>(List.of(link.run(), ttlMillis));
          arguments.addAll(servers);
          List<?> answer = (List<?>) Script.CLAIM.run(link.store(), keys, arguments);
          return new Claim(
              (String) answer.get(0),
              (Long) answer.get(1),
              (String) answer.get(2),
              Script.YES.equals(answer.get(3)));
        });
  }

  @Override
  public CompletionStage<Boolean> move(StoreKey meeting, String from, String to) {
    return threads.run(
        link ->
            Script.YES.equals(
                Script.MOVE.run(
                    link.store(), List.of(Keys.claim(meeting)), List.of(from, to, ttlMillis))));
  }

  @Override
  public CompletionStage<StoreView> beat(Peer self) {
    return threads.run(
        link -> {
          subscription.stir();
          return peers.beat(link, self);
        });
  }

  @Override
  public CompletionStage<Void> leave(Peer self) {
    return done(link -> peers.leave(link.store(), self));
  }

  @Override
  public CompletionStage<Void> decide(String server, SharedState state) {
    return together(
        change -> {
          change.hset(Keys.DECISIONS, server, DecisionText.of(state));
          change.incr(Keys.DECISIONS_COUNT);
          return change.publish(Keys.NOTICES, NoticeText.of(new Notice.States()));
        });
  }

  @Override
  public CompletionStage<Map<String, SharedState>> decisions() {
    return threads.run(
        link -> {
          Map<String, SharedState> decisions = new HashMap<>();
          link.store()
              .hgetAll(Keys.DECISIONS)
              .forEach(
                  (server, text) ->
                      DecisionText.read(text)
                          .ifPresent(decision -> decisions.put(server, decision)));
          return Map.copyOf(decisions);
        });
  }

  @Override
  public CompletionStage<Void> detached(String server, StoreKey meeting) {
    return together(
        change -> {
          change.sadd(Keys.detached(server), meeting.text());
          return change.expire(Keys.detached(server), DETACHED_TTL.toSeconds());
        });
  }

  @Override
  public CompletionStage<Void> gone(String server, StoreKey meeting) {
    return done(link -> link.store().srem(Keys.detached(server), meeting.text()));
  }

  @Override
  public CompletionStage<Void> destroyed(StoreKey hook) {
    SetParams forDays = SetParams.setParams().ex(HOOK_TTL.toSeconds());
    return done(link -> link.store().set(Keys.hook(hook), "1", forDays));
  }

  @Override
  public CompletionStage<Void> wanted(StoreKey hook) {
    return done(link -> link.store().del(Keys.hook(hook)));
  }

  @Override
  public CompletionStage<Set<StoreKey>> destroyed(Collection<StoreKey> hooks) {
    List<StoreKey> asked = List.copyOf(hooks);
    if (asked.isEmpty()) {
      return CompletableFuture.completedFuture(Set.of());
    }
    return threads.run(link -> destroyed(link.store(), asked));
  }

  private static Set<StoreKey> destroyed(Jedis store, List<StoreKey> hooks) {
    Set<StoreKey> destroyed = new HashSet<>();
    for (int from = 0; from < hooks.size(); from += HOOKS_AT_ONCE) {
      List<StoreKey> some = hooks.subList(from, Math.min(hooks.size(), from + HOOKS_AT_ONCE));
      List<String> values = store.mget(some.stream().map(Keys::hook).toArray(String[]::new));
      for (int i = 0; i < values.size(); i++) {
        if (values.get(i) != null) {
          destroyed.add(some.get(i));
        }
      }
    }
    return Set.copyOf(destroyed);
  }

  @Override
  public void tell(Notice notice) {
    String text = NoticeText.of(notice);
    threads.run(link -> link.store().publish(Keys.NOTICES, text));
  }

  private CompletionStage<Void> together(Function<Transaction, ?> commands) {
    return done(link -> Together.send(link.store(), commands));
  }

  private CompletionStage<Void> done(StoreThreads.Action<?> action) {
    return threads.run(action).thenAccept(result -> {});
  }

  @Override
  public void close() {
    threads.close();
    subscription.close();
  }
}
