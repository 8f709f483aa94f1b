package io.tinyscale.store;

import io.tinyscale.server.Server;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What balancers compare of their pools: the names, addresses, weights and tags of the servers.
 * Secrets and states are left out, and so is the order of the file.
 */
public final class PoolDigest {

  private static final int BYTES = 8;

  private PoolDigest() {}

  /** A digest of each server, by the server's name. */
  public static Map<String, String> of(Collection<Server> servers) {
    return servers.stream()
        .collect(Collectors.toMap(Server::name, PoolDigest::ofServer, (one, same) -> one));
  }

  private static String ofServer(Server server) {
    return hash(
        String.join(
            "\n",
            server.name(),
            server.api().toString(),
            Integer.toString(server.weight()),
            String.join(",", new TreeSet<>(server.tags()))));
  }

  /** One digest of a whole pool. */
  public static String whole(Map<String, String> digests) {
    return hash(new TreeMap<>(digests).toString());
  }

  /** The names of the servers in which two pools differ, in order. */
  public static List<String> differences(Map<String, String> one, Map<String, String> other) {
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    names.removeIf(name -> one.getOrDefault(name, "").equals(other.getOrDefault(name, "")));
    return List.copyOf(names);
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
