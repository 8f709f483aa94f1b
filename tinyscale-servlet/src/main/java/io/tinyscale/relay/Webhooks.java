package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Header;
import io.tinyscale.callback.CallbackOutcome;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.observe.CallbackTry;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OnceAMinute;
import io.tinyscale.tenant.Tenant;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Hands the events of webhooks on while the server waits: the server itself repeats what fails, and
 * gives a webhook up when its front end is gone. Thread-safe.
 */
final class Webhooks {

  /** Most bytes of a delivery. */
  static final int LONGEST = 2 << 20;

  /** From the head of a delivery to its answer: a server waits 5 seconds. */
  static final Duration LIMIT = Duration.ofMillis(4_500);

  private static final int MOST = 64;
  private static final int MOST_PER_HOST = 16;

  private final Sender sender;
  private final Supplier<List<Secret>> serverSecrets;
  private final Function<String, Optional<Tenant>> owner;
  private final GatewayObserver observer;
  private final Consumer<CallbackOutcome> counts;
  private final LongSupplier nanoClock;
  private final OnceAMinute tooMany;

  /** How many deliveries to each host are under way; guarded by itself. */
  private final Map<String, Integer> underWay = new HashMap<>();

  /** Guarded by {@link #underWay}. */
  private int allUnderWay;

  /**
   * Webhooks without a delivery under way.
   *
   * @param owner of a meeting, by its internal id
   * @param counts is told how deliveries end
   * @param nanoClock a server waits by
   */
  Webhooks(
      Sender sender,
      Supplier<List<Secret>> serverSecrets,
      Function<String, Optional<Tenant>> owner,
      GatewayObserver observer,
      Consumer<CallbackOutcome> counts,
      LongSupplier nanoClock) {
    this.sender = sender;
    this.serverSecrets = serverSecrets;
    this.owner = owner;
    this.observer = observer;
    this.counts = counts;
    this.nanoClock = nanoClock;
    this.tooMany = new OnceAMinute(nanoClock);
  }

  /** Whether the body need be read: its signature may hold. */
  boolean mayBeSigned(QueryString query, String authorization) {
    return HookSignature.isPossible(query, authorization, serverSecrets.get());
  }

  /**
   * Hands a delivery on.
   *
   * @param arrived when the server began to wait, by the clock of this object
   * @param registered the URL as the server knows it
   * @param query what the server added to it
   * @param authorization the header field; empty if there is none
   * @param headers those of the request that go on
   */
  CompletionStage<HttpAnswer> deliver(
      long arrived,
      Token token,
      String registered,
      QueryString query,
      String authorization,
      List<Header> headers,
      byte[] body) {
    Optional<HookSignature> signature =
        HookSignature.verified(registered, body, query, authorization, serverSecrets.get());
    if (signature.isEmpty()) {
      return answer(Answers.FORBIDDEN);
    }
    Party tenant = token.tenant();
    HookBody.ForTenant own =
        HookBody.forTenant(
            body,
            tenant,
            meeting ->
                owner.apply(meeting).filter(of -> of.name().equals(tenant.name())).isPresent());
    if (own instanceof HookBody.ForTenant.Form form) {
      return send(arrived, token, signature.get(), headers, form.body());
    }
    return own instanceof HookBody.ForTenant.Nothing
        ? CompletableFuture.completedStage(Answers.ok())
        : answer(Answers.BAD_REQUEST);
  }

  private CompletionStage<HttpAnswer> send(
      long arrived, Token token, HookSignature signature, List<Header> headers, byte[] body) {
    String checksum = signature.of(token.url(), body, token.tenant().signing());
    Destination to;
    try {
      to = Destination.of(token.url()).withQuery("checksum=" + checksum);
    } catch (RefusedException e) {
      return answer(refused(token, "", String.valueOf(e.getMessage())));
    }
    String host = to.host();
    Duration left = LIMIT.minusNanos(nanoClock.getAsLong() - arrived);
    if (left.isNegative() || left.isZero()) {
      return answer(inVain(told(token, host), "timeout"));
    }
    if (!begin(host)) {
      if (tooMany.count() > 0) {
        observer.callbackRetry(told(token, host), Duration.ZERO, "too many at a time");
      }
      counts.accept(CallbackOutcome.GIVEN_UP);
      return answer(Answers.BAD_GATEWAY);
    }
    return sender
        .send(new Message("POST", to, headers, Content.of(body), left))
        .whenComplete((sent, failure) -> end(host))
        .thenApply(sent -> Answers.status(status(token, host, sent)));
  }

  private boolean begin(String host) {
    synchronized (underWay) {
      int now = underWay.getOrDefault(host, 0);
      if (now == MOST_PER_HOST || allUnderWay == MOST) {
        return false;
      }
      underWay.put(host, now + 1);
      allUnderWay++;
      return true;
    }
  }

  private void end(String host) {
    synchronized (underWay) {
      underWay.computeIfPresent(host, (name, now) -> now == 1 ? null : now - 1);
      allUnderWay--;
    }
  }

  private int status(Token token, String host, Sent sent) {
    if (sent instanceof Sent.Refused refused) {
      return refused(token, host, refused.why());
    }
    if (sent instanceof Sent.Answered answered) {
      boolean taken = answered.status() / 100 == 2;
      // A server takes both for delivered. There are too many events to tell of each.
      if (taken || answered.status() == Answers.UNAUTHORIZED) {
        counts.accept(CallbackOutcome.DELIVERED);
        return taken ? Answers.OK : Answers.UNAUTHORIZED;
      }
    }
    String cause =
        sent instanceof Sent.Answered answered
            ? "status " + answered.status()
            : ((Sent.Failed) sent).why();
    return inVain(told(token, host), cause);
  }

  /** The server sends it again in its own time. */
  private int inVain(CallbackTry told, String cause) {
    observer.callbackRetry(told, Duration.ZERO, cause);
    counts.accept(CallbackOutcome.GIVEN_UP);
    return Answers.BAD_GATEWAY;
  }

  private static CallbackTry told(Token token, String host) {
    return new CallbackTry(token.tenant().name(), CallbackKind.WEBHOOK, host, 1);
  }

  /** The server is to forget a webhook that must not be called. */
  private int refused(Token token, String host, String why) {
    observer.callbackRefused(told(token, host), why);
    counts.accept(CallbackOutcome.REFUSED);
    return Answers.GONE;
  }

  private static CompletionStage<HttpAnswer> answer(int status) {
    return CompletableFuture.completedStage(Answers.status(status));
  }
}
