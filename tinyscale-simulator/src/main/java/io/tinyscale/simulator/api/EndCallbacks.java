package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.HttpSender;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tells front ends that a meeting has ended, as bbb-web does: on one thread, so that a slow
 * receiver delays all others, and with two requests for each delivery. The first request is a probe
 * that needs status 200.
 */
final class EndCallbacks implements AutoCloseable {
  /** How long bbb-web waits before each further delivery. */
  static final List<Duration> WAITS = Stream.of(30, 60, 120, 300).map(Duration::ofSeconds).toList();

  private static final int MAX_REDIRECTS = 5;
  private static final Map<String, String> PROBE =
      Map.of("User-Agent", "Mozilla", "Accept-Language", "en-US,en;q=0.8");
  private static final Map<String, String> CALL =
      Map.of("User-Agent", "Apache-HttpAsyncClient/4.1.5 (Java/17)");

  private final HttpSender sender;
  private final Timer timer;
  private final Waits waits;
  private final Duration timeout;

  /**
   * @param timeout how long the receiver may take for one answer
   */
  EndCallbacks(HttpSender sender, Timer timer, Waits waits, Duration timeout) {
    this.sender = sender;
    this.timer = timer;
    this.waits = waits;
    this.timeout = timeout;
  }

  /** Calls the URL in the metadata and the URL in {@code meetingEndedURL}. Breakouts have none. */
  void ended(SimulatedMeeting meeting) {
    if (meeting.isBreakout()) {
      return;
    }
    String url = meeting.orderedMetadata().get("endcallbackurl");
    if (url != null) {
      deliver(withParameters(url, meeting.isRecorded(), meeting.meetingId()));
    }
    // This URL is called as it is: the server adds no parameters.
    meeting.given("meetingEndedURL").ifPresent(this::deliver);
  }

  /** The query that the URL already has stays in front of the new parameters. */
  static String withParameters(String url, boolean recordingMarks, String meetingId) {
    int fragment = url.indexOf('#');
    String target = fragment < 0 ? url : url.substring(0, fragment);
    String separator = target.contains("?") ? "&" : "?";
    if (target.endsWith("?") || target.endsWith("&")) {
      separator = "";
    }
    return target
        + separator
        + "recordingmarks="
        + recordingMarks
        + "&meetingID="
        + URLEncoder.encode(meetingId, StandardCharsets.UTF_8);
  }

  private void deliver(String url) {
    timer.now(() -> attempt(url, 0));
  }

  private void attempt(String url, int failures) {
    boolean delivered = follow(url, PROBE).status() == 200 && follow(url, CALL).ok();
    if (!delivered && failures < WAITS.size()) {
      timer.after(waits.of(WAITS.get(failures)), () -> attempt(url, failures + 1));
    }
  }

  private HttpSender.Reply follow(String url, Map<String, String> headers) {
    HttpSender.Reply reply = sender.get(url, headers, timeout);
    for (int i = 0; i < MAX_REDIRECTS && reply.redirects(); i++) {
      reply = sender.get(reply.location().orElseThrow(), headers, timeout);
    }
    return reply;
  }

  /** Drops deliveries that are still to come. */
  @Override
  public void close() {
    timer.close();
  }
}
