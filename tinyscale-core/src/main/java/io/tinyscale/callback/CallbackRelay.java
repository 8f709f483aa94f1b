package io.tinyscale.callback;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.config.ConfigException;
import io.tinyscale.http.Route;
import io.tinyscale.tenant.Tenant;
import java.util.Optional;

/**
 * Takes the callbacks of BBB servers, verifies them, signs them with the front end's secret and
 * delivers them. Implemented outside core, which replaces callback URLs by the relay's in what goes
 * to servers, and the other way round in what comes from them.
 *
 * <p>A URL of the relay is {@link #prefix()} and a token of letters, digits, {@code -}, {@code _}
 * and {@code .}, at most {@link #LONGEST_TOKEN} of them. Called from many threads at once; must not
 * block, except for {@link #start} and {@link #close}.
 */
public interface CallbackRelay extends AutoCloseable {

  /** Bytes of the longest callback URL that is relayed. */
  int LONGEST_URL = 2048;

  /** Characters of the longest token. */
  int LONGEST_TOKEN = 4096;

  /**
   * Begins to deliver. Called at most once: after {@link #prefix}, and before every other method
   * but {@link #close}. A balancer that only checks its configuration does not call it.
   *
   * @throws ConfigException if a setting turns out to be wrong, such as a spool that belongs to
   *     another process
   */
  void start(CallbackContext context);

  /**
   * What every URL of the relay begins with: {@link RelaySettings#prefix()}. ASCII without any
   * character that XML or a query must escape, but for {@code :} and {@code /}.
   */
  String prefix();

  /**
   * The URL that a server is given in place of a callback URL in a create. It differs from call to
   * call.
   *
   * @param kind not a webhook
   * @param meetingId of the create, without blanks around it; empty if it names none
   * @param original an absolute http or https URL of at most {@link #LONGEST_URL} bytes
   */
  String callbackUrl(Tenant tenant, CallbackKind kind, String meetingId, String original);

  /**
   * The callback URL for which {@link #callbackUrl} made this token.
   *
   * @return empty if the token is none, is a webhook's, or was made up by somebody else
   */
  Optional<String> originalCallback(String token);

  /**
   * The URL that a server is given in place of a webhook's: always the same for the same original,
   * so that all servers have the same.
   *
   * @param original an absolute http or https URL of at most {@link #LONGEST_URL} bytes
   */
  String hookUrl(Tenant tenant, String original);

  /**
   * The URL for which {@link #hookUrl} made this one.
   *
   * @param registered the callback URL of a webhook as a server knows it
   * @return empty if it is not the relay's
   */
  Optional<String> originalHook(String registered);

  /** Answers the servers' callbacks. */
  Route route();

  /** What the relay knows of its work now. */
  CallbackStatus status();

  /**
   * Takes no more callbacks, lets deliveries under way end within a few seconds, and lets go of
   * threads, connections and files; a second call does nothing.
   */
  @Override
  void close();
}
