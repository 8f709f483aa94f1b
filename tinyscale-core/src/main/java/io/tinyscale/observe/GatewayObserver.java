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
import java.util.function.Supplier;

/**
 * Is told what happened. Called from many threads at once; must neither block nor throw. Every
 * method does nothing by default.
 */
public interface GatewayObserver {

  /** Observes nothing. */
  GatewayObserver NONE = new GatewayObserver() {};

  /**
   * The balancer is about to answer calls.
   *
   * @param up how many servers passed their first check
   * @param servers how many servers are in use
   */
  default void started(int up, int servers) {}

  /** The balancer answers no more calls. */
  default void stopped() {}

  /**
   * A server was swept. Told before what follows from it.
   *
   * @param duration from the question to the verdict
   */
  default void swept(Server server, SweepOutcome outcome, Duration duration) {}

  /** A server passed its first check, or came back. */
  default void serverUp(Server server, int meetings) {}

  /** A server is down by our verdict. */
  default void serverDown(Server server, String cause) {}

  /**
   * A server failed its first check. Unless this method is overridden, it is told as any other
   * server that is down.
   *
   * @param fix what the operator has to mend, a sentence; empty if the failure does not show it
   */
  default void serverStartsDown(Server server, String cause, String fix) {
    serverDown(server, cause);
  }

  /**
   * A server failed too many real calls in a row and gets no new meetings for a while.
   *
   * @param time how long
   */
  default void serverEjected(Server server, Duration time, String cause) {}

  /** The time of an ejected server is over: it gets one create at a time until one passes. */
  default void serverOnTrial(Server server) {}

  /** A create of a server on trial has passed: the server gets new meetings like any other. */
  default void serverReadmitted(Server server) {}

  /**
   * A server that was never swept cannot be asked: it may hold any meeting. Until it answers, or
   * has refused connections for some seconds, calls for meetings that are not known fail.
   */
  default void serverUnknown(Server server) {}

  /**
   * A server lists more meetings than are remembered: those that are not are asked for. Told once
   * until it lists fewer.
   */
  default void serverHasTooManyMeetings(Server server) {}

  /**
   * A server answers, but its list of meetings could not be read: it came too late, broke off, or
   * the server refused it. Told as well if a first check could not be sent because of us. Told once
   * until a list is read again.
   */
  default void listUnknown(Server server, String cause) {}

  /**
   * Something is wrong with a list of a server; the rest of the list counts. Told once per change.
   */
  default void listDamaged(Server server, ApiCall call, ListDamage damage) {}

  /**
   * As many calls as may be are in flight, to one server or in all, and one more was refused; or
   * there is room again.
   */
  default void overload(Overload overload) {}

  /** A server refused our checksum: its secret in the pool file is wrong. */
  default void serverRefusesSecret(Server server) {}

  /** A server that refused our checksum accepts it again. */
  default void serverAcceptsSecret(Server server) {}

  /** Something in the configuration was accepted but is probably not meant. */
  default void configWarning(String warning) {}

  /**
   * An administrator has asked for a change.
   *
   * @param who the name of the administrator's token
   * @param address where the request came from; empty if unknown
   * @param what the method and the path
   * @param result {@code ok}, or the status of the refusal
   */
  default void adminChanged(String who, String address, String what, String result) {}

  /**
   * Somebody came to the admin door without a right token. Told at most once a minute for each
   * address.
   */
  default void adminDenied(String address) {}

  /** A new pool file has taken effect. */
  default void poolChanged(PoolChange change) {}

  /** A new pool file is right, and changes nothing. */
  default void poolUnchanged() {}

  /**
   * A changed pool file is wrong; the pool stays as it is.
   *
   * @param problems all that is wrong, each with its fix
   */
  default void poolRefused(List<String> problems) {}

  /** A mistake of our own while a changed pool file was taken; the file is looked at again. */
  default void poolReloadFailed(Throwable bug) {}

  /** A server that gets no new meetings has these left; told when that changes. */
  default void serverDraining(Server server, int meetings, long users) {}

  /** A server that gets no new meetings has none left. */
  default void serverDrained(Server server) {}

  /**
   * The message of a drain was sent to the rooms of a server.
   *
   * @param told how many rooms took it
   * @param rooms how many there were
   */
  default void drainTold(Server server, int told, int rooms) {}

  /**
   * The deadline of a drain has come, and the server has meetings left. Told once.
   *
   * @param meetings how many
   * @param ends whether they are ended now
   */
  default void drainDeadline(Server server, int meetings, boolean ends) {}

  /**
   * Meetings that were left at the deadline of a drain were ended.
   *
   * @param failed how many could not be ended; the next sweep tells which are left
   */
  default void drainEnded(Server server, int ended, int failed) {}

  /**
   * A server is drained, but what was to become of it then cannot be written into the pool file.
   *
   * @param problems all that is wrong, each with its fix
   */
  default void drainUnfinished(Server server, Drain.Then then, List<String> problems) {}

  /**
   * A server that was new or away was given the webhooks that it lacked, and relieved of those that
   * were destroyed meanwhile.
   */
  default void webhooksAligned(Server server, int registered, int destroyed) {}

  /** A new meeting went to a server. */
  default void meetingPlaced(MeetingId meetingId, Server server) {}

  /** Whether this observer hears {@link #meetingWeighed}: to tell it costs something. */
  default boolean wantsScores() {
    return false;
  }

  /**
   * The policy has chosen a server for a new meeting by how well each candidate suits. Told only
   * while somebody {@linkplain #wantsScores wants to hear it}.
   *
   * @param best the candidates that suit best, the best first; made only if somebody asks
   */
  default void meetingWeighed(
      MeetingId meetingId, Server chosen, Supplier<List<ServerScore>> best) {}

  /**
   * A new meeting went to a server that has none of the tags that its create asked for, and did not
   * require: no server with one of them takes new meetings. Told at most once a minute.
   *
   * @param tenant the name of the tenant who sent the last of these creates
   * @param tags what that create asked for, as the front end wrote it
   * @param server where that meeting is
   * @param fallbacks how many there were since this was told before
   */
  default void tagFallback(String tenant, String tags, Server server, long fallbacks) {}

  /**
   * Every enabled server has tags, so creates that ask for no tag use all servers. Told once, at
   * the start.
   */
  default void allServersTagged() {}

  /**
   * One meetingID is alive on two servers, and neither copy can be ended now; told again only when
   * that changes, or when calls go to the other copy from now on.
   *
   * @param kept the server whose copy callers get
   * @param keptUsers how many people were in that copy when its server last said so; -1 if it never
   *     did
   * @param otherUsers the same of the other copy
   */
  default void meetingSplit(
      MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {}

  /**
   * A server had a second copy of a meeting, which we made or gave up, or which one of several
   * balancers left there. Nobody was in the copy, and the server was told to end it.
   *
   * @param live the server whose meeting callers get
   */
  default void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {}

  /**
   * Two entries of the pool are one server: both show the same runs of meetings. Nothing on it is
   * ended until one entry is gone. Told once.
   */
  default void serverListedTwice(Server server, Server other) {}

  /**
   * A server has a meeting that tinyscale did not make: another balancer, or a program that calls
   * the server directly, makes meetings, too. Told at most once an hour.
   */
  default void otherBalancer(Server server, MeetingId meetingId) {}

  /**
   * Others make meetings, too, so all servers were asked for a meeting that a create had just made.
   *
   * @param made the server that made it
   * @param kept the server whose copy callers get
   */
  default void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {}

  /** The shared store said where a create goes, or did not. */
  default void claimed(ClaimResult result) {}

  /**
   * The shared store was asked where a create goes.
   *
   * @param nanos how long that took
   * @param answered whether it answered in time
   */
  default void storeAsked(long nanos, boolean answered) {}

  /**
   * A create was refused, because its meeting belongs to a server that this balancer cannot use and
   * others can.
   *
   * @param server its name; it may be missing from our pool
   */
  default void createRefusedByClaim(MeetingId meetingId, String server) {}

  /**
   * The shared store does not answer: balancers decide each for itself and ask the servers, or
   * refuse creates of unknown meetings if {@code balancers.store.down} says so.
   *
   * @param address without a password
   */
  default void storeDown(String address, String cause) {}

  /** The shared store answers again. */
  default void storeUp(String address) {}

  /** The shared store is empty or another one: what it held may be lost. */
  default void storeNew(String address) {}

  /** Another balancer has told of itself in the shared store. */
  default void balancerSeen(String id, String version) {}

  /** Another balancer tells of itself no more. */
  default void balancerGone(String id) {}

  /**
   * Another balancer has another pool, or another formula; told once a minute.
   *
   * @param differences the names of the servers that differ, or the formula
   */
  default void poolDiffers(String id, List<String> differences) {}

  /**
   * One call to one server failed; whoever made it, if not we, got an error.
   *
   * @param trace of the request that the call was for; {@link RequestTrace#NONE} if it was ours
   */
  default void callFailed(ApiCall call, Server server, String cause, RequestTrace trace) {}

  /**
   * A call of a front end was answered: the head of its answer is there.
   *
   * @param tenant the name of the tenant; empty if the call was not authenticated
   * @param nanos from the arrival of the request's head
   */
  default void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {}

  /**
   * The answer to a call of a front end has ended: the web server has its last byte, the answer
   * broke off, or the caller left. Told after {@link #callAnswered}.
   *
   * @param nanos from the arrival of the request's head
   * @param bytes those of the answer's body that were delivered
   */
  default void answerEnded(ApiCall call, long nanos, long bytes) {}

  /**
   * A call of a front end has ended that {@code log.calls} or {@code log.slow} ask for. Told after
   * {@link #answerEnded}.
   */
  default void callReported(CallReport report) {}

  /** So many more bytes of a call's body have come; told for each piece. */
  default void bodyReceived(long bytes) {}

  /**
   * An attempt to send a call to a server ended: the head of its answer is there, or will not come.
   * Sweeps are not told.
   *
   * @param nanos from the sending
   */
  default void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {}

  /** A join was answered: the browser was sent to this server. */
  default void joined(Server server) {}

  /** A read got its answer, or asks the servers for it. */
  default void readServed(ReadSource source) {}

  /** It was found out where a meeting is, for a call, or not. */
  default void located(Located result) {}

  /** A list was answered without these many servers. */
  default void listPartial(ApiCall call, int missing, int asked) {}

  /**
   * The checksum of a call is wrong, as if the front end had a wrong secret. Told at most once a
   * minute.
   *
   * @param call the last of these calls
   * @param address where the last one came from; empty if unknown
   * @param refused how many there were since this was told before
   */
  default void wrongSecret(ApiCall call, String address, long refused) {}

  /**
   * Requests whose checksums are not known yet hold all the memory that there is for them, and
   * found no room for more of a head or of a form. Told at most once a minute.
   *
   * @param most the bytes that they may hold together
   * @param refused how many requests were refused since this was told before
   */
  default void heldFull(long most, long refused) {}

  /** A callback reached its front end, which took it or needs it no more. */
  default void callbackDelivered(CallbackTry delivered) {}

  /**
   * A front end did not take a callback; the callback is sent again.
   *
   * @param pause until the next try
   */
  default void callbackRetry(CallbackTry failed, Duration pause, String cause) {}

  /** A front end did not take a callback, which is not sent again. */
  default void callbackGivenUp(CallbackTry failed, String cause) {}

  /** A callback may not go where its URL leads. Nothing was sent. */
  default void callbackRefused(CallbackTry refused, String cause) {}

  /**
   * A front end gave a callback URL that cannot be relayed; the server got it as it is. Told at
   * most once a minute.
   *
   * @param tenant the name of the tenant who gave the last one
   * @param kind what the last one is for
   * @param left how many there were since this was told before
   */
  default void callbackLeft(String tenant, CallbackKind kind, String cause, long left) {}

  /**
   * A front end gave a URL of the relay itself for a callback; no server got it. Told at most once
   * a minute.
   *
   * @param tenant the name of the tenant who gave the last one
   * @param kind what the last one is for
   * @param refused how many there were since this was told before
   */
  default void callbackOfRelay(String tenant, CallbackKind kind, long refused) {}

  /** A call was refused before any server was asked. */
  default void callRefused(ApiCall call, String messageKey) {}

  /**
   * Another observer, or the placement policy, threw an exception when it was told something.
   *
   * @param observer its class
   */
  default void observerFailed(Class<?> observer, Throwable bug) {}

  /**
   * The JVM had no memory for a piece of work, which failed. Told on any thread, perhaps many
   * times; little memory is left to act. The executable ends after this event, a container goes on.
   */
  default void outOfMemory(OutOfMemoryError error) {}

  /**
   * A mistake of our own; the caller got an error.
   *
   * @param trace of the request that met with it; {@link RequestTrace#NONE} if none did
   */
  default void bug(ApiCall call, Throwable bug, RequestTrace trace) {}
}
