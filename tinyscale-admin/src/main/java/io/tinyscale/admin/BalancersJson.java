package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.meeting.Caution;
import io.tinyscale.store.Peer;
import io.tinyscale.store.SharedStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.TreeSet;

/** Writes what this balancer is to the others, and what it sees of them, as JSON. */
final class BalancersJson {

  private BalancersJson() {}

  /** Writes an object. */
  static void write(JsonWriter json, BalancerStatus status, Instant now) throws IOException {
    SharedStatus shared = status.shared();
    Caution caution = status.caution();
    json.beginObject();
    peer(json, shared.self());
    json.name("instance").value(shared.self().instance());
    json.name("pool").value(shared.pool());
    json.name("mode").value(caution.balancers().toString());
    json.name("alone").value(caution.alone());
    json.name("noticed").value(caution.noticed());
    Answers.time(
        json.name("carefulUntil"),
        caution.rest().isZero() ? null : Answers.rounded(now.plus(caution.rest())));
    json.name("store");
    store(json, shared);
    json.name("others").beginArray();
    for (SharedStatus.Other other : shared.others()) {
      json.beginObject();
      peer(json, other.peer());
      Answers.texts(json.name("differs"), other.differences());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  private static void peer(JsonWriter json, Peer peer) throws IOException {
    json.name("id").value(peer.id());
    json.name("version").value(peer.version());
    json.name("formula").value(peer.formula());
    Answers.time(json.name("startedAt"), peer.started());
    Answers.texts(json.name("down"), new TreeSet<>(peer.down()));
  }

  private static void store(JsonWriter json, SharedStatus shared) throws IOException {
    if (shared.store() == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("address").value(shared.store());
    json.name("up").value(shared.up());
    json.name("young").value(shared.young());
    json.name("whenDown").value(shared.whenDown().toString());
    json.endObject();
  }
}
