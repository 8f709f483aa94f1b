package io.tinyscale.observe;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.LogLine;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Overload;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log, one line each: an event name and key=value pairs. The one class that
 * does; what must not be logged never reaches it. Thread-safe.
 */
public final class EventLog implements GatewayObserver {

  private static final int LONGEST_VALUE = 200;
  private static final int MOST_PLACES = 12;
  private static final int LONGEST_PROBLEM = 2000;

  private final Logger log = LoggerFactory.getLogger("tinyscale");

  /** Writes to the logger {@code tinyscale}. */
  public EventLog() {}

  /**
   * Tells a container's log why tinyscale does not start; no observer exists yet.
   *
   * @return the line as it was logged
   */
  public String startFailed(String problem) {
    String line = "tinyscale.start-failed problem=" + value(problem, LONGEST_PROBLEM);
    log.error(line);
    return line;
  }

  @Override
  public void configWarning(String warning) {
    log.warn("config.warning {}", warning);
  }

  @Override
  public void swept(Server server, SweepOutcome outcome, Duration duration) {
    log.debug(
        "server.swept server={} outcome={} ms={}",
        server.name(),
        outcome.word(),
        duration.toMillis());
  }

  @Override
  public void serverUp(Server server, int meetings) {
    log.info(
        "server.up server={} host={} meetings={}",
        server.name(),
        server.api().getAuthority(),
        meetings);
  }

  @Override
  public void serverDown(Server server, String cause) {
    log.warn(
        "server.down server={} host={} cause={}",
        server.name(),
        server.api().getAuthority(),
        value(cause));
  }

  @Override
  public void serverStartsDown(Server server, String cause, String fix) {
    if (fix.isEmpty()) {
      serverDown(server, cause);
    } else {
      log.warn(
          "server.down server={} host={} cause={} fix={}",
          server.name(),
          server.api().getAuthority(),
          value(cause),
          value(fix, LONGEST_PROBLEM));
    }
  }

  @Override
  public void started(int up, int servers) {
    log.info("tinyscale.started up={} servers={}", up, servers);
  }

  @Override
  public void stopped() {
    log.info("tinyscale.stopped");
  }

  @Override
  public void wrongSecret(ApiCall call, String address, long refused) {
    log.warn(
        "frontend.wrong-secret call={} refused={} address={} fix={}",
        value(call.name()),
        refused,
        value(address),
        value("give the front end the secret of tinyscale"));
  }

  @Override
  public void heldFull(long most, long refused) {
    log.warn(
        "held.full most={} refused={} fix={}",
        most,
        refused,
        value("raise limit.held or the heap if the callers are front ends"));
  }

  @Override
  public void serverEjected(Server server, Duration time, String cause) {
    log.warn(
        "server.ejected server={} seconds={} cause={}",
        server.name(),
        time.toSeconds(),
        value(cause));
  }

  @Override
  public void serverOnTrial(Server server) {
    log.info("server.on-trial server={}", server.name());
  }

  @Override
  public void serverReadmitted(Server server) {
    log.info("server.readmitted server={}", server.name());
  }

  @Override
  public void serverUnknown(Server server) {
    log.warn(
        "server.unknown server={} fix={}",
        server.name(),
        value(
            "Mend the server, or disable it (\"state\": \"disabled\") if it holds no meetings:"
                + " it has never told its meetings, so calls for rooms that are not open may fail."));
  }

  @Override
  public void serverHasTooManyMeetings(Server server) {
    log.error(
        "server.too-many-meetings server={} fix={}",
        server.name(),
        value("find out who creates them"));
  }

  @Override
  public void listUnknown(Server server, String cause) {
    log.warn("list.unknown server={} cause={}", server.name(), value(cause));
  }

  @Override
  public void listDamaged(Server server, ApiCall call, ListDamage damage) {
    log.warn("list.damaged server={} call={} kind={}", server.name(), call.name(), damage.kind());
  }

  @Override
  public void overload(Overload overload) {
    Server server = overload.server();
    if (server == null && overload.isOver()) {
      log.info("calls.relieved refused={}", overload.refused());
    } else if (server == null) {
      log.warn("calls.overloaded most={}", overload.most());
    } else if (overload.isOver()) {
      log.info("server.relieved server={} refused={}", server.name(), overload.refused());
    } else {
      log.warn("server.overloaded server={} most={}", server.name(), overload.most());
    }
  }

  @Override
  public void serverRefusesSecret(Server server) {
    log.error(
        "server.wrong-secret server={} fix={}",
        server.name(),
        value("copy it from `bbb-conf --secret` on " + server.api().getHost()));
  }

  @Override
  public void serverAcceptsSecret(Server server) {
    log.info("server.secret-accepted server={}", server.name());
  }

  @Override
  public void poolChanged(PoolChange change) {
    log.info(
        "pool.changed added={} removed={} changed={}",
        names(change.added()),
        names(change.removed()),
        names(change.changed()));
  }

  @Override
  public void poolRefused(List<String> problems) {
    for (String problem : problems) {
      log.error("pool.refused problem={}", value(problem, LONGEST_PROBLEM));
    }
  }

  @Override
  public void poolReloadFailed(Throwable bug) {
    log.error("pool.reload-failed cause=\"{}\"", places(bug));
  }

  @Override
  public void serverDraining(Server server, int meetings, long users) {
    log.info("server.draining server={} meetings={} users={}", server.name(), meetings, users);
  }

  @Override
  public void serverDrained(Server server) {
    log.info("server.drained server={}", server.name());
  }

  @Override
  public void webhooksAligned(Server server, int registered, int destroyed) {
    log.info(
        "server.webhooks server={} registered={} destroyed={}",
        server.name(),
        registered,
        destroyed);
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    log.info("meeting.placed meeting={} server={}", value(meetingId.text()), server.name());
  }

  @Override
  public boolean wantsScores() {
    return log.isDebugEnabled();
  }

  @Override
  public void meetingWeighed(MeetingId meetingId, Server chosen, Supplier<List<ServerScore>> best) {
    if (log.isDebugEnabled()) {
      String scores =
          best.get().stream()
              .map(
                  score ->
                      String.format(
                          Locale.ROOT,
                          "%s:%.3f(%.1f/%d)",
                          score.server().name(),
                          score.score(),
                          score.load(),
                          score.server().weight()))
              .collect(Collectors.joining(","));
      log.debug(
          "meeting.weighed meeting={} server={} scores={}",
          value(meetingId.text()),
          chosen.name(),
          value(scores, LONGEST_PROBLEM));
    }
  }

  @Override
  public void tagFallback(String tenant, String tags, Server server, long fallbacks) {
    log.warn(
        "placement.tag-fallback tenant={} tags={} server={} fallbacks={}",
        value(tenant),
        value(tags),
        server.name(),
        fallbacks);
  }

  @Override
  public void allServersTagged() {
    log.warn(
        "placement.all-tagged fix={}",
        value(
            "remove the tags of the servers that creates without a tag shall use: every enabled"
                + " server has tags, so such creates use all servers"));
  }

  @Override
  public void meetingSplit(
      MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {
    log.error(
        "meeting.split meeting={} kept={} kept-people={} other={} other-people={} fix={}",
        value(meetingId.text()),
        kept.name(),
        people(keptUsers),
        other.name(),
        people(otherUsers),
        value("end the meeting on the other server"));
  }

  private static String people(int users) {
    return users < 0 ? "unknown" : Integer.toString(users);
  }

  @Override
  public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
    log.info(
        "meeting.leftover-ended meeting={} server={} live={}",
        value(meetingId.text()),
        server.name(),
        live.name());
  }

  @Override
  public void serverListedTwice(Server server, Server other) {
    log.error(
        "server.twice server={} other={} fix={}",
        server.name(),
        other.name(),
        value("remove one of them from the pool file: both are the same server"));
  }

  @Override
  public void otherBalancer(Server server, MeetingId meetingId) {
    log.warn(
        "balancer.other server={} meeting={} fix={}",
        server.name(),
        value(meetingId.text()),
        value("set balancers=several, or stop what else makes meetings on the servers"));
  }

  @Override
  public void callFailed(ApiCall call, Server server, String cause) {
    log.warn("call.failed call={} server={} cause={}", call.name(), server.name(), value(cause));
  }

  @Override
  public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
    if (log.isDebugEnabled()) {
      log.debug(
          "call.answered call={} tenant={} outcome={} ms={}",
          value(call.name()),
          value(tenant),
          outcome.word(),
          TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }

  @Override
  public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
    if (log.isDebugEnabled()) {
      log.debug(
          "attempt.ended server={} call={} outcome={} ms={}",
          server.name(),
          value(call.name()),
          outcome.word(),
          TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }

  @Override
  public void listPartial(ApiCall call, int missing, int asked) {
    log.debug("list.partial call={} missing={} asked={}", call.name(), missing, asked);
  }

  @Override
  public void callbackDelivered(CallbackTry delivered) {
    log.info("callback.delivered {}", words(delivered));
  }

  @Override
  public void callbackRetry(CallbackTry failed, Duration pause, String cause) {
    log.warn(
        "callback.retry {} seconds={} cause={}", words(failed), pause.toSeconds(), value(cause));
  }

  @Override
  public void callbackGivenUp(CallbackTry failed, String cause) {
    log.error("callback.given-up {} cause={}", words(failed), value(cause));
  }

  @Override
  public void callbackRefused(CallbackTry refused, String cause) {
    log.error("callback.refused {} cause={}", words(refused), value(cause));
  }

  @Override
  public void callbackLeft(String tenant, CallbackKind kind, String cause, long left) {
    log.warn("callback.left tenant={} kind={} left={} cause={}", tenant, kind, left, value(cause));
  }

  @Override
  public void callbackOfRelay(String tenant, CallbackKind kind, long refused) {
    log.error(
        "callback.refused tenant={} kind={} refused={} cause=\"it leads to the relay itself\"",
        tenant,
        kind,
        refused);
  }

  private static String words(CallbackTry callback) {
    return "tenant="
        + callback.tenant()
        + " kind="
        + callback.kind()
        + " host="
        + value(callback.host())
        + " tries="
        + callback.tries();
  }

  @Override
  public void callRefused(ApiCall call, String messageKey) {
    log.debug("call.refused call={} key={}", value(call.name()), messageKey);
  }

  @Override
  public void observerFailed(Class<?> observer, Throwable bug) {
    log.error("observer.failed observer={} cause=\"{}\"", observer.getName(), places(bug));
  }

  @Override
  public void outOfMemory(OutOfMemoryError error) {
    log.error(
        "out-of-memory cause={} fix={}",
        value(String.valueOf(error.getMessage())),
        value("give the JVM more heap with -Xmx, or lower limit.calls"));
  }

  @Override
  public void bug(ApiCall call, Throwable bug) {
    log.error("bug call={} cause=\"{}\"", value(call.name()), places(bug));
  }

  /**
   * What was thrown and where, without a word of it: the message of an exception may quote an
   * address with its checksum.
   */
  private static String places(Throwable bug) {
    StringBuilder places = new StringBuilder();
    for (Throwable cause = bug; cause != null; cause = cause.getCause()) {
      places.append(places.isEmpty() ? "" : " caused by ").append(cause.getClass().getName());
      Arrays.stream(cause.getStackTrace())
          .limit(MOST_PLACES)
          .forEach(place -> places.append(" at ").append(place));
    }
    return places.toString();
  }

  private static String names(List<String> servers) {
    return value(String.join(",", servers), Integer.MAX_VALUE);
  }

  private static String value(String text) {
    return value(text, LONGEST_VALUE);
  }

  /** Text from outside as one value: quoted if need be, no line breaks, not endless. */
  private static String value(String text, int longest) {
    StringBuilder value = new StringBuilder(text.length() + 2);
    boolean quoted = text.isEmpty();
    for (int i = 0; i < Math.min(text.length(), longest); i++) {
      char c = text.charAt(i);
      quoted |= c <= ' ' || c == '"' || c == '=';
      if (c == '"' || c == '\\') {
        value.append('\\').append(c);
      } else if (LogLine.forbids(c)) {
        value.append('?');
      } else {
        value.append(c);
      }
    }
    return quoted ? "\"" + value + "\"" : value.toString();
  }
}
