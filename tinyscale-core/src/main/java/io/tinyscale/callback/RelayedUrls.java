package io.tinyscale.callback;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OnceAMinute;
import io.tinyscale.tenant.Tenant;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Servers get URLs of a relay in place of the front ends' own. A callback URL that the relay cannot
 * call stays as it is. A URL of the relay itself, which only another front end's answers could have
 * shown, reaches no server. Thread-safe.
 */
public final class RelayedUrls implements CallbackUrls {

  private static final String METADATA = "meta_";

  /** Names of metadata in lower case: BBB knows no other. */
  private static final Map<String, CallbackKind> IN_METADATA =
      Map.of(
          "meta_endcallbackurl", CallbackKind.ENDED,
          "meta_bbb-recording-ready-url", CallbackKind.RECORDING_READY,
          "meta_bn-recording-ready-url", CallbackKind.RECORDING_READY,
          "meta_canvas-recording-ready-url", CallbackKind.RECORDING_READY,
          "meta_analytics-callback-url", CallbackKind.ANALYTICS);

  private static final String ENDED_URL = "meetingEndedURL";

  /**
   * A URL of the relay for a webhook, also from the time when {@code relay.url} was another one.
   */
  private static final Pattern HOOK_URL =
      Pattern.compile(
          "(?i:https?)://[^?#]*"
              + Pattern.quote(RelaySettings.PATH)
              + "(?<token>"
              + CallbackKind.WEBHOOK.letter()
              + "1\\.[A-Za-z0-9._-]+)");

  private final CallbackRelay relay;
  private final RelayAddress address;
  private final GatewayObserver observer;
  private final OnceAMinute left;
  private final OnceAMinute refused;
  private final Literal prefix;

  /**
   * The URLs of this relay.
   *
   * @param nanoClock as {@link System#nanoTime()}
   */
  public RelayedUrls(CallbackRelay relay, GatewayObserver observer, LongSupplier nanoClock) {
    this.relay = relay;
    this.address = RelayAddress.of(relay.prefix());
    this.observer = observer;
    this.left = new OnceAMinute(nanoClock);
    this.refused = new OnceAMinute(nanoClock);
    this.prefix = new Literal(relay.prefix());
  }

  @Override
  public boolean areRelayed() {
    return true;
  }

  @Override
  public QueryString inCreate(Tenant tenant, QueryString parameters) {
    String meetingId = parameters.first("meetingID").map(String::trim).orElse("");
    return parameters.edited(
        name -> kindOf(name) != null, (name, value) -> ofParameter(tenant, meetingId, name, value));
  }

  private static @Nullable CallbackKind kindOf(String name) {
    if (name.equals(ENDED_URL)) {
      return CallbackKind.ENDED;
    }
    return name.regionMatches(true, 0, METADATA, 0, METADATA.length())
        ? IN_METADATA.get(name.toLowerCase(Locale.ROOT))
        : null;
  }

  private Optional<String> ofParameter(Tenant tenant, String meetingId, String name, String value) {
    CallbackKind kind = kindOf(name);
    if (kind == null || value.isBlank()) {
      return Optional.of(value);
    }
    return toServer(tenant, kind, value, url -> relay.callbackUrl(tenant, kind, meetingId, url));
  }

  @Override
  public Optional<String> ofHook(Tenant tenant, String original) {
    return toServer(tenant, CallbackKind.WEBHOOK, original, url -> relay.hookUrl(tenant, url));
  }

  private Optional<String> toServer(
      Tenant tenant, CallbackKind kind, String original, UnaryOperator<String> relayed) {
    String url = original.trim();
    Optional<String> obstacle = CallableUrl.obstacle(url);
    if (obstacle.isPresent() ? address.isNamedIn(url) : address.isOf(url)) {
      long count = refused.count();
      if (count > 0) {
        observer.callbackOfRelay(tenant.name(), kind, count);
      }
      return Optional.empty();
    }
    if (obstacle.isEmpty()) {
      return Optional.of(relayed.apply(url));
    }
    long count = left.count();
    if (count > 0) {
      observer.callbackLeft(tenant.name(), kind, obstacle.get(), count);
    }
    return Optional.of(original);
  }

  @Override
  public Hook ofFrontEnd(Hook registered) {
    Matcher url = HOOK_URL.matcher(registered.registeredUrl().trim());
    if (!url.matches()) {
      return registered;
    }
    String now = relay.prefix() + url.group("token");
    return relay
        .originalHook(now)
        .map(original -> registered.relayedTo(original, now))
        .orElse(registered);
  }

  @Override
  public Body inAnswer(Body answer) {
    Optional<byte[]> whole = answer.bytes();
    if (whole.isPresent()) {
      byte[] edited = inItem(whole.get());
      return edited == whole.get() ? answer : Body.of(edited);
    }
    return new Body(-1, new OriginalContent(answer.content(), this::filter));
  }

  @Override
  public byte[] inItem(byte[] xml) {
    if (prefix.indexIn(xml, 0, xml.length) < 0) {
      return xml;
    }
    ByteBuffer edited = filter().last(xml, 0, xml.length);
    byte[] bytes = new byte[edited.remaining()];
    edited.get(bytes);
    return bytes;
  }

  private UrlFilter filter() {
    return new UrlFilter(prefix, relay::originalCallback);
  }
}
