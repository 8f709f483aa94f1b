package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.HttpSender;
import io.tinyscale.simulator.http.Response;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What one BigBlueButton server does behind its HTTP port: it keeps meetings, recordings and
 * webhooks, answers calls and sends callbacks. Safe for many threads.
 */
public final class BigBlueButton implements AutoCloseable {
  /** The name of the API's root in counters and faults; the root has no name on the wire. */
  public static final String ROOT = "root";

  private static final int HOOKS_AT_ONCE = 8;

  private final Timer timer;
  private final HttpSender sender = new HttpSender();
  private final Callbacks callbacks;
  private final SimulatedMeetings meetings;
  private final ApiRouter router;
  private final ApiRouter routerWithWrongSecret;
  private final ClientPage clientPage;

  /**
   * @param host the server's own host and port
   * @param origin scheme, host and port, as a browser reaches the server
   * @param listener hears of each event before the front ends do
   */
  public BigBlueButton(Settings settings, String host, String origin, MeetingEvents listener) {
    this.timer = new Timer(settings.name() + "-timer");
    Tokens tokens = new Tokens(new SecureRandom());
    SimulatedRecordings recordings = new SimulatedRecordings();
    Hooks hooks = new Hooks();
    InstantSource clock = InstantSource.system();
    this.callbacks = callbacks(settings, hooks, host, clock);
    MeetingEvents events = listener.andThen(callbacks);
    this.meetings = new SimulatedMeetings(settings, recordings, clock, timer, tokens, events);
    ServerState state = new ServerState(meetings, recordings, hooks, events, origin, tokens);
    this.router = router(settings, settings.secret(), state);
    this.routerWithWrongSecret = router(settings, tokens.secret(), state);
    this.clientPage = new ClientPage(settings.name(), meetings);
  }

  private Callbacks callbacks(Settings settings, Hooks hooks, String host, InstantSource clock) {
    String name = settings.name();
    Waits waits = new Waits(settings.callbackWaits());
    return new Callbacks(
        new EndCallbacks(sender, new Timer(name + "-callbacks"), waits, settings.callbackTimeout()),
        new RecordingScripts(sender, new Timer(name + "-scripts"), settings.secret(), clock),
        new Webhooks(
            hooks,
            sender,
            new Timer(name + "-webhooks", HOOKS_AT_ONCE),
            waits,
            settings.callbackTimeout(),
            settings.hookSigning(),
            settings.secret(),
            host,
            clock));
  }

  private static ApiRouter router(Settings settings, String secret, ServerState state) {
    Checksums checksums = new Checksums(secret, settings.profile(), settings.algorithms());
    return new ApiRouter(settings, checksums, state);
  }

  public SimulatedMeetings meetings() {
    return meetings;
  }

  /** Answers a call; a call that does not exist gets the web server's 404 page. */
  public Response answer(HttpRequest request, String call) throws IOException {
    return router.answer(request, call);
  }

  /** Answers as if the server had another secret. */
  public Response answerWithWrongSecret(HttpRequest request, String call) throws IOException {
    return routerWithWrongSecret.answer(request, call);
  }

  /** The page that join leads a browser to. */
  public Response clientPage(HttpRequest request) {
    return clientPage.answer(request);
  }

  /** Drops callbacks that are not delivered yet and ends the server's threads. */
  @Override
  public void close() {
    sender.close();
    callbacks.close();
    timer.close();
  }
}
