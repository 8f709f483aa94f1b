package io.tinyscale.bbb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A webhook that is registered with a server (BBB docs, Webhooks). A server has at most one for a
 * callback URL, and calls it by an id of its own; {@link #commonId} is the same for all servers.
 *
 * @param id the server's id for it
 * @param callbackUrl where the front end wants to be told
 * @param meetingId the one meeting it hears of; empty for all
 * @param eventId the kinds of events it hears of, separated by commas; empty for all
 * @param permanent whether it is part of the server's configuration and cannot be destroyed
 * @param rawData whether it gets the events as they are inside the server
 * @param registeredUrl what the server calls: the callback URL itself, or a URL of the relay for it
 * @param relayUrl the relay's URL for it now; empty if the server calls the callback URL itself
 */
public record Hook(
    String id,
    String callbackUrl,
    String meetingId,
    String eventId,
    boolean permanent,
    boolean rawData,
    String registeredUrl,
    String relayUrl) {

  /** The least number of 15 digits, and how many there are. */
  private static final long LEAST_ID = 100_000_000_000_000L;

  private static final long IDS = 900_000_000_000_000L;

  /** A webhook whose callback URL the server calls itself. */
  public Hook(
      String id,
      String callbackUrl,
      String meetingId,
      String eventId,
      boolean permanent,
      boolean rawData) {
    this(id, callbackUrl, meetingId, eventId, permanent, rawData, callbackUrl, "");
  }

  /**
   * The same webhook, which the relay calls for the server.
   *
   * @param original where the front end wants to be told
   * @param url the relay's URL for it now; the server may know an earlier one
   */
  public Hook relayedTo(String original, String url) {
    return new Hook(id, original, meetingId, eventId, permanent, rawData, registeredUrl, url);
  }

  /** Whether the server calls the relay, and by the relay's URL of now. */
  public boolean isRelayed() {
    return !relayUrl.isEmpty() && registeredUrl.equals(relayUrl);
  }

  /** What another server is given for the same webhook. */
  public String urlToRegister() {
    return relayUrl.isEmpty() ? registeredUrl : relayUrl;
  }

  /** Whether both tell the same front end, whatever the servers call for it. */
  public boolean isSameAs(Hook other) {
    return trimmed(callbackUrl).equals(trimmed(other.callbackUrl));
  }

  /** A callback URL without the blanks around it, which do not count. */
  public static String trimmed(String callbackUrl) {
    return callbackUrl.trim();
  }

  /** The webhook that an item of {@code hooks/list} describes. */
  public static Hook of(ListedItem item) {
    ApiReply fields = item.fields();
    return new Hook(
        fields.text("hookID"),
        fields.text("callbackURL"),
        fields.text("meetingID"),
        fields.text("eventID"),
        Boolean.parseBoolean(fields.text("permanentHook")),
        Boolean.parseBoolean(fields.text("rawData")));
  }

  /**
   * The id of the webhook with this callback URL, whichever servers have it: derived from the URL
   * alone, so it is the same after a restart and in every balancer, and nothing has to be stored.
   *
   * <p>It is a number of exactly 15 digits, because front ends exist that read the id as an
   * integer. No server's own id, which counts from 1, is as long.
   *
   * <p>Two callback URLs can share an id: among 1,000 URLs the chance is below one in a thousand
   * million. Then both webhooks still report; {@code hooks/destroy} with the shared id removes one
   * of the two on each server, and a server that missed both gets only one of them later.
   */
  public static String commonId(String callbackUrl) {
    byte[] hash;
    try {
      hash =
          MessageDigest.getInstance("SHA-256")
              .digest(trimmed(callbackUrl).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    long bits = ByteBuffer.wrap(hash).getLong();
    return Long.toString(LEAST_ID + Long.remainderUnsigned(bits, IDS));
  }

  /** {@link #commonId(String)} of its callback URL. */
  public String commonId() {
    return commonId(callbackUrl);
  }

  /** Callback URLs often carry a token: they never reach a log by accident. */
  @Override
  public String toString() {
    return "Hook[" + commonId() + "]";
  }
}
