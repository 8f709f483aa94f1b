package io.tinyscale.server;

import io.tinyscale.bbb.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Every server with its current status: the one place where that changes. Thread-safe; readers get
 * immutable snapshots in the order of the pool file.
 */
public final class ServerPool {

  /** Secrets of earlier versions of the pool file that are remembered. */
  private static final int MOST_PAST_SECRETS = 1_000;

  private static final String REFUSED = "it refuses our secret";

  private final AtomicReference<Map<String, ServerStatus>> statuses;
  private final AtomicReference<List<Secret>> secrets;
  private final int unhealthyThreshold;
  private final int healthyThreshold;
  private final InstantSource clock;

  /**
   * A pool of these servers. All begin up, so that the first failures are counted like any others.
   *
   * @param unhealthyThreshold failures in a row that make a server down
   * @param healthyThreshold passes in a row that make it up again
   */
  public ServerPool(List<Server> servers, int unhealthyThreshold, int healthyThreshold) {
    this(servers, unhealthyThreshold, healthyThreshold, InstantSource.system());
  }

  /**
   * A pool of these servers. All begin up, so that the first failures are counted like any others.
   *
   * @param clock tells since when a verdict holds; it decides nothing
   */
  public ServerPool(
      List<Server> servers, int unhealthyThreshold, int healthyThreshold, InstantSource clock) {
    this.clock = clock;
    Map<String, ServerStatus> byName = new LinkedHashMap<>();
    for (Server server : servers) {
      byName.put(server.name(), new ServerStatus(server, Health.UP, clock.instant()));
    }
    this.statuses = new AtomicReference<>(byName);
    this.secrets = new AtomicReference<>(withSecretsOf(servers, List.of()));
    this.unhealthyThreshold = unhealthyThreshold;
    this.healthyThreshold = healthyThreshold;
  }

  /** All servers. */
  public List<ServerStatus> snapshot() {
    return List.copyOf(statuses.get().values());
  }

  /** Those servers whose status is as asked. */
  public List<Server> servers(Predicate<ServerStatus> wanted) {
    return statuses.get().values().stream().filter(wanted).map(ServerStatus::server).toList();
  }

  /** The statuses that are as asked. */
  public List<ServerStatus> statuses(Predicate<ServerStatus> wanted) {
    return statuses.get().values().stream().filter(wanted).toList();
  }

  /** The server with this name, if it is in the pool. */
  public Optional<ServerStatus> status(String name) {
    return Optional.ofNullable(statuses.get().get(name));
  }

  /**
   * The secrets of all servers of the pool, then those that servers had before, or that belonged to
   * removed servers, since the start; the oldest of these are forgotten when there are too many.
   * Each secret is there once.
   */
  public List<Secret> secrets() {
    return secrets.get();
  }

  private static List<Secret> withSecretsOf(List<Server> servers, List<Secret> past) {
    List<Secret> all = new ArrayList<>();
    servers.stream().map(Server::secret).filter(secret -> !all.contains(secret)).forEach(all::add);
    past.stream()
        .filter(secret -> !all.contains(secret))
        .limit(MOST_PAST_SECRETS)
        .toList()
        .forEach(all::add);
    return List.copyOf(all);
  }

  /**
   * Notes that a server has told us all its meetings.
   *
   * @return whether that made it up
   */
  public boolean passed(Server server) {
    return passed(server, true);
  }

  /**
   * Notes that a server has passed a check.
   *
   * @param told whether all its meetings are known now
   * @return whether that made it up
   */
  public boolean passed(Server server, boolean told) {
    return change(
        server,
        status -> afterPass(status).withMeetings(told, status.load()).withRefusesSecret(false));
  }

  /**
   * Notes that a server has told its meetings.
   *
   * @param told whether all its meetings are known now
   * @return whether that made it up
   */
  public boolean passed(Server server, boolean told, ServerLoad load) {
    return change(
        server, status -> afterPass(status).withMeetings(told, load).withRefusesSecret(false));
  }

  /**
   * Notes that a server answered a check, but did not tell its meetings. What it told before still
   * counts, with what has passed through us since.
   *
   * @return whether that made it up
   */
  public boolean answeredCheck(Server server) {
    return change(server, this::afterPass);
  }

  /**
   * Notes that a server refused our checksum when it was checked: it is there, and gets no new
   * meetings.
   *
   * @return whether that made it up
   */
  public boolean refusedSecret(Server server) {
    return change(server, status -> afterPass(status).withRefusesSecret(true).because(REFUSED));
  }

  /**
   * Notes that a server refused the checksum of a real call: it gets no new meetings until a sweep
   * finds that it accepts our secret. The last server that takes new meetings keeps them until a
   * sweep confirms the refusal.
   *
   * @param server as the call was signed; if its secret has changed since, nothing is noted
   * @return whether that is news
   */
  public boolean refusedCall(Server server) {
    ServerStatus before =
        update(server, (status, all) -> afterRefusal(status, all, server)).before();
    return before == null || !before.refusesSecret();
  }

  private static ServerStatus afterRefusal(
      ServerStatus status, Map<String, ServerStatus> all, Server asked) {
    return status.server().secret().equals(asked.secret()) && anotherTakesNewMeetings(status, all)
        ? status.withRefusesSecret(true).because(REFUSED)
        : status;
  }

  /** Notes that BBB has answered on a server, whatever it said: that ends a doubt. */
  public void heard(Server server) {
    // Nearly always there is nothing to change.
    if (status(server.name()).filter(status -> status.health().isInDoubt()).isPresent()) {
      change(server, status -> status.with(status.health().afterWord()));
    }
  }

  private ServerStatus afterPass(ServerStatus status) {
    return status.with(status.health().afterPass(healthyThreshold));
  }

  /**
   * Notes that a server gave a check no answer.
   *
   * @param longEnough whether it has been silent for so long that it may be taken as down
   * @return whether that made it down
   */
  public boolean failed(Server server, boolean longEnough) {
    return failed(server, longEnough, "");
  }

  /**
   * Notes that a server gave a check no answer.
   *
   * @param longEnough whether it has been silent for so long that it may be taken as down
   * @param cause for the operator
   * @return whether that made it down
   */
  public boolean failed(Server server, boolean longEnough, String cause) {
    return change(
        server,
        status ->
            status
                .with(status.health().afterFailure(unhealthyThreshold, longEnough))
                .because(cause));
  }

  /**
   * Makes a server up at once: it passed its very first check.
   *
   * @param told whether all its meetings are known now
   */
  public void startsUp(Server server, boolean told, ServerLoad load) {
    change(
        server, status -> status.with(Health.UP).withMeetings(told, load).withRefusesSecret(false));
  }

  /** Makes a server up at once, but without new meetings: it refused our very first checksum. */
  public void startsRefusing(Server server) {
    change(server, status -> status.with(Health.UP).withRefusesSecret(true).because(REFUSED));
  }

  /** Makes a server down at once: the very first check of it failed. */
  public void startsDown(Server server) {
    startsDown(server, "");
  }

  /**
   * Makes a server down at once: the very first check of it failed.
   *
   * @param cause for the operator
   */
  public void startsDown(Server server, String cause) {
    change(server, status -> status.with(Health.DOWN).because(cause));
  }

  /**
   * Notes that a server answered a real call.
   *
   * @param toCreate whether the call was a create
   * @return whether the server has passed its trial
   */
  public boolean answered(Server server, boolean toCreate) {
    // Nearly always there is nothing to change.
    return status(server.name()).filter(status -> status.health().failsLess(toCreate)).isPresent()
        && change(server, status -> status.with(status.health().afterAnswer(toCreate)));
  }

  /**
   * Notes that a server failed a real call. As many in a row as sweeps make a server down eject it,
   * and so do as many creates in a row while other calls pass; unless no other server takes new
   * meetings: then it is no outlier, and nothing is better.
   *
   * @param toCreate whether the call was a create
   * @param now on the scale of {@link System#nanoTime()}
   * @param ejection how long it is out the first time
   * @return until when it is out, if this has ejected it
   */
  public Optional<Long> erred(Server server, boolean toCreate, long now, Duration ejection) {
    return erred(server, toCreate, now, ejection, "");
  }

  /**
   * The same with its cause.
   *
   * @param cause for the operator
   */
  public Optional<Long> erred(
      Server server, boolean toCreate, long now, Duration ejection, String cause) {
    Update update =
        update(server, (status, all) -> afterError(status, all, toCreate, now, ejection, cause));
    ServerStatus before = update.before();
    ServerStatus after = update.after();
    return before != null
            && after != null
            && !before.health().isEjected()
            && after.health().isEjected()
        ? Optional.of(after.health().ejectedUntil())
        : Optional.empty();
  }

  private ServerStatus afterError(
      ServerStatus status,
      Map<String, ServerStatus> all,
      boolean toCreate,
      long now,
      Duration ejection,
      String cause) {
    Health after = status.health().afterError(toCreate);
    // A server on trial takes no second create beside the one that fails.
    ServerStatus withoutCreate = status.with(status.health().afterTrial());
    boolean outlier =
        after.hasFailed(unhealthyThreshold)
            && withoutCreate.takesNewMeetings()
            && anotherTakesNewMeetings(status, all);
    return outlier ? status.with(after.ejected(now, ejection)).because(cause) : status.with(after);
  }

  private static boolean anotherTakesNewMeetings(
      ServerStatus status, Map<String, ServerStatus> all) {
    return all.values().stream()
        .anyMatch(
            other ->
                other.takesNewMeetings() && !other.server().name().equals(status.server().name()));
  }

  /**
   * Ends the ejection of a server if its time is over: it is on trial then.
   *
   * @return whether that brought it back
   */
  public boolean readmit(Server server, long now) {
    return change(server, status -> status.with(status.health().afterEjection(now)));
  }

  /**
   * Notes that a server is about to get a create of a new meeting. A server on trial gets one at a
   * time; {@link #endCreate} must follow.
   *
   * @return false if the server is on trial and has a create on its way
   */
  public boolean beginCreate(Server server) {
    ServerStatus before = update(server, (s, all) -> s.with(s.health().tried())).before();
    return before == null || !before.health().isTried();
  }

  /** Notes that a create of a new meeting has ended on a server, whatever became of it. */
  public void endCreate(Server server) {
    change(server, status -> status.with(status.health().afterTrial()));
  }

  /**
   * Takes a new pool file. Who stays keeps its health. A server that is removed stays, cordoned,
   * for the sake of its meetings, unless it is down or disabled, or has only got another name.
   *
   * @param answering names of the servers that are new here, or were disabled, and that are not
   *     down by their first check; the others begin down. What they told is noted later, once it is
   *     remembered: see {@link #startsUp}
   * @return what that changes
   */
  public PoolChange replace(List<Server> servers, Set<String> answering) {
    AtomicReference<PoolChange> change = new AtomicReference<>();
    secrets.updateAndGet(past -> withSecretsOf(servers, past));
    statuses.updateAndGet(
        current -> {
          Map<String, ServerStatus> next = new LinkedHashMap<>();
          Set<URI> addresses = new HashSet<>();
          List<String> added = new ArrayList<>();
          List<String> changed = new ArrayList<>();
          for (Server server : servers) {
            addresses.add(server.api());
            ServerStatus before = current.get(server.name());
            boolean fresh = isNew(server, before);
            next.put(
                server.name(),
                before != null && !fresh
                    ? before.with(server, false).after(before, clock)
                    : begin(server, answering.contains(server.name())));
            if (before == null || before.leaving()) {
              added.add(server.name());
            } else if (!before.server().equals(server)) {
              changed.add(server.name());
            }
          }
          List<String> removed = new ArrayList<>();
          for (ServerStatus before : current.values()) {
            Server server = before.server();
            if (next.containsKey(server.name())) {
              continue;
            }
            if (!before.leaving()) {
              removed.add(server.name());
            }
            if (before.reachable() && !addresses.contains(server.api())) {
              Server cordoned = server.with(AdminState.CORDONED);
              next.put(server.name(), before.with(cordoned, true));
            }
          }
          change.set(new PoolChange(added, removed, changed));
          return next;
        });
    return change.get();
  }

  /** Those of the servers that must tell their meetings before they join the pool. */
  public List<Server> newcomers(List<Server> servers) {
    Map<String, ServerStatus> current = statuses.get();
    return servers.stream()
        .filter(server -> server.state() != AdminState.DISABLED)
        .filter(server -> isNew(server, current.get(server.name())))
        .toList();
  }

  private static boolean isNew(Server server, @Nullable ServerStatus before) {
    return before == null || !before.server().api().equals(server.api()) || !before.inUse();
  }

  private ServerStatus begin(Server server, boolean answering) {
    return new ServerStatus(server, answering ? Health.UP : Health.DOWN, clock.instant());
  }

  /**
   * Lets a removed server go.
   *
   * @return whether it was there, waiting to go
   */
  public boolean drop(Server server) {
    Map<String, ServerStatus> before =
        statuses.getAndUpdate(
            current -> {
              if (!isLeaving(current, server)) {
                return current;
              }
              Map<String, ServerStatus> next = new LinkedHashMap<>(current);
              next.remove(server.name());
              return next;
            });
    return isLeaving(before, server);
  }

  private static boolean isLeaving(Map<String, ServerStatus> statuses, Server server) {
    ServerStatus status = statuses.get(server.name());
    return status != null && status.leaving();
  }

  private boolean change(Server server, UnaryOperator<ServerStatus> change) {
    return update(server, (status, all) -> change.apply(status)).changedState();
  }

  /** What an update did to a server; both are null if the server is not in the pool. */
  private record Update(@Nullable ServerStatus before, @Nullable ServerStatus after) {

    static final Update OF_A_STRANGER = new Update(null, null);

    boolean changedState() {
      return before != null && after != null && before.health().state() != after.health().state();
    }
  }

  private Update update(
      Server server, BiFunction<ServerStatus, Map<String, ServerStatus>, ServerStatus> change) {
    while (true) {
      Map<String, ServerStatus> current = statuses.get();
      ServerStatus before = current.get(server.name());
      if (before == null) {
        return Update.OF_A_STRANGER;
      }
      ServerStatus after = change.apply(before, current).after(before, clock);
      if (after.equals(before)) {
        return new Update(before, before);
      }
      Map<String, ServerStatus> next = new LinkedHashMap<>(current);
      next.put(server.name(), after);
      if (statuses.compareAndSet(current, next)) {
        return new Update(before, after);
      }
    }
  }
}
