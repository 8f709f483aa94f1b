package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Header;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes one try to deliver a callback: makes the request, follows what redirects may be followed,
 * and judges the answer. Thread-safe.
 */
final class Delivery {

  /** For a whole try: 2 seconds for the connection, 10 for the answer. */
  private static final Duration LIMIT = Duration.ofSeconds(12);

  /** The slowest front end that gets a long body, in bytes per second. */
  private static final long SLOWEST = 1 << 20;

  private static final int MOST_REDIRECTS = 5;
  private static final long TOKEN_SECONDS = Duration.ofHours(24).toSeconds();

  private final Sender sender;
  private final Supplier<List<Party>> tenants;
  private final InstantSource clock;
  private final LongSupplier nanoClock;

  Delivery(
      Sender sender, Supplier<List<Party>> tenants, InstantSource clock, LongSupplier nanoClock) {
    this.sender = sender;
    this.tenants = tenants;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /** Sends a callback; never completed exceptionally. */
  CompletionStage<Verdict> send(Callback callback, Content body) {
    Destination to;
    try {
      to = Destination.of(callback.url());
    } catch (RefusedException e) {
      return CompletableFuture.completedStage(new Verdict.Refused(String.valueOf(e.getMessage())));
    }
    long start = nanoClock.getAsLong();
    if (callback.kind() == CallbackKind.ENDED) {
      Message get = new Message("GET", to, agent(callback), Content.NONE, LIMIT);
      return follow(get, start, MOST_REDIRECTS);
    }
    List<Secret> secrets =
        tenants.get().stream()
            .filter(tenant -> tenant.name().equals(callback.tenant()))
            .findFirst()
            .map(Party::secrets)
            .orElse(List.of());
    return secrets.isEmpty()
        ? CompletableFuture.completedStage(new Verdict.Rejected("its tenant is gone"))
        : sign(callback, body, to, start, secrets);
  }

  /** The time that a try has left which began then. */
  private Duration left(long start, Duration limit) {
    Duration left = limit.minusNanos(nanoClock.getAsLong() - start);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private CompletionStage<Verdict> follow(Message get, long start, int redirects) {
    return sender
        .send(get)
        .thenCompose(
            sent -> {
              if (redirects > 0 && sent instanceof Sent.Answered answered && isRedirect(answered)) {
                return redirected(get, answered.location(), start, redirects - 1);
              }
              return CompletableFuture.completedStage(judge(sent));
            });
  }

  private CompletionStage<Verdict> redirected(
      Message get, String location, long start, int redirects) {
    try {
      Destination to = get.to().redirected(location);
      Message next =
          new Message(get.method(), to, get.headers(), get.content(), left(start, LIMIT));
      return follow(next, start, redirects);
    } catch (RefusedException e) {
      return CompletableFuture.completedStage(new Verdict.Refused(String.valueOf(e.getMessage())));
    }
  }

  private static boolean isRedirect(Sent.Answered answered) {
    return switch (answered.status()) {
      case 301, 302, 303, 307, 308 -> !answered.location().isEmpty();
      default -> false;
    };
  }

  /** A front end that refuses a signature may still have the tenant's other secret. */
  private CompletionStage<Verdict> sign(
      Callback callback, Content body, Destination to, long start, List<Secret> secrets) {
    return sender
        .send(post(callback, body, to, start, secrets.get(0)))
        .thenCompose(
            sent ->
                secrets.size() > 1 && refusesSignature(sent)
                    ? sign(callback, body, to, start, secrets.subList(1, secrets.size()))
                    : CompletableFuture.completedStage(judge(sent)));
  }

  private static boolean refusesSignature(Sent sent) {
    return sent instanceof Sent.Answered answered
        && switch (answered.status()) {
          case 400, 401, 403 -> true;
          default -> false;
        };
  }

  private Message post(Callback callback, Content body, Destination to, long start, Secret secret) {
    List<Header> headers = new ArrayList<>(agent(callback));
    if (callback.kind() == CallbackKind.RECORDING_READY) {
      String token = new Jwt(callback.algorithm(), callback.claims()).signed(false, secret);
      headers.add(new Header("Content-Type", "application/x-www-form-urlencoded"));
      Content form = Content.of("signed_parameters=" + token);
      return new Message("POST", to, headers, form, left(start, LIMIT));
    }
    String claims = "{\"exp\":" + (clock.instant().getEpochSecond() + TOKEN_SECONDS) + "}";
    String token = new Jwt(callback.algorithm(), claims).signed(true, secret);
    headers.add(new Header("Content-Type", callback.contentType()));
    headers.add(new Header("Authorization", "Bearer " + token));
    Duration limit = LIMIT.plusSeconds(body.length() / SLOWEST);
    return new Message("POST", to, headers, body, left(start, limit));
  }

  private static List<Header> agent(Callback callback) {
    return callback.userAgent().isEmpty()
        ? List.of()
        : List.of(new Header("User-Agent", callback.userAgent()));
  }

  private static Verdict judge(Sent sent) {
    if (sent instanceof Sent.Refused refused) {
      return new Verdict.Refused(refused.why());
    }
    if (sent instanceof Sent.Failed failed) {
      return new Verdict.Again(failed.why());
    }
    int status = ((Sent.Answered) sent).status();
    String cause = "status " + status;
    if (status / 100 == 2 || status == 404 || status == 410) {
      return new Verdict.Taken();
    }
    boolean later = status / 100 != 4 || status == 408 || status == 425 || status == 429;
    return later ? new Verdict.Again(cause) : new Verdict.Rejected(cause);
  }
}
