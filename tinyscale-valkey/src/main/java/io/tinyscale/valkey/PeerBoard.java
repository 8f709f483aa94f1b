package io.tinyscale.valkey;

import io.tinyscale.store.Peer;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;

/**
 * Where balancers tell of themselves, and read of the others and of what servers may bring back.
 * Thread-safe.
 */
final class PeerBoard {

  private static final String DOWN = "down";
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{24}");

  private final String ttlMillis;

  /**
   * A board.
   *
   * @param ttlMillis how long a claim stands, and the store is young
   */
  PeerBoard(String ttlMillis) {
    this.ttlMillis = ttlMillis;
  }

  /** Tells of a balancer, and reads of the others. */
  StoreView beat(Link link, Peer self) {
    Jedis store = link.store();
    boolean young =
        Script.YES.equals(
            Script.YOUNG.run(
                store, List.of(Keys.BORN, Keys.YOUNG), List.of(link.run(), ttlMillis)));
    Seen seen = Together.send(store, all -> toldBy(all, self));
    Map<String, Told> others = new LinkedHashMap<>();
    Map<String, Response<Set<String>>> copies = new HashMap<>();
    try (Pipeline questions = store.pipelined()) {
      for (String member : seen.members().get()) {
        if (!member.equals(Keys.member(self))) {
          others.put(member, Told.of(questions, member));
        }
      }
      for (String server : self.pool().keySet()) {
        copies.put(server, questions.smembers(Keys.detached(server)));
      }
      questions.sync();
    }
    return new StoreView(
        peers(store, others), young, detached(copies), decisions(store, seen.decisions().get()));
  }

  private static Seen toldBy(Transaction all, Peer self) {
    tell(all, self);
    return new Seen(all.smembers(Keys.PEERS), all.get(Keys.DECISIONS_COUNT));
  }

  /** What is read once a balancer has told of itself. */
  private record Seen(Response<Set<String>> members, Response<String> decisions) {}

  private static void tell(Transaction all, Peer self) {
    String member = Keys.member(self);
    long seconds = Peer.FORGOTTEN.toSeconds();
    // First away with the servers that it has no more.
    all.del(Keys.peer(member), Keys.down(member));
    all.hset(Keys.peer(member), PeerFields.of(self));
    all.expire(Keys.peer(member), seconds);
    if (!self.down().isEmpty()) {
      all.hset(
          Keys.down(member),
          self.down().stream().collect(Collectors.toMap(server -> server, server -> DOWN)));
      all.expire(Keys.down(member), seconds);
    }
    all.sadd(Keys.PEERS, member);
  }

  /** What one balancer told. */
  private record Told(Response<Map<String, String>> fields, Response<Map<String, String>> down) {

    static Told of(Pipeline questions, String member) {
      return new Told(questions.hgetAll(Keys.peer(member)), questions.hgetAll(Keys.down(member)));
    }
  }

  private static List<Peer> peers(Jedis store, Map<String, Told> told) {
    List<Peer> peers = new ArrayList<>();
    told.forEach(
        (member, answers) -> {
          Map<String, String> fields = answers.fields().get();
          if (fields.isEmpty()) {
            Script.FORGET.run(store, List.of(Keys.peer(member), Keys.PEERS), List.of(member));
          } else {
            peers.add(PeerFields.read(member, fields, answers.down().get().keySet()));
          }
        });
    return peers;
  }

  private static Map<String, Set<StoreKey>> detached(Map<String, Response<Set<String>>> copies) {
    Map<String, Set<StoreKey>> detached = new HashMap<>();
    copies.forEach(
        (server, texts) -> {
          Set<StoreKey> meetings =
              texts.get().stream()
                  .filter(text -> KEY.matcher(text).matches())
                  .map(StoreKey::new)
                  .collect(Collectors.toUnmodifiableSet());
          if (!meetings.isEmpty()) {
            detached.put(server, meetings);
          }
        });
    return detached;
  }

  /** Takes a balancer away. */
  Response<Long> leave(Jedis store, Peer self) {
    String member = Keys.member(self);
    return Together.send(
        store,
        all -> {
          all.del(Keys.peer(member), Keys.down(member));
          return all.srem(Keys.PEERS, member);
        });
  }

  /**
   * How often something was decided. What is no number, by somebody else's hand, is deleted: no
   * balancer could count on from it. All then read the decisions, because the number has changed.
   */
  private static long decisions(Jedis store, @Nullable String count) {
    try {
      return count == null ? 0 : Long.parseLong(count);
    } catch (NumberFormatException e) {
      store.del(Keys.DECISIONS_COUNT);
      return 0;
    }
  }
}
