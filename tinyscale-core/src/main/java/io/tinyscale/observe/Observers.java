package io.tinyscale.observe;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Overload;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Several observers as one. What one of them throws reaches neither the others nor the call that is
 * told of; the others are told that it failed. A lack of memory, of an observer or behind a mistake
 * of our own, is told as {@link #outOfMemory} instead. Thread-safe if they are.
 */
public final class Observers implements GatewayObserver {

  private final GatewayObserver[] observers;

  private Observers(List<GatewayObserver> observers) {
    this.observers = observers.toArray(GatewayObserver[]::new);
  }

  /** These observers, told one after the other. */
  public static GatewayObserver of(List<GatewayObserver> observers) {
    return new Observers(List.copyOf(observers));
  }

  private void all(Consumer<GatewayObserver> event) {
    for (GatewayObserver observer : observers) {
      try {
        event.accept(observer);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  private void tellOthers(GatewayObserver failed, Throwable bug) {
    OutOfMemoryError error = OutOfMemory.behind(bug);
    if (error != null) {
      outOfMemory(error);
      return;
    }
    for (GatewayObserver observer : observers) {
      if (observer != failed) {
        try {
          observer.observerFailed(failed.getClass(), bug);
        } catch (RuntimeException | Error another) {
          // Nothing is left to tell but the next one.
        }
      }
    }
  }

  @Override
  public void swept(Server server, SweepOutcome outcome, Duration duration) {
    all(observer -> observer.swept(server, outcome, duration));
  }

  @Override
  public void serverUp(Server server, int meetings) {
    all(observer -> observer.serverUp(server, meetings));
  }

  @Override
  public void serverDown(Server server, String cause) {
    all(observer -> observer.serverDown(server, cause));
  }

  @Override
  public void serverStartsDown(Server server, String cause, String fix) {
    all(observer -> observer.serverStartsDown(server, cause, fix));
  }

  @Override
  public void started(int up, int servers) {
    all(observer -> observer.started(up, servers));
  }

  @Override
  public void stopped() {
    all(GatewayObserver::stopped);
  }

  @Override
  public void wrongSecret(ApiCall call, String address, long refused) {
    all(observer -> observer.wrongSecret(call, address, refused));
  }

  @Override
  public void heldFull(long most, long refused) {
    all(observer -> observer.heldFull(most, refused));
  }

  @Override
  public void serverEjected(Server server, Duration time, String cause) {
    all(observer -> observer.serverEjected(server, time, cause));
  }

  @Override
  public void serverOnTrial(Server server) {
    all(observer -> observer.serverOnTrial(server));
  }

  @Override
  public void serverReadmitted(Server server) {
    all(observer -> observer.serverReadmitted(server));
  }

  @Override
  public void serverUnknown(Server server) {
    all(observer -> observer.serverUnknown(server));
  }

  @Override
  public void serverHasTooManyMeetings(Server server) {
    all(observer -> observer.serverHasTooManyMeetings(server));
  }

  @Override
  public void listUnknown(Server server, String cause) {
    all(observer -> observer.listUnknown(server, cause));
  }

  @Override
  public void listDamaged(Server server, ApiCall call, ListDamage damage) {
    all(observer -> observer.listDamaged(server, call, damage));
  }

  @Override
  public void serverAcceptsSecret(Server server) {
    all(observer -> observer.serverAcceptsSecret(server));
  }

  @Override
  public void overload(Overload overload) {
    all(observer -> observer.overload(overload));
  }

  @Override
  public void serverRefusesSecret(Server server) {
    all(observer -> observer.serverRefusesSecret(server));
  }

  @Override
  public void configWarning(String warning) {
    all(observer -> observer.configWarning(warning));
  }

  @Override
  public void adminChanged(String who, String address, String what, String result) {
    all(observer -> observer.adminChanged(who, address, what, result));
  }

  @Override
  public void adminDenied(String address) {
    all(observer -> observer.adminDenied(address));
  }

  @Override
  public void poolUnchanged() {
    all(GatewayObserver::poolUnchanged);
  }

  @Override
  public void poolChanged(PoolChange change) {
    all(observer -> observer.poolChanged(change));
  }

  @Override
  public void poolRefused(List<String> problems) {
    all(observer -> observer.poolRefused(problems));
  }

  @Override
  public void poolReloadFailed(Throwable bug) {
    OutOfMemoryError error = OutOfMemory.behind(bug);
    if (error != null) {
      outOfMemory(error);
    } else {
      all(observer -> observer.poolReloadFailed(bug));
    }
  }

  @Override
  public void serverDraining(Server server, int meetings, long users) {
    all(observer -> observer.serverDraining(server, meetings, users));
  }

  @Override
  public void serverDrained(Server server) {
    all(observer -> observer.serverDrained(server));
  }

  @Override
  public void drainTold(Server server, int told, int rooms) {
    all(observer -> observer.drainTold(server, told, rooms));
  }

  @Override
  public void drainDeadline(Server server, int meetings, boolean ends) {
    all(observer -> observer.drainDeadline(server, meetings, ends));
  }

  @Override
  public void drainEnded(Server server, int ended, int failed) {
    all(observer -> observer.drainEnded(server, ended, failed));
  }

  @Override
  public void drainUnfinished(Server server, Drain.Then then, List<String> problems) {
    all(observer -> observer.drainUnfinished(server, then, problems));
  }

  @Override
  public void webhooksAligned(Server server, int registered, int destroyed) {
    all(observer -> observer.webhooksAligned(server, registered, destroyed));
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    all(observer -> observer.meetingPlaced(meetingId, server));
  }

  @Override
  public boolean wantsScores() {
    boolean[] wants = {false};
    all(observer -> wants[0] |= observer.wantsScores());
    return wants[0];
  }

  @Override
  public void meetingWeighed(MeetingId meetingId, Server chosen, Supplier<List<ServerScore>> best) {
    all(observer -> observer.meetingWeighed(meetingId, chosen, best));
  }

  @Override
  public void tagFallback(String tenant, String tags, Server server, long fallbacks) {
    all(observer -> observer.tagFallback(tenant, tags, server, fallbacks));
  }

  @Override
  public void allServersTagged() {
    all(GatewayObserver::allServersTagged);
  }

  @Override
  public void meetingSplit(
      MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {
    all(observer -> observer.meetingSplit(meetingId, kept, keptUsers, other, otherUsers));
  }

  @Override
  public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
    all(observer -> observer.meetingLeftoverEnded(meetingId, server, live));
  }

  @Override
  public void serverListedTwice(Server server, Server other) {
    all(observer -> observer.serverListedTwice(server, other));
  }

  @Override
  public void otherBalancer(Server server, MeetingId meetingId) {
    all(observer -> observer.otherBalancer(server, meetingId));
  }

  @Override
  public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
    all(observer -> observer.createConfirmed(meetingId, made, kept, result));
  }

  @Override
  public void claimed(ClaimResult result) {
    all(observer -> observer.claimed(result));
  }

  @Override
  public void storeAsked(long nanos, boolean answered) {
    all(observer -> observer.storeAsked(nanos, answered));
  }

  @Override
  public void createRefusedByClaim(MeetingId meetingId, String server) {
    all(observer -> observer.createRefusedByClaim(meetingId, server));
  }

  @Override
  public void storeDown(String address, String cause) {
    all(observer -> observer.storeDown(address, cause));
  }

  @Override
  public void storeUp(String address) {
    all(observer -> observer.storeUp(address));
  }

  @Override
  public void storeNew(String address) {
    all(observer -> observer.storeNew(address));
  }

  @Override
  public void balancerSeen(String id, String version) {
    all(observer -> observer.balancerSeen(id, version));
  }

  @Override
  public void balancerGone(String id) {
    all(observer -> observer.balancerGone(id));
  }

  @Override
  public void poolDiffers(String id, List<String> differences) {
    all(observer -> observer.poolDiffers(id, differences));
  }

  @Override
  public void callFailed(ApiCall call, Server server, String cause, RequestTrace trace) {
    all(observer -> observer.callFailed(call, server, cause, trace));
  }

  @Override
  public void listPartial(ApiCall call, int missing, int asked) {
    all(observer -> observer.listPartial(call, missing, asked));
  }

  @Override
  public void callbackDelivered(CallbackTry delivered) {
    all(observer -> observer.callbackDelivered(delivered));
  }

  @Override
  public void callbackRetry(CallbackTry failed, Duration pause, String cause) {
    all(observer -> observer.callbackRetry(failed, pause, cause));
  }

  @Override
  public void callbackGivenUp(CallbackTry failed, String cause) {
    all(observer -> observer.callbackGivenUp(failed, cause));
  }

  @Override
  public void callbackRefused(CallbackTry refused, String cause) {
    all(observer -> observer.callbackRefused(refused, cause));
  }

  @Override
  public void callbackLeft(String tenant, CallbackKind kind, String cause, long left) {
    all(observer -> observer.callbackLeft(tenant, kind, cause, left));
  }

  @Override
  public void callbackOfRelay(String tenant, CallbackKind kind, long refused) {
    all(observer -> observer.callbackOfRelay(tenant, kind, refused));
  }

  @Override
  public void callRefused(ApiCall call, String messageKey) {
    all(observer -> observer.callRefused(call, messageKey));
  }

  @Override
  public void observerFailed(Class<?> observer, Throwable bug) {
    all(another -> another.observerFailed(observer, bug));
  }

  /**
   * Tells the last observer first: the log, which is the first, needs memory, and the observer that
   * ends the process needs none. The same care keeps lambdas out of this method.
   */
  @Override
  public void outOfMemory(OutOfMemoryError error) {
    for (int i = observers.length - 1; i >= 0; i--) {
      try {
        observers[i].outOfMemory(error);
      } catch (RuntimeException | OutOfMemoryError another) {
        // The next observer may manage without memory.
      }
    }
  }

  @Override
  public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    OutOfMemoryError error = OutOfMemory.behind(bug);
    if (error != null) {
      outOfMemory(error);
    } else {
      all(observer -> observer.bug(call, bug, trace));
    }
  }

  // Calls tell these. A lambda for all observers would be one more object each time.

  @Override
  public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
    for (GatewayObserver observer : observers) {
      try {
        observer.callAnswered(call, tenant, outcome, nanos);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  @Override
  public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
    for (GatewayObserver observer : observers) {
      try {
        observer.attemptEnded(server, call, outcome, nanos);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  @Override
  public void callReported(CallReport report) {
    all(observer -> observer.callReported(report));
  }

  @Override
  public void answerEnded(ApiCall call, long nanos, long bytes) {
    for (GatewayObserver observer : observers) {
      try {
        observer.answerEnded(call, nanos, bytes);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  @Override
  public void bodyReceived(long bytes) {
    for (GatewayObserver observer : observers) {
      try {
        observer.bodyReceived(bytes);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  @Override
  public void joined(Server server) {
    for (GatewayObserver observer : observers) {
      try {
        observer.joined(server);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  @Override
  public void readServed(ReadSource source) {
    for (GatewayObserver observer : observers) {
      try {
        observer.readServed(source);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }

  @Override
  public void located(Located result) {
    for (GatewayObserver observer : observers) {
      try {
        observer.located(result);
      } catch (RuntimeException | Error bug) {
        tellOthers(observer, bug);
      }
    }
  }
}
