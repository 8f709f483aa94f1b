package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Hashes;
import io.tinyscale.simulator.http.HttpSender;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Delivers events to the registered webhooks, as bbb-webhooks does. Each webhook gets its events
 * one after the other, so that a slow receiver delays only its own. A delivery that fails is
 * repeated with the same body; after the last repetition the webhook is removed. Safe for many
 * threads.
 */
final class Webhooks implements AutoCloseable {
  /** How long bbb-webhooks waits before each repetition: about five minutes altogether. */
  static final List<Duration> WAITS =
      LongStream.of(
              100, 500, 1000, 2000, 4000, 8000, 10_000, 30_000, 60_000, 60_000, 60_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toList();

  private static final String FORM = "application/x-www-form-urlencoded;charset=UTF-8";

  private final Hooks hooks;
  private final HttpSender sender;
  private final Timer timer;
  private final Waits waits;
  private final Duration timeout;
  private final HookSigning signing;
  private final String secret;
  private final String domain;
  private final InstantSource clock;

  /** The bodies that a webhook still has to get, by its id. The first one is under way. */
  private final Map<String, Queue<String>> queues = new HashMap<>();

  /**
   * @param timer runs deliveries; as many webhooks as it has threads get events at the same time
   * @param timeout how long the receiver may take for one answer
   * @param domain the server's host, as deliveries name it
   */
  Webhooks(
      Hooks hooks,
      HttpSender sender,
      Timer timer,
      Waits waits,
      Duration timeout,
      HookSigning signing,
      String secret,
      String domain,
      InstantSource clock) {
    this.hooks = hooks;
    this.sender = sender;
    this.timer = timer;
    this.waits = waits;
    this.timeout = timeout;
    this.signing = signing;
    this.secret = secret;
    this.domain = domain;
    this.clock = clock;
  }

  /** Tells an event to each webhook that wants it, in the form that the webhook wants. */
  void tell(Supplier<HookEvent> making) {
    List<Hooks.Hook> all = hooks.all();
    if (all.isEmpty()) {
      return;
    }
    HookEvent event = making.get();
    long now = clock.millis();
    for (Hooks.Hook hook : all) {
      if (hook.wants(event)) {
        Map<String, Object> form = hook.rawData() ? event.raw(now) : event.mapped(now);
        enqueue(hook, body(domain, Json.of(List.of(form)), now));
      }
    }
  }

  private synchronized void enqueue(Hooks.Hook hook, String body) {
    Queue<String> queue = queues.computeIfAbsent(hook.id(), id -> new ArrayDeque<>());
    queue.add(body);
    if (queue.size() == 1) {
      timer.now(() -> attempt(hook, body, 0));
    }
  }

  private void attempt(Hooks.Hook hook, String body, int failures) {
    if (!hooks.contains(hook.id())) {
      forget(hook);
      return;
    }
    int status = deliver(hook.callbackUrl(), body);
    // A receiver that answers 401 has got the event and does not want it.
    if (status / 100 == 2 || status == 401) {
      next(hook);
    } else if (failures < WAITS.size()) {
      timer.after(waits.of(WAITS.get(failures)), () -> attempt(hook, body, failures + 1));
    } else {
      hooks.remove(hook.id());
      forget(hook);
    }
  }

  private int deliver(String url, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", FORM);
    headers.put("Accept", "*/*");
    headers.put("User-Agent", "node-fetch");
    if (signing == HookSigning.BEARER) {
      headers.put("Authorization", "Bearer " + secret);
      return sender.post(url, headers, body, timeout).status();
    }
    return sender
        .post(signed(url, body, signing.digest(), secret), headers, body, timeout)
        .status();
  }

  private synchronized void next(Hooks.Hook hook) {
    Queue<String> queue = queues.get(hook.id());
    if (queue == null) {
      return;
    }
    queue.remove();
    String body = queue.peek();
    if (body == null) {
      queues.remove(hook.id());
    } else {
      timer.now(() -> attempt(hook, body, 0));
    }
  }

  private synchronized void forget(Hooks.Hook hook) {
    queues.remove(hook.id());
  }

  static String body(String domain, String events, long timestamp) {
    return "domain=" + encode(domain) + "&event=" + encode(events) + "&timestamp=" + timestamp;
  }

  /** The registered URL with a checksum of the URL, the body and the secret. */
  static String signed(String callbackUrl, String body, String digest, String secret) {
    byte[] signed = (callbackUrl + body + secret).getBytes(StandardCharsets.UTF_8);
    return callbackUrl
        + (callbackUrl.contains("?") ? "&" : "?")
        + "checksum="
        + Hashes.hex(digest, signed);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Drops deliveries that are still to come. */
  @Override
  public void close() {
    timer.close();
  }
}
