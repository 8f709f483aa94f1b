package io.tinyscale.observe;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.LogLine;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Overload;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes events to the log, one line each: an event name and key=value pairs. The one class that
 * does; what must not be logged never reaches it. Thread-safe.
 */
public final class EventLog implements GatewayObserver {

  private static final int LONGEST_VALUE = 200;
  private static final int MOST_PLACES = 12;
  private static final int LONGEST_PROBLEM = 2000;

  private final Logger log = LoggerFactory.getLogger("tinyscale");
  private final Logger calls = LoggerFactory.getLogger("tinyscale.calls");
  private final RecentEvents recent;

  /** Writes to the logger {@code tinyscale}, and of calls to {@code tinyscale.calls}. */
  public EventLog() {
    this(new RecentEvents(InstantSource.system()));
  }

  /**
   * Writes to the logger {@code tinyscale}.
   *
   * @param recent keeps every event that is more than a detail of one call
   */
  public EventLog(RecentEvents recent) {
    this.recent = recent;
  }

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
    write(Level.WARN, "config.warning", warning, Map.of("warning", cut(warning)));
  }

  @Override
  public void adminChanged(String who, String address, String what, String result) {
    write(Level.INFO, "admin.changed", "who", who, "from", address, "what", what, "result", result);
  }

  @Override
  public void adminDenied(String address) {
    write(Level.WARN, "admin.denied", "from", address);
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
    write(
        Level.INFO,
        "server.up",
        "server",
        server.name(),
        "host",
        server.api().getAuthority(),
        "meetings",
        meetings);
  }

  @Override
  public void serverDown(Server server, String cause) {
    write(
        Level.WARN,
        "server.down",
        "server",
        server.name(),
        "host",
        server.api().getAuthority(),
        "cause",
        cause);
  }

  @Override
  public void serverStartsDown(Server server, String cause, String fix) {
    if (fix.isEmpty()) {
      serverDown(server, cause);
    } else {
      write(
          Level.WARN,
          "server.down",
          "server",
          server.name(),
          "host",
          server.api().getAuthority(),
          "cause",
          cause,
          "fix",
          problem(fix));
    }
  }

  @Override
  public void started(int up, int servers) {
    write(Level.INFO, "tinyscale.started", "up", up, "servers", servers);
  }

  @Override
  public void stopped() {
    write(Level.INFO, "tinyscale.stopped");
  }

  @Override
  public void wrongSecret(ApiCall call, String address, long refused) {
    write(
        Level.WARN,
        "frontend.wrong-secret",
        "call",
        call.name(),
        "refused",
        refused,
        "address",
        address,
        "fix",
        "give the front end the secret of tinyscale");
  }

  @Override
  public void heldFull(long most, long refused) {
    write(
        Level.WARN,
        "held.full",
        "most",
        most,
        "refused",
        refused,
        "fix",
        "raise limit.held or the heap if the callers are front ends");
  }

  @Override
  public void serverEjected(Server server, Duration time, String cause) {
    write(
        Level.WARN,
        "server.ejected",
        "server",
        server.name(),
        "seconds",
        time.toSeconds(),
        "cause",
        cause);
  }

  @Override
  public void serverOnTrial(Server server) {
    write(Level.INFO, "server.on-trial", "server", server.name());
  }

  @Override
  public void serverReadmitted(Server server) {
    write(Level.INFO, "server.readmitted", "server", server.name());
  }

  @Override
  public void serverUnknown(Server server) {
    write(
        Level.WARN,
        "server.unknown",
        "server",
        server.name(),
        "fix",
        "Mend the server, or disable it (\"state\": \"disabled\") if it holds no meetings:"
            + " it has never told its meetings, so calls for rooms that are not open may fail.");
  }

  @Override
  public void serverHasTooManyMeetings(Server server) {
    write(
        Level.ERROR,
        "server.too-many-meetings",
        "server",
        server.name(),
        "fix",
        "find out who creates them");
  }

  @Override
  public void listUnknown(Server server, String cause) {
    write(Level.WARN, "list.unknown", "server", server.name(), "cause", cause);
  }

  @Override
  public void listDamaged(Server server, ApiCall call, ListDamage damage) {
    write(
        Level.WARN,
        "list.damaged",
        "server",
        server.name(),
        "call",
        call.name(),
        "kind",
        damage.kind());
  }

  @Override
  public void overload(Overload overload) {
    Server server = overload.server();
    if (server == null && overload.isOver()) {
      write(Level.INFO, "calls.relieved", "refused", overload.refused());
    } else if (server == null) {
      write(Level.WARN, "calls.overloaded", "most", overload.most());
    } else if (overload.isOver()) {
      write(Level.INFO, "server.relieved", "server", server.name(), "refused", overload.refused());
    } else {
      write(Level.WARN, "server.overloaded", "server", server.name(), "most", overload.most());
    }
  }

  @Override
  public void serverRefusesSecret(Server server) {
    write(
        Level.ERROR,
        "server.wrong-secret",
        "server",
        server.name(),
        "fix",
        "copy it from `bbb-conf --secret` on " + server.api().getHost());
  }

  @Override
  public void serverAcceptsSecret(Server server) {
    write(Level.INFO, "server.secret-accepted", "server", server.name());
  }

  @Override
  public void poolChanged(PoolChange change) {
    write(
        Level.INFO,
        "pool.changed",
        "added",
        names(change.added()),
        "removed",
        names(change.removed()),
        "changed",
        names(change.changed()));
  }

  @Override
  public void poolRefused(List<String> problems) {
    for (String problem : problems) {
      write(Level.ERROR, "pool.refused", "problem", problem(problem));
    }
  }

  @Override
  public void poolReloadFailed(Throwable bug) {
    write(Level.ERROR, "pool.reload-failed", "cause", places(bug));
  }

  @Override
  public void serverDraining(Server server, int meetings, long users) {
    write(
        Level.INFO,
        "server.draining",
        "server",
        server.name(),
        "meetings",
        meetings,
        "users",
        users);
  }

  @Override
  public void serverDrained(Server server) {
    write(Level.INFO, "server.drained", "server", server.name());
  }

  @Override
  public void drainTold(Server server, int told, int rooms) {
    write(Level.INFO, "server.drain-told", "server", server.name(), "told", told, "rooms", rooms);
  }

  @Override
  public void drainDeadline(Server server, int meetings, boolean ends) {
    if (ends) {
      write(Level.INFO, "server.drain-deadline", "server", server.name(), "meetings", meetings);
    } else {
      write(
          Level.WARN,
          "server.drain-overdue",
          "server",
          server.name(),
          "meetings",
          meetings,
          "fix",
          "end the meetings, or give the drain a later deadline");
    }
  }

  @Override
  public void drainEnded(Server server, int ended, int failed) {
    write(
        Level.INFO,
        "server.drain-ended",
        "server",
        server.name(),
        "ended",
        ended,
        "failed",
        failed);
  }

  @Override
  public void drainUnfinished(Server server, Drain.Then then, List<String> problems) {
    for (String problem : problems) {
      write(
          Level.ERROR,
          "server.drain-unfinished",
          "server",
          server.name(),
          "then",
          then,
          "problem",
          problem(problem));
    }
  }

  @Override
  public void webhooksAligned(Server server, int registered, int destroyed) {
    write(
        Level.INFO,
        "server.webhooks",
        "server",
        server.name(),
        "registered",
        registered,
        "destroyed",
        destroyed);
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    write(Level.INFO, "meeting.placed", "meeting", meetingId.text(), "server", server.name());
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
    write(
        Level.WARN,
        "placement.tag-fallback",
        "tenant",
        tenant,
        "tags",
        tags,
        "server",
        server.name(),
        "fallbacks",
        fallbacks);
  }

  @Override
  public void allServersTagged() {
    write(
        Level.WARN,
        "placement.all-tagged",
        "fix",
        "remove the tags of the servers that creates without a tag shall use: every enabled"
            + " server has tags, so such creates use all servers");
  }

  @Override
  public void meetingSplit(
      MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {
    write(
        Level.ERROR,
        "meeting.split",
        "meeting",
        meetingId.text(),
        "kept",
        kept.name(),
        "kept-people",
        people(keptUsers),
        "other",
        other.name(),
        "other-people",
        people(otherUsers),
        "fix",
        "end the meeting on the other server");
  }

  private static String people(int users) {
    return users < 0 ? "unknown" : Integer.toString(users);
  }

  @Override
  public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
    write(
        Level.INFO,
        "meeting.leftover-ended",
        "meeting",
        meetingId.text(),
        "server",
        server.name(),
        "live",
        live.name());
  }

  @Override
  public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
    if (result == Confirmed.YIELDED) {
      write(
          Level.INFO,
          "create.yielded",
          "meeting",
          meetingId.text(),
          "made",
          made.name(),
          "kept",
          kept.name());
    }
  }

  @Override
  public void createRefusedByClaim(MeetingId meetingId, String server) {
    write(Level.WARN, "create.refused-by-claim", "meeting", meetingId.text(), "server", server);
  }

  @Override
  public void storeDown(String address, String cause) {
    write(
        Level.ERROR,
        "store.down",
        "store",
        address,
        "cause",
        cause,
        "effect",
        "new meetings are confirmed by the servers, or refused with balancers.store.down=refuse");
  }

  @Override
  public void storeUp(String address) {
    write(Level.INFO, "store.up", "store", address);
  }

  @Override
  public void storeNew(String address) {
    write(
        Level.WARN,
        "store.new",
        "store",
        address,
        "effect",
        "what it held is lost; creates are confirmed by the servers meanwhile");
  }

  @Override
  public void balancerSeen(String id, String version) {
    write(Level.INFO, "balancer.seen", "balancer", id, "version", version);
  }

  @Override
  public void balancerGone(String id) {
    write(Level.WARN, "balancer.gone", "balancer", id);
  }

  @Override
  public void poolDiffers(String id, List<String> differences) {
    write(
        Level.ERROR,
        "pool.differs",
        "balancer",
        id,
        "differs",
        String.join(",", differences),
        "fix",
        "give all balancers the same pool file and the same release");
  }

  @Override
  public void serverListedTwice(Server server, Server other) {
    write(
        Level.ERROR,
        "server.twice",
        "server",
        server.name(),
        "other",
        other.name(),
        "fix",
        "remove one of them from the pool file: both are the same server");
  }

  @Override
  public void otherBalancer(Server server, MeetingId meetingId) {
    write(
        Level.WARN,
        "balancer.other",
        "server",
        server.name(),
        "meeting",
        meetingId.text(),
        "fix",
        "set balancers=several, or stop what else makes meetings on the servers");
  }

  @Override
  public void callFailed(ApiCall call, Server server, String cause, RequestTrace trace) {
    List<Object> fields =
        new ArrayList<>(List.of("call", call.name(), "server", server.name(), "cause", cause));
    addTo(fields, trace);
    write(Level.WARN, "call.failed", fields.toArray());
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
  public void callReported(CallReport report) {
    Level level = report.failed() ? Level.WARN : Level.INFO;
    if (!calls.isEnabledForLevel(level)) {
      return;
    }
    StringBuilder line = new StringBuilder("call=").append(value(report.call().name()));
    addIfGiven(line, "meeting", report.meetingId());
    addIfGiven(line, "server", report.server());
    line.append(" outcome=").append(report.outcome().word());
    addIfGiven(line, "key", report.messageKey());
    if (report.ending() != CallReport.Ending.COMPLETE) {
      line.append(" ending=").append(report.ending().word());
    }
    line.append(" ms=").append(TimeUnit.NANOSECONDS.toMillis(report.nanos()));
    line.append(" in=").append(report.received());
    line.append(" out=").append(report.sent());
    addIfGiven(line, "tenant", report.tenant());
    addIfGiven(line, "request", report.trace().id());
    addIfGiven(line, "trace", report.trace().traceId().orElse(""));
    calls.atLevel(level).log(line.toString());
  }

  private static void addIfGiven(StringBuilder line, String name, String text) {
    if (!text.isEmpty()) {
      line.append(' ').append(name).append('=').append(value(text));
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
    callback(Level.INFO, "callback.delivered", delivered);
  }

  @Override
  public void callbackRetry(CallbackTry failed, Duration pause, String cause) {
    callback(Level.WARN, "callback.retry", failed, "seconds", pause.toSeconds(), "cause", cause);
  }

  @Override
  public void callbackGivenUp(CallbackTry failed, String cause) {
    callback(Level.ERROR, "callback.given-up", failed, "cause", cause);
  }

  @Override
  public void callbackRefused(CallbackTry refused, String cause) {
    callback(Level.ERROR, "callback.refused", refused, "cause", cause);
  }

  @Override
  public void callbackLeft(String tenant, CallbackKind kind, String cause, long left) {
    write(
        Level.WARN, "callback.left", "tenant", tenant, "kind", kind, "left", left, "cause", cause);
  }

  @Override
  public void callbackOfRelay(String tenant, CallbackKind kind, long refused) {
    write(
        Level.ERROR,
        "callback.refused",
        "tenant",
        tenant,
        "kind",
        kind,
        "refused",
        refused,
        "cause",
        "it leads to the relay itself");
  }

  private void callback(Level level, String name, CallbackTry callback, Object... more) {
    List<Object> fields =
        new ArrayList<>(
            List.of(
                "tenant",
                callback.tenant(),
                "kind",
                callback.kind(),
                "host",
                callback.host(),
                "tries",
                callback.tries()));
    fields.addAll(List.of(more));
    write(level, name, fields.toArray());
  }

  @Override
  public void callRefused(ApiCall call, String messageKey) {
    log.debug("call.refused call={} key={}", value(call.name()), messageKey);
  }

  @Override
  public void observerFailed(Class<?> observer, Throwable bug) {
    write(Level.ERROR, "observer.failed", "observer", observer.getName(), "cause", places(bug));
  }

  @Override
  public void outOfMemory(OutOfMemoryError error) {
    write(
        Level.ERROR,
        "out-of-memory",
        "cause",
        String.valueOf(error.getMessage()),
        "fix",
        "give the JVM more heap with -Xmx, or lower limit.calls");
  }

  @Override
  public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    List<Object> fields = new ArrayList<>(List.of("call", call.name(), "cause", places(bug)));
    addTo(fields, trace);
    write(Level.ERROR, "bug", fields.toArray());
  }

  /**
   * A mistake of the admin door's own; the administrator got an error.
   *
   * @param trace of the request that met with it
   */
  public void adminFailed(Throwable bug, RequestTrace trace) {
    List<Object> fields = new ArrayList<>(List.of("cause", places(bug)));
    addTo(fields, trace);
    write(Level.ERROR, "admin.bug", fields.toArray());
  }

  private static void addTo(List<Object> fields, RequestTrace trace) {
    if (!trace.id().isEmpty()) {
      fields.addAll(List.of("request", trace.id()));
    }
    trace.traceId().ifPresent(id -> fields.addAll(List.of("trace", id)));
  }

  /**
   * What was thrown and where, without a word of it: the message of an exception may quote an
   * address with its checksum.
   */
  private static Text places(Throwable bug) {
    StringBuilder places = new StringBuilder();
    for (Throwable cause = bug; cause != null; cause = cause.getCause()) {
      places.append(places.isEmpty() ? "" : " caused by ").append(cause.getClass().getName());
      Arrays.stream(cause.getStackTrace())
          .limit(MOST_PLACES)
          .forEach(place -> places.append(" at ").append(place));
    }
    return new Text(places.toString(), Integer.MAX_VALUE, true);
  }

  private static Text names(List<String> servers) {
    return new Text(String.join(",", servers), Integer.MAX_VALUE, false);
  }

  private static Text problem(String text) {
    return new Text(text, LONGEST_PROBLEM, false);
  }

  /**
   * A value that is no plain one.
   *
   * @param longest what is longer is cut
   * @param quoted whether it stands in quotes in any case
   */
  private record Text(String text, int longest, boolean quoted) {

    static Text of(Object value) {
      return value instanceof Text text
          ? text
          : new Text(String.valueOf(value), LONGEST_VALUE, false);
    }
  }

  /**
   * Writes an event to the log and keeps it.
   *
   * @param fields names and values in turn
   */
  private void write(Level level, String name, Object... fields) {
    StringBuilder line = new StringBuilder();
    Map<String, String> kept = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      Text text = Text.of(fields[i + 1]);
      String value = value(text.text(), text.longest());
      boolean lacksQuotes = text.quoted() && !value.startsWith("\"");
      line.append(i == 0 ? "" : " ").append(fields[i]).append('=');
      line.append(lacksQuotes ? "\"" + value + "\"" : value);
      kept.put((String) fields[i], cut(text.text()));
    }
    write(level, name, line.toString(), kept);
  }

  private void write(Level level, String name, String rest, Map<String, String> fields) {
    String line = rest.isEmpty() ? name : name + " " + rest;
    switch (level) {
      case ERROR -> log.error(line);
      case WARN -> log.warn(line);
      default -> log.info(line);
    }
    recent.add(level.toString(), name, fields);
  }

  private static String cut(String text) {
    return text.length() > LONGEST_PROBLEM ? text.substring(0, LONGEST_PROBLEM) : text;
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
