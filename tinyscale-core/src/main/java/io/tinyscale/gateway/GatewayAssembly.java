package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.CallLimits;
import io.tinyscale.call.Refusals;
import io.tinyscale.call.Relay;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.hook.HookCopies;
import io.tinyscale.hook.HookHandler;
import io.tinyscale.listing.ListHandler;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.LogSettings;
import io.tinyscale.observe.OnceAMinute;
import io.tinyscale.placement.Placer;
import io.tinyscale.recording.BroadcastHandler;
import io.tinyscale.recording.RecordingHandler;
import io.tinyscale.recording.RecordingOwners;
import io.tinyscale.server.ServerPool;
import io.tinyscale.store.Claims;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.ServerCalls;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Puts a gateway and the handlers of all calls together. */
public final class GatewayAssembly {

  /** Bytes of all answers together that are gathered to be shared, on the smallest heap. */
  private static final long LEAST_GATHERED = 4 << 20;

  private GatewayAssembly() {}

  /**
   * A gateway with a handler for every kind of call.
   *
   * @param hookCopies is told of webhooks that not all servers have heard of
   * @param callbackUrls what servers get for the URLs of callbacks
   * @param claims decides with other balancers where creates go
   * @param log says which calls are logged
   * @param held bounds what requests hold before their checksums are known
   * @param work runs what waits in line for its turn, and merges lists
   */
  public static Gateway of(
      Authenticator authenticator,
      ServerPool pool,
      MeetingDirectory directory,
      Placer placer,
      ServerCalls calls,
      HookCopies hookCopies,
      CallbackUrls callbackUrls,
      Claims claims,
      CallLimits limits,
      LogSettings log,
      HeldBytes held,
      GatewayObserver observer,
      Executor work) {
    report(held, observer, new OnceAMinute(calls.nanoClock()));
    Relay relay = new Relay(calls, limits, observer);
    Refusals refusals = new Refusals(observer);
    FanOut fanOut = new FanOut(pool, calls, observer::callFailed);
    RecordingOwners owners = new RecordingOwners();
    SharedReads reads =
        new SharedReads(
            limits.reuse(),
            id -> directory.idOf(id.text()),
            calls.nanoClock(),
            new HeldBytes(Math.max(LEAST_GATHERED, Runtime.getRuntime().maxMemory() / 16)),
            observer::readServed);

    MeetingHandler meeting = new MeetingHandler(pool, directory, placer, relay, calls.nanoClock());
    // Shared answers are edited for each caller: what is gathered has the server's length still.
    CallHandler meetings =
        new MeetingIdCheck(
            new Sharing(meeting, reads, directory, meeting::shares), refusals::refuse);
    CreateGate gate = new CreateGate(work);
    CallHandler creates =
        new MeetingIdCheck(
            new Sharing(
                new CreateHandler(
                    directory, placer, calls, relay, limits, observer, gate, callbackUrls, claims),
                reads,
                directory),
            refusals::refuse);
    CallHandler join =
        new JoinHandler(directory, placer, observer::joined, gate, calls, limits.list());
    CallHandler joins =
        new MeetingIdCheck(
            new Sharing(join, reads, directory),
            (call, mistake) -> CompletableFuture.completedStage(join.failed(call, mistake)));
    CallHandler lists =
        new Sharing(
            new ListHandler(
                calls, fanOut, limits, directory, owners::learn, callbackUrls, observer, work),
            reads,
            directory);
    CallHandler recordings =
        new RecordingHandler(pool, fanOut, calls, relay, owners, limits.list(), placer, refusals);
    CallHandler broadcasts =
        new Sharing(
            new BroadcastHandler(calls, fanOut, limits.answer(), refusals), reads, directory);
    CallHandler hooks =
        new HookHandler(
            calls,
            fanOut,
            hookCopies,
            callbackUrls,
            limits.answer(),
            limits.list(),
            observer,
            refusals);

    CallEvents events = new CallEvents(observer, log, calls.nanoClock());
    return new Gateway(
        new Admission(
            authenticator, limits, refusals, new WrongSecrets(observer, calls.nanoClock()), held),
        new CallsInFlight(limits.calls(), observer, events),
        new Handlers(
            Map.of(ApiCall.CREATE, OriginalUrls.in(creates, callbackUrls), ApiCall.JOIN, joins),
            Map.of(
                CallScope.MEETING, OriginalUrls.in(meetings, callbackUrls),
                CallScope.MERGED, lists,
                CallScope.RECORDING, recordings,
                CallScope.BROADCAST, broadcasts,
                CallScope.HOOKS, hooks,
                CallScope.PASSED,
                    OriginalUrls.in(
                        new PassedHandler(meetings, recordings, placer, relay), callbackUrls))),
        observer,
        events);
  }

  private static void report(HeldBytes held, GatewayObserver observer, OnceAMinute reports) {
    held.whenRefused(
        () -> {
          long refused = reports.count();
          if (refused > 0) {
            observer.heldFull(held.most(), refused);
          }
        });
  }
}
