package io.tinyscale.valkey;

import io.tinyscale.store.Peer;
import io.tinyscale.store.StoreView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;

/** Where balancers tell of themselves, and read of the others. Thread-safe. */
final class PeerBoard {

  private static final String DOWN = "down";

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
    return new StoreView(
        others(store, seen.members().get(), Keys.member(self)),
        young,
        number(seen.decisions().get()));
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

  private static List<Peer> others(Jedis store, Set<String> members, String self) {
    Map<String, Told> told = new LinkedHashMap<>();
    try (Pipeline questions = store.pipelined()) {
      for (String member : members) {
        if (!member.equals(self)) {
          told.put(
              member,
              new Told(questions.hgetAll(Keys.peer(member)), questions.hgetAll(Keys.down(member))));
        }
      }
      questions.sync();
    }
    List<Peer> others = new ArrayList<>();
    told.forEach(
        (member, answers) -> {
          Map<String, String> fields = answers.fields().get();
          if (fields.isEmpty()) {
            Script.FORGET.run(store, List.of(Keys.peer(member), Keys.PEERS), List.of(member));
          } else {
            others.add(PeerFields.read(member, fields, answers.down().get().keySet()));
          }
        });
    return others;
  }

  /** What one balancer told. */
  private record Told(Response<Map<String, String>> fields, Response<Map<String, String>> down) {}

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

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }
}
