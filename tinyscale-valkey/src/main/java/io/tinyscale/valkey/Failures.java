package io.tinyscale.valkey;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Why something failed, in words that hold no secret. */
final class Failures {

  /** The store's first word, such as {@code WRONGPASS}. What follows may repeat what we sent. */
  private static final Pattern FIRST_WORD = Pattern.compile("([A-Z]{2,20})\\b.*", Pattern.DOTALL);

  /** Redis before 7 puts its own words before those of a command that fails in a script. */
  private static final Pattern IN_SCRIPT =
      Pattern.compile("ERR Error running script \\([^)]*\\): (@user_script: ?\\d+: )+-");

  private Failures() {}

  static IOException busy() {
    return new IOException("too many actions wait for the store");
  }

  static IOException late() {
    return new IOException("timeout before anything was sent");
  }

  static IOException closed() {
    return new IOException("closed");
  }

  static IOException of(RuntimeException failure) {
    Throwable root = root(failure);
    if (root instanceof JedisDataException refused) {
      return new IOException("the store says " + firstWord(refused));
    }
    if (root instanceof SocketTimeoutException) {
      return new IOException("timeout");
    }
    if (root instanceof UnknownHostException) {
      return new IOException("unknown host " + root.getMessage());
    }
    // Of the network, the JDK or Jedis, none of which tells more than a host.
    String message = String.valueOf(root.getMessage());
    return new IOException(
        root instanceof JedisException
            ? message
            : root.getClass().getSimpleName() + ": " + message);
  }

  private static String firstWord(JedisDataException refused) {
    String message = String.valueOf(refused.getMessage());
    Matcher script = IN_SCRIPT.matcher(message);
    Matcher matcher =
        FIRST_WORD.matcher(script.lookingAt() ? message.substring(script.end()) : message);
    return matcher.matches() ? matcher.group(1) : "ERR";
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }
}
