package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What a sweep changes in the pool, and what observers are told of it. Thread-safe; the sweeps of
 * one server come one after the other.
 */
public final class Verdicts {

  /** A server is down only after so long a silence, so that the restart of a web server is none. */
  static final Duration LEAST_SILENCE = Duration.ofSeconds(3);

  private final ServerPool pool;
  private final Contacts contacts;
  private final LongSupplier nanoClock;
  private final SweepListener listener;
  private final GatewayObserver observer;
  private final Drains drains;

  /** Servers with more meetings than are remembered. */
  private final Set<String> overfull = ConcurrentHashMap.newKeySet();

  /** Servers that answer, but whose list could not be read the last time. */
  private final Set<String> unread = ConcurrentHashMap.newKeySet();

  /**
   * Judges the servers of this pool.
   *
   * @param contacts since when a server has been silent
   * @param nanoClock the clock of the contacts, as {@link System#nanoTime()}
   * @param listener takes the meetings that sweeps find
   */
  public Verdicts(
      ServerPool pool,
      Contacts contacts,
      LongSupplier nanoClock,
      SweepListener listener,
      GatewayObserver observer) {
    this.pool = pool;
    this.contacts = contacts;
    this.nanoClock = nanoClock;
    this.listener = listener;
    this.observer = observer;
    this.drains = new Drains(observer);
  }

  /**
   * Takes the first sweep of a server, which decides alone: the server is down only if it has been
   * silent for long enough. A server that was not asked because of us, or gave no usable answer, is
   * up, and its list unknown.
   */
  void first(Sweep found) {
    Server server = found.server();
    if (found instanceof Sweep.Passed passed) {
      pool.startsUp(server, learn(passed) >= 0, passed.load());
      observer.serverUp(server, passed.meetings().size());
    } else if (found instanceof Sweep.Partial partial) {
      listener.sweptInPart(server, partial.meetings(), partial.begun());
      pool.startsUp(server, false, ServerLoad.UNKNOWN);
      observer.serverUp(server, partial.meetings().size());
      listRead(partial);
    } else if (found instanceof Sweep.WrongSecret) {
      pool.startsRefusing(server);
      observer.serverRefusesSecret(server);
    } else if (found instanceof Sweep.Unasked) {
      pool.startsUp(server, false, ServerLoad.UNKNOWN);
      listUnknown(server, Sweep.Unasked.CAUSE + ". " + Sweep.Unasked.FIX);
    } else if (found instanceof Sweep.Failed failed) {
      failedFirst(failed);
    }
  }

  private void failedFirst(Sweep.Failed failed) {
    Server server = failed.server();
    if (isDown(failed)) {
      pool.startsDown(server, failed.cause());
      observer.serverStartsDown(server, failed.cause(), failed.fix());
    } else {
      pool.failed(server, false, failed.cause());
      listUnknown(server, failed.cause());
    }
  }

  /** Whether a server is down that was swept for the first time. */
  boolean isDown(Sweep first) {
    return first instanceof Sweep.Failed && isSilentLongEnough(first.server());
  }

  /** Tells of a mistake or a lack of our own that no request has met with. */
  void bug(ApiCall call, Throwable bug) {
    bug(call, bug, RequestTrace.NONE);
  }

  /** Tells of a mistake or a lack of our own. */
  void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    observer.bug(call, bug, trace);
  }

  /**
   * Tells of those of the servers that may hold any meeting: they have never told theirs, and
   * cannot be asked.
   */
  public void reportUnknown(Collection<Server> servers) {
    servers.stream()
        .flatMap(server -> pool.status(server.name()).stream())
        .filter(status -> status.inUse() && !status.swept() && !status.tells())
        .forEach(status -> observer.serverUnknown(status.server()));
  }

  /** Takes a sweep of a server that was swept before. */
  void again(Sweep found) {
    if (found instanceof Sweep.Passed passed) {
      passed(passed);
    } else if (found instanceof Sweep.Partial partial) {
      partlyRead(partial);
    } else if (found instanceof Sweep.WrongSecret) {
      secretRefused(found.server());
    } else if (found instanceof Sweep.Failed failed
        && pool.failed(found.server(), isSilentLongEnough(found.server()), failed.cause())) {
      observer.serverDown(failed.server(), failed.cause());
      // A removed server that is down holds nothing that anybody can reach.
      pool.drop(found.server());
    }
  }

  /** Takes the answer to a probe, which says nothing of meetings. */
  void answered(Server server) {
    if (pool.answeredCheck(server)) {
      tellUp(server);
    }
  }

  private boolean isSilentLongEnough(Server server) {
    Duration silence = contacts.with(server).silentFor(nanoClock.getAsLong());
    return silence.compareTo(LEAST_SILENCE) >= 0;
  }

  /** Forgets a server that is swept no more. */
  void forget(String server) {
    drains.forget(server);
    overfull.remove(server);
    unread.remove(server);
  }

  private void passed(Sweep.Passed passed) {
    Server server = passed.server();
    boolean refusedSecret = refusesSecret(server);
    int held = learn(passed);
    boolean isBack = pool.passed(server, held >= 0, passed.load());
    unread.remove(server.name());
    if (refusedSecret) {
      observer.serverAcceptsSecret(server);
    }
    if (isBack) {
      observer.serverUp(server, passed.meetings().size());
    }
    if (held == 0 && passed.meetings().isEmpty()) {
      pool.drop(server);
    }
  }

  private void partlyRead(Sweep.Partial partial) {
    Server server = partial.server();
    listener.sweptInPart(server, partial.meetings(), partial.begun());
    boolean isBack = pool.answeredCheck(server);
    listRead(partial);
    if (isBack) {
      observer.serverUp(server, partial.meetings().size());
    }
  }

  private void listRead(Sweep.Partial partial) {
    if (partial.isRead()) {
      unread.remove(partial.server().name());
    } else {
      listUnknown(partial.server(), partial.cause());
    }
  }

  private void listUnknown(Server server, String cause) {
    if (unread.add(server.name())) {
      observer.listUnknown(server, cause);
    }
  }

  private void secretRefused(Server server) {
    boolean isKnown = refusesSecret(server);
    boolean isBack = pool.refusedSecret(server);
    if (!isKnown) {
      observer.serverRefusesSecret(server);
    }
    if (isBack) {
      tellUp(server);
    }
  }

  /** Tells that a server is up that has told no meetings just now. */
  private void tellUp(Server server) {
    pool.status(server.name())
        .ifPresent(status -> observer.serverUp(server, status.load().meetings()));
  }

  private boolean refusesSecret(Server server) {
    return pool.status(server.name()).filter(ServerStatus::refusesSecret).isPresent();
  }

  /**
   * Hands on what a sweep found.
   *
   * @return how many meetings the server is taken to hold; -1 if they are too many to know them all
   */
  private int learn(Sweep.Passed passed) {
    Server server = passed.server();
    int held = passed.complete() ? listener.swept(server, passed.meetings(), passed.begun()) : -1;
    if (held >= 0) {
      overfull.remove(server.name());
    } else if (overfull.add(server.name())) {
      observer.serverHasTooManyMeetings(server);
    }
    pool.status(server.name())
        .ifPresent(status -> drains.swept(status.server(), passed.meetings(), held));
    return held;
  }
}
