package io.tinyscale.callback;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.Route;
import io.tinyscale.tenant.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A relay that takes no callbacks. A token names its kind, its number and its URL; one of another
 * tenant is taken for made up. Thread-safe.
 */
public class FakeRelay implements CallbackRelay {

  public static final String PREFIX =
      "https://lb.example.org/tiny/bigbluebutton/tinyscale/callback/";

  private static final Pattern CALLBACK =
      Pattern.compile("[era]1\\.house\\.[0-9]+\\.([A-Za-z0-9_-]+)");

  private static final Pattern HOOK =
      Pattern.compile(Pattern.quote(PREFIX) + "h1\\.house\\.([A-Za-z0-9_-]+)");

  private final AtomicInteger made = new AtomicInteger();
  private final List<String> meetings = new CopyOnWriteArrayList<>();
  private final AtomicInteger closed = new AtomicInteger();
  private volatile CallbackContext context;

  @Override
  public void start(CallbackContext told) {
    context = told;
  }

  /** What the balancer told it; null before the start. */
  public CallbackContext context() {
    return context;
  }

  /** How often it was closed. */
  public int closed() {
    return closed.get();
  }

  /** Whose creates had their callback URLs relayed, once for each URL. */
  public List<String> meetings() {
    return List.copyOf(meetings);
  }

  @Override
  public String prefix() {
    return PREFIX;
  }

  @Override
  public String callbackUrl(Tenant tenant, CallbackKind kind, String meetingId, String original) {
    meetings.add(meetingId);
    return callbackUrl(tenant.name(), kind, made.incrementAndGet(), original);
  }

  /** The URL in place of the callback URL that was relayed as this one. */
  public static String callbackUrl(String tenant, CallbackKind kind, int number, String original) {
    return PREFIX + kind.letter() + "1." + tenant + "." + number + "." + encoded(original);
  }

  @Override
  public Optional<String> originalCallback(String token) {
    return original(CALLBACK.matcher(token));
  }

  @Override
  public String hookUrl(Tenant tenant, String original) {
    return hookUrl(tenant.name(), original);
  }

  /** The URL in place of a webhook's. */
  public static String hookUrl(String tenant, String original) {
    return PREFIX + "h1." + tenant + "." + encoded(original);
  }

  @Override
  public Optional<String> originalHook(String registered) {
    return original(HOOK.matcher(registered));
  }

  private static String encoded(String url) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(url.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> original(Matcher token) {
    try {
      return token.matches()
          ? Optional.of(
              new String(Base64.getUrlDecoder().decode(token.group(1)), StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  @Override
  public Route route() {
    return rawPath ->
        rawPath.startsWith(RelaySettings.PATH)
            ? Optional.of(
                (request, caller) ->
                    CompletableFuture.completedStage(HttpAnswer.text(200, "taken\n")))
            : Optional.empty();
  }

  @Override
  public CallbackStatus status() {
    return new CallbackStatus(
        made.get(),
        Duration.ZERO,
        List.of(
            new CallbackStatus.Count(CallbackKind.ENDED, CallbackOutcome.DELIVERED, made.get())));
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
