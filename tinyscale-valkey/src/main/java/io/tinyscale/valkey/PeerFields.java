package io.tinyscale.valkey;

import io.tinyscale.store.Peer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a balancer tells of itself, as fields of a hash. */
final class PeerFields {

  private static final String VERSION = "version";
  private static final String FORMULA = "formula";
  private static final String STARTED = "started";

  /** Before the name of a server of its pool. */
  private static final String SERVER = "server:";

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

  private PeerFields() {}

  static Map<String, String> of(Peer peer) {
    Map<String, String> fields = new HashMap<>();
    fields.put(VERSION, peer.version());
    fields.put(FORMULA, Integer.toString(peer.formula()));
    fields.put(STARTED, peer.started().toString());
    peer.pool().forEach((server, digest) -> fields.put(SERVER + server, digest));
    return fields;
  }

  /**
   * Reads what a balancer told. Of fields that cannot be read the balancer counts as having told
   * nothing, but it is there: who left it out would give up servers that it reaches.
   */
  static Peer read(String member, Map<String, String> fields, Set<String> down) {
    Map<String, String> pool = new HashMap<>();
    fields.forEach(
        (field, digest) -> {
          if (field.startsWith(SERVER)) {
            pool.put(field.substring(SERVER.length()), digest);
          }
        });
    return new Peer(
        Keys.id(member),
        Keys.instance(member),
        fields.getOrDefault(VERSION, ""),
        number(fields.getOrDefault(FORMULA, "")),
        instant(fields.getOrDefault(STARTED, "")),
        pool,
        down);
  }

  private static int number(String text) {
    return NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
