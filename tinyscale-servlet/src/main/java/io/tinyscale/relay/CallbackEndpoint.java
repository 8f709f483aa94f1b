package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.body.Stages;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.http.CrossingHeaders;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes what BBB servers send to URLs of the relay. A callback is kept before the server hears that
 * it was taken; the server never waits for the front end, unless it is a webhook. Thread-safe.
 */
final class CallbackEndpoint implements Endpoint {

  /** Of a token at a time; further ones are answered as if there were no room. */
  private static final int MOST_UNPROVEN = 4;

  private final String prefix;
  private final Supplier<List<Party>> tenants;
  private final Reading reading;
  private final Webhooks webhooks;
  private final Seen seen;
  private final Spool spool;
  private final Deliveries deliveries;
  private final Executor files;
  private final Executor events;
  private final HeldBytes room;
  private final HeldBytes eventRoom;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoClock;
  private volatile boolean closed;

  /**
   * An endpoint for the paths below {@link RelaySettings#PATH}.
   *
   * @param prefix what URLs of the relay begin with
   * @param files where long bodies are read and callbacks are kept
   * @param events where the deliveries of webhooks are read: anybody may send something that looks
   *     like one, and callbacks must not wait for that
   * @param room for the bodies of callbacks together
   * @param eventRoom for those of webhooks
   * @param timer ends the reading of webhooks that come too slowly
   * @param nanoClock the clock of the webhooks
   */
  CallbackEndpoint(
      String prefix,
      Supplier<List<Party>> tenants,
      Reading reading,
      Webhooks webhooks,
      Seen seen,
      Spool spool,
      Deliveries deliveries,
      Executor files,
      Executor events,
      HeldBytes room,
      HeldBytes eventRoom,
      ScheduledExecutorService timer,
      LongSupplier nanoClock) {
    this.prefix = prefix;
    this.tenants = tenants;
    this.reading = reading;
    this.webhooks = webhooks;
    this.seen = seen;
    this.spool = spool;
    this.deliveries = deliveries;
    this.files = files;
    this.events = events;
    this.room = room;
    this.eventRoom = eventRoom;
    this.timer = timer;
    this.nanoClock = nanoClock;
  }

  /** Takes nothing any more. */
  void close() {
    closed = true;
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    String text = request.rawPath().substring(RelaySettings.PATH.length());
    Optional<Token> token = Token.read(text, tenants.get());
    if (token.isEmpty()) {
      return refuse(request, Answers.status(Answers.NOT_FOUND));
    }
    boolean ended = token.get().kind() == CallbackKind.ENDED;
    boolean allowed =
        switch (request.method()) {
          case "GET", "HEAD" -> ended;
          case "POST" -> !ended;
          default -> false;
        };
    if (!allowed) {
      return refuse(request, Answers.methodNotAllowed(ended ? "GET, HEAD" : "POST"));
    }
    if (closed) {
      return refuse(request, Answers.status(Answers.UNAVAILABLE));
    }
    return Stages.started(() -> take(token.get(), text, request, caller))
        .exceptionally(Answers::unreadable);
  }

  private static CompletionStage<HttpAnswer> refuse(HttpRequest request, HttpAnswer answer) {
    BodyCollector.discard(request.body());
    return CompletableFuture.completedStage(answer);
  }

  private CompletionStage<HttpAnswer> take(
      Token token, String text, HttpRequest request, Cancellation caller) {
    String agent = request.fields().first("User-Agent").orElse("");
    QueryString query = new QueryString(request.rawQuery());
    return switch (token.kind()) {
      case ENDED -> {
        BodyCollector.discard(request.body());
        // A HEAD has not the query that the front end waits for.
        yield request.method().equals("HEAD")
            ? CompletableFuture.completedStage(Answers.ok())
            : keep(text, reading.ended(token, query, agent));
      }
      case RECORDING_READY ->
          collected(
              BodyCollector.collect(request.body(), Reading.LONGEST_FORM, room, caller),
              room,
              files,
              form -> keep(text, reading.recordingReady(token, form, agent)));
      case ANALYTICS -> analytics(token, text, request, caller, agent);
      case WEBHOOK -> event(token, text, request, caller);
    };
  }

  private CompletionStage<HttpAnswer> event(
      Token token, String text, HttpRequest request, Cancellation caller) {
    long arrived = nanoClock.getAsLong();
    QueryString query = new QueryString(request.rawQuery());
    String authorization = request.fields().first("Authorization").orElse("");
    if (!webhooks.mayBeSigned(query, authorization)) {
      return refuse(request, Answers.status(Answers.FORBIDDEN));
    }
    List<Header> headers = CrossingHeaders.toServer(request.fields());
    return collected(
        BodyInTime.collect(
            request.body(), Webhooks.LONGEST, eventRoom, caller, timer, Webhooks.LIMIT),
        eventRoom,
        events,
        body ->
            webhooks.deliver(arrived, token, prefix + text, query, authorization, headers, body));
  }

  private CompletionStage<HttpAnswer> analytics(
      Token token, String text, HttpRequest request, Cancellation caller, String agent) {
    Optional<Jwt> jwt = reading.ofAnalytics(request.fields().first("Authorization").orElse(""));
    if (jwt.isEmpty()) {
      return refuse(request, Answers.status(Answers.UNAUTHORIZED));
    }
    String type = request.fields().first("Content-Type").orElse("");
    return collected(
        BodyCollector.collect(request.body(), Reading.LONGEST_ANALYTICS, room, caller),
        room,
        files,
        body -> keep(text, reading.analytics(token, jwt.get(), body, type, agent)));
  }

  /**
   * Goes on with a body where that may take time. The body counts as held until the answer is
   * there.
   */
  private CompletionStage<HttpAnswer> collected(
      CompletionStage<byte[]> whole,
      HeldBytes held,
      Executor executor,
      Function<byte[], CompletionStage<HttpAnswer>> work) {
    return whole.thenCompose(
        body -> {
          if (!held.take(body.length)) {
            return CompletableFuture.completedStage(Answers.status(Answers.UNAVAILABLE));
          }
          return Stages.started(
                  () -> CompletableFuture.completedFuture(body).thenComposeAsync(work, executor))
              .whenComplete((answer, failure) -> held.giveBack(body.length));
        });
  }

  /** Keeps a callback, unless it was kept before. */
  private CompletionStage<HttpAnswer> keep(String token, Understood understood) {
    if (understood instanceof Understood.Refused refused) {
      return CompletableFuture.completedStage(Answers.status(refused.status()));
    }
    Understood.Accepted accepted = (Understood.Accepted) understood;
    Supplier<CompletionStage<Boolean>> work =
        () -> CompletableFuture.supplyAsync(() -> isKept(accepted), files);
    CompletionStage<Boolean> once =
        accepted.isUnproven()
            ? seen.onceOfFew(MOST_UNPROVEN, accepted.same(), accepted.memory(), work, token)
            : seen.once(accepted.memory(), work, token, accepted.same());
    return once.thenApply(kept -> kept ? Answers.ok() : Answers.status(Answers.UNAVAILABLE));
  }

  private boolean isKept(Understood.Accepted accepted) {
    Callback callback = accepted.callback();
    try {
      deliveries.add(spool.keep(callback, accepted.body(), callback.created()));
      return true;
    } catch (SpoolFullException e) {
      deliveries.notKept(callback, "the spool is full");
      return false;
    } catch (IOException e) {
      deliveries.notKept(callback, e.getClass().getSimpleName());
      return false;
    }
  }
}
