package io.tinyscale.server;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One BigBlueButton server behind us, as the pool file describes it. Immutable.
 *
 * @param name unique in the pool; what logs and metrics call it
 * @param api where its API is, such as {@code https://bbb1.example.org/bigbluebutton/api}, without
 *     a slash at the end
 * @param secret what its calls are signed with
 * @param algorithm how its calls are signed
 * @param weight how much it can carry in proportion to the others, at least 1
 * @param tags the operator's labels
 * @param state the operator's will
 * @param drain what the operator asks for beyond a cordon; null if nothing, and always null unless
 *     the server is cordoned
 */
public record Server(
    String name,
    URI api,
    Secret secret,
    ChecksumAlgorithm algorithm,
    int weight,
    Set<String> tags,
    AdminState state,
    @Nullable Drain drain) {

  /** Copies the tags and checks what the rest of the code relies on. */
  public Server {
    tags = Set.copyOf(tags);
    if (weight < 1) {
      throw new IllegalArgumentException("weight " + weight + ": at least 1");
    }
    if (api.getHost() == null || api.getRawPath().endsWith("/")) {
      throw new IllegalArgumentException("not the address of an API: " + api);
    }
    if (drain != null && state != AdminState.CORDONED) {
      throw new IllegalArgumentException("a drain of a server that is " + state);
    }
  }

  /** A server of which nothing is asked beyond its state. */
  public Server(
      String name,
      URI api,
      Secret secret,
      ChecksumAlgorithm algorithm,
      int weight,
      Set<String> tags,
      AdminState state) {
    this(name, api, secret, algorithm, weight, tags, state, null);
  }

  /** A server with default weight, no tags, enabled, signed with sha256. */
  public static Server of(String name, URI api, Secret secret) {
    return new Server(name, api, secret, ChecksumAlgorithm.SHA256, 1, Set.of(), AdminState.ENABLED);
  }

  /** The same with another will of the operator, which asks for no drain. */
  public Server with(AdminState other) {
    return new Server(name, api, secret, algorithm, weight, tags, other);
  }
}
