package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ListReceiver;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import io.tinyscale.trace.Crossing;
import io.tinyscale.trace.RequestTrace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Signs calls with a server's secret and sends them, each with a deadline. Thread-safe. */
public final class ServerCalls {

  private static final int LARGEST_REPLY = 1 << 20;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;

  // Asking for anything narrower makes some releases answer with nothing, or with JSON.
  private static final Header ACCEPT = new Header("Accept", "*/*");
  private static final List<Header> ACCEPT_ONLY = List.of(ACCEPT);

  private final Upstream upstream;
  private final ScheduledExecutorService timer;
  private final Executor work;
  private final LongSupplier nanoClock;
  private final OutcomeListener listener;

  /** Sends through this upstream, and tells nobody how the servers do. */
  public ServerCalls(
      Upstream upstream, ScheduledExecutorService timer, Executor work, LongSupplier nanoClock) {
    this(upstream, timer, work, nanoClock, OutcomeListener.NONE);
  }

  /**
   * Sends through this upstream.
   *
   * @param timer watches deadlines; nothing blocks on it
   * @param work reads lists
   * @param nanoClock as {@link System#nanoTime()}
   * @param listener is told what every attempt shows of its server
   */
  public ServerCalls(
      Upstream upstream,
      ScheduledExecutorService timer,
      Executor work,
      LongSupplier nanoClock,
      OutcomeListener listener) {
    this.upstream = upstream;
    this.timer = timer;
    this.work = work;
    this.nanoClock = nanoClock;
    this.listener = listener;
  }

  /** The call's complete, signed address on a server: for the Location of join and nothing else. */
  public static String signedAddress(Server server, ApiCall call, QueryString parameters) {
    return server.api() + "/" + call.name() + "?" + signed(server, call, parameters).raw();
  }

  private static QueryString signed(Server server, ApiCall call, QueryString parameters) {
    String checksum = Checksum.of(server.algorithm(), call, parameters, server.secret());
    return parameters.with("checksum", checksum);
  }

  /** The clock of all deadlines, as {@link System#nanoTime()}. */
  public LongSupplier nanoClock() {
    return nanoClock;
  }

  /** What reads lists, and may work through them. */
  public Executor work() {
    return work;
  }

  /** The point in time that far from now. */
  public Deadline in(Duration time) {
    return Deadline.in(time, nanoClock);
  }

  /** Runs something short when a point in time has come. */
  public Future<?> at(Deadline deadline, Runnable action) {
    return timer.schedule(action, deadline.remainingNanos(nanoClock), TimeUnit.NANOSECONDS);
  }

  /**
   * Sends a call without a body.
   *
   * @param crossing what goes along of the caller's request
   * @return what became of it, at the latest at the deadline; completed exceptionally only if there
   *     was no memory for it
   */
  public CompletionStage<Attempted> send(
      Server server,
      ApiCall call,
      QueryString parameters,
      Crossing crossing,
      Deadline deadline,
      Cancellation caller) {
    Attempt attempt =
        new Attempt(this, listener, server, call, false, crossing.trace(), caller.child());
    attempt.endAt(deadline);
    attempt.start(upstream, request(server, "GET", call, parameters, crossing, Body.EMPTY));
    return attempt.result();
  }

  /**
   * Sends a call with a body.
   *
   * @param crossing what goes along of the caller's request
   * @param answerTime how long the server may take once it has the whole body; how long the body
   *     itself takes is up to the caller, as long as it moves
   * @return what became of it; completed exceptionally only if there was no memory for it
   */
  public CompletionStage<Attempted> sendBody(
      Server server,
      ApiCall call,
      QueryString parameters,
      Crossing crossing,
      Body body,
      Duration answerTime,
      Cancellation caller) {
    Attempt attempt =
        new Attempt(this, listener, server, call, true, crossing.trace(), caller.child());
    Body watched = body.observed(attempt.untilAnswered(answerTime));
    attempt.start(upstream, request(server, "POST", call, parameters, crossing, watched));
    return attempt.result();
  }

  /** Asks a server, on our own account, and reads its whole, small answer; like the other. */
  public CompletionStage<Reply> ask(
      Server server, ApiCall call, QueryString parameters, Deadline deadline, Cancellation caller) {
    return ask(server, call, parameters, RequestTrace.NONE, deadline, caller);
  }

  /**
   * Asks a server and reads its whole, small answer.
   *
   * @param trace of the request that the question is for
   * @return what it said, at the latest at the deadline; never completed exceptionally: a lack of
   *     memory is told to the listener, and the server counts as not asked
   */
  public CompletionStage<Reply> ask(
      Server server,
      ApiCall call,
      QueryString parameters,
      RequestTrace trace,
      Deadline deadline,
      Cancellation caller) {
    Cancellation attempt = caller.child();
    return send(server, call, parameters, Crossing.of(trace), deadline, attempt)
        .thenCompose(attempted -> read(attempted, deadline, attempt))
        .exceptionally(bug -> withoutReply(server, call, trace, bug));
  }

  /** The reply if there is none because of us. */
  private Reply withoutReply(Server server, ApiCall call, RequestTrace trace, Throwable bug) {
    listener.bug(call, bug, trace);
    return unread(server, bug);
  }

  /** The reply to an answer that could not be read; a lack of memory is not the server's fault. */
  private static Reply unread(Server server, Throwable failure) {
    return Failures.isOutOfMemory(failure)
        ? new Reply.Overloaded(server)
        : new Reply.Nothing(server, Failures.describe(failure));
  }

  /**
   * Reads an answer as a small one.
   *
   * @param attempt ended when the deadline comes first
   * @return what the server said, at the latest at the deadline; never completed exceptionally
   */
  public CompletionStage<Reply> read(Attempted attempted, Deadline deadline, Cancellation attempt) {
    return limited(attempted.server(), read(attempted).toCompletableFuture(), deadline, attempt);
  }

  private CompletionStage<Reply> read(Attempted attempted) {
    Optional<Reply> unusable = unusable(attempted);
    if (unusable.isPresent()) {
      return CompletableFuture.completedStage(unusable.get());
    }
    Server server = attempted.server();
    Outcome.Answered answered = (Outcome.Answered) attempted.outcome();
    ApiReply content = contentInMemory(attempted.answer(), answered.body());
    if (content != null) {
      return CompletableFuture.completedStage(
          said(server, content, answered.headers(), answered.body()));
    }
    return BodyCollector.collect(answered.body(), LARGEST_REPLY)
        .handle(
            (bytes, failure) ->
                failure == null ? said(server, answered, bytes) : unread(server, failure));
  }

  /** What an answer says that was read whole when it came: to read XML is what costs most. */
  private static @Nullable ApiReply contentInMemory(@Nullable ServerAnswer answer, Body body) {
    return answer instanceof ServerAnswer.Said said && body.bytes().isPresent()
        ? said.content()
        : null;
  }

  /** The reply if there is no answer of BBB to read. */
  private static Optional<Reply> unusable(Attempted attempted) {
    Server server = attempted.server();
    ServerAnswer answer = attempted.answer();
    if (answer == null) {
      return Optional.of(
          attempted.outcome() instanceof Outcome.Overloaded
              ? new Reply.Overloaded(server)
              : nothing(attempted, attempted.cause(), false));
    }
    Optional<Reply> unusable =
        answer.fold(
            said -> Optional.empty(),
            notBbb -> Optional.of(nothing(attempted, notBbb.defect(), false)),
            () -> Optional.of(new Reply.WrongSecret(server)),
            lacks -> Optional.of(nothing(attempted, lacks.defect(), lacks.status() == NOT_FOUND)));
    if (unusable.isPresent() && attempted.outcome() instanceof Outcome.Answered answered) {
      BodyCollector.discard(answered.body());
    }
    return unusable;
  }

  private static Reply nothing(Attempted attempted, String cause, boolean noSuchCall) {
    return new Reply.Nothing(
        attempted.server(), cause, noSuchCall, Fixes.of(attempted), hasFailed(attempted));
  }

  private static boolean hasFailed(Attempted attempted) {
    return attempted.outcome() instanceof Outcome.Answered answered
        && answered.status() >= SERVER_ERROR;
  }

  /** Asks a server, on our own account, for a list; like the other. */
  public CompletionStage<Reply> list(
      Server server,
      ApiCall call,
      ListingKind kind,
      QueryString parameters,
      ListReceiver receiver,
      Deadline deadline,
      Cancellation caller) {
    return list(server, call, kind, parameters, receiver, RequestTrace.NONE, deadline, caller);
  }

  /**
   * Asks a server for a list and reads it item by item, however long it is.
   *
   * @param receiver takes each item on a work thread, one after the other; also those of a list
   *     that turns out to be cut later
   * @param trace of the request that the list is for
   * @return what the list says beside its items, at the latest at the deadline; never completed
   *     exceptionally: a lack of memory is told to the listener, and the server counts as not asked
   */
  public CompletionStage<Reply> list(
      Server server,
      ApiCall call,
      ListingKind kind,
      QueryString parameters,
      ListReceiver receiver,
      RequestTrace trace,
      Deadline deadline,
      Cancellation caller) {
    Cancellation attempt = caller.child();
    ListingReader reader = new ListingReader(kind, receiver, work);
    attempt.onCancel(() -> reader.giveUp(new IOException("given up")));
    return send(server, call, parameters, Crossing.of(trace), deadline, attempt)
        .thenCompose(
            attempted ->
                limited(
                    server, readList(attempted, reader).toCompletableFuture(), deadline, attempt))
        .exceptionally(bug -> withoutReply(server, call, trace, bug));
  }

  private CompletionStage<Reply> readList(Attempted attempted, ListingReader reader) {
    Optional<Reply> unusable = unusable(attempted);
    if (unusable.isPresent()) {
      return CompletableFuture.completedStage(unusable.get());
    }
    Server server = attempted.server();
    Outcome.Answered answered = (Outcome.Answered) attempted.outcome();
    answered.body().content().subscribe(reader);
    return reader
        .result()
        .handle(
            (content, failure) ->
                failure == null
                    ? said(server, content, answered.headers(), Body.EMPTY)
                    : unread(server, failure));
  }

  private Reply said(Server server, Outcome.Answered answered, byte[] bytes) {
    return ApiReply.read(bytes)
        .map(content -> said(server, content, answered.headers(), Body.of(bytes)))
        .orElseGet(() -> new Reply.Nothing(server, "not a BBB answer"));
  }

  /** The reply to an answer that has been read to its end, perhaps only now. */
  private Reply said(Server server, ApiReply content, List<Header> headers, Body body) {
    if (AnswerReader.refusesSecret(content)) {
      listener.refusedSecret(server);
      return new Reply.WrongSecret(server);
    }
    return new Reply.Said(server, content, headers, body);
  }

  /** The reply, or nothing once the deadline has passed, whatever the server is doing. */
  private CompletionStage<Reply> limited(
      Server server, CompletableFuture<Reply> reply, Deadline deadline, Cancellation attempt) {
    if (reply.isDone() && !reply.isCompletedExceptionally()) {
      return reply;
    }
    CompletableFuture<Reply> limited = new CompletableFuture<>();
    Future<?> alarm =
        at(
            deadline,
            () -> {
              if (limited.complete(new Reply.Nothing(server, "no complete answer in time"))) {
                attempt.cancel();
              }
            });
    reply.whenComplete(
        (said, bug) -> {
          alarm.cancel(false);
          if (bug == null) {
            limited.complete(said);
          } else {
            limited.complete(unread(server, bug));
          }
        });
    return limited;
  }

  private static UpstreamRequest request(
      Server server,
      String method,
      ApiCall call,
      QueryString parameters,
      Crossing crossing,
      Body body) {
    String path = server.api().getRawPath() + "/" + call.name();
    // The root is the one call that no server checks.
    String target =
        call.equals(ApiCall.ROOT) ? path : path + "?" + signed(server, call, parameters).raw();
    boolean mayRepeat = call.mayRepeat() && body.isEmpty();
    return new UpstreamRequest(server, method, target, withAccept(crossing), body, mayRepeat);
  }

  private static List<Header> withAccept(Crossing crossing) {
    return crossing.equals(Crossing.NOTHING) ? ACCEPT_ONLY : crossing.and(ACCEPT);
  }
}
