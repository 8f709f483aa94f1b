package io.tinyscale.store;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weighted rendezvous hashing: every balancer prefers the same server for a meeting, and servers
 * are preferred in proportion to their weights. Counts servers by name. The formula is frozen:
 * balancers of different versions must agree. Not thread-safe.
 */
public final class Rendezvous {

  /** Number of the formula; balancers with another one choose other servers. */
  public static final int FORMULA = 1;

  private static final int HASH_BYTES = 32;
  private static final int RANDOM_BITS = 53;

  private final MessageDigest sha256;
  private byte[] input = new byte[256];
  private final byte[] hash = new byte[HASH_BYTES];

  /** Holds no state between two scores but its buffers. */
  public Rendezvous() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** What is hashed of a meeting: its id as servers take it, without blanks around it. */
  public static byte[] key(MeetingId meetingId) {
    return meetingId.text().trim().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * How much a meeting prefers a server; the highest score wins.
   *
   * @param key as of {@link #key}
   */
  public double score(Server server, byte[] key) {
    return score(server.weight(), uniform(server, key));
  }

  /**
   * Servers in the order in which a meeting prefers them.
   *
   * @param servers of any order
   */
  public static List<Server> order(Collection<Server> servers, MeetingId meetingId) {
    Rendezvous rendezvous = new Rendezvous();
    byte[] key = key(meetingId);
    Map<Server, Double> scores = new HashMap<>();
    servers.forEach(server -> scores.put(server, rendezvous.score(server, key)));
    return servers.stream()
        .sorted(
            Comparator.comparingDouble((Server server) -> scores.get(server))
                .reversed()
                .thenComparing(Server::name))
        .toList();
  }

  private static double score(int weight, double uniform) {
    // StrictMath gives the same bits on every JVM.
    return weight / -StrictMath.log(uniform);
  }

  /** The highest score of some servers; of equal ones, that of the first name. */
  public static final class Best {

    /** Numbers that are further apart have other logarithms. */
    private static final double APART = 1e-12;

    private int place = -1;
    private String name = "";
    private int weight;
    private double uniform;
    private double score = -1;

    /**
     * Takes a server.
     *
     * @param uniform what its meeting's hash is
     */
    public void offer(int place, Server server, double uniform) {
      if (server.weight() <= weight && uniform < this.uniform - APART) {
        // Its score is less: there is no need to find out how much.
        return;
      }
      double score = Rendezvous.score(server.weight(), uniform);
      if (score > this.score || score == this.score && server.name().compareTo(name) < 0) {
        this.place = place;
        this.name = server.name();
        this.weight = server.weight();
        this.uniform = uniform;
        this.score = score;
      }
    }

    /** Where the best server is; -1 if there was none. */
    public int place() {
      return place;
    }
  }

  /** A number between 0 and 1, both excluded, by the server's name and the meeting. */
  public double uniform(Server server, byte[] key) {
    byte[] name = server.name().getBytes(StandardCharsets.UTF_8);
    int length = name.length + 1 + key.length;
    if (input.length < length) {
      input = new byte[length];
    }
    System.arraycopy(name, 0, input, 0, name.length);
    input[name.length] = 0;
    System.arraycopy(key, 0, input, name.length + 1, key.length);
    return uniform(length);
  }

  /** The first bits of the hash as a number between 0 and 1, both excluded. */
  private double uniform(int length) {
    sha256.update(input, 0, length);
    try {
      sha256.digest(hash, 0, HASH_BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = bits << Byte.SIZE | hash[i] & 0xff;
    }
    return ((bits >>> Long.SIZE - RANDOM_BITS) + 0.5) * 0x1p-53;
  }
}
