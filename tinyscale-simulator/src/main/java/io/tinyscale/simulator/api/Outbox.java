package io.tinyscale.simulator.api;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends a server's callbacks on one thread. As on a real server, a slow receiver delays the others.
 * Safe for many threads.
 */
final class Outbox implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5000;

  private final Timer timer;
  private final List<Duration> retries;
  private volatile @Nullable HttpURLConnection current;

  /**
   * @param timer the timer of this outbox; {@link #close} ends it
   * @param retries how long to wait before each further attempt of {@link #getTwice}
   */
  Outbox(Timer timer, List<Duration> retries) {
    this.timer = timer;
    this.retries = List.copyOf(retries);
  }

  /**
   * Delivers by two GETs; the first is a probe that needs status 200. Tries again until both
   * succeed or the retries are used up.
   */
  void getTwice(String url) {
    timer.now(() -> attempt(url, 0));
  }

  private void attempt(String url, int failures) {
    boolean delivered =
        send("GET", url, Map.of("User-Agent", "Mozilla"), "") == 200
            && send("GET", url, Map.of("User-Agent", "Apache-HttpClient"), "") / 100 == 2;
    if (!delivered && failures < retries.size()) {
      timer.after(retries.get(failures), () -> attempt(url, failures + 1));
    }
  }

  /** Delivers by one POST and does not try again. */
  void post(String url, Map<String, String> headers, String body) {
    timer.now(() -> send("POST", url, headers, body));
  }

  /** The status of the answer; 0 if there is no answer. */
  private int send(String method, String url, Map<String, String> headers, String body) {
    @Nullable HttpURLConnection connection = null;
    try {
      if (!(URI.create(url).toURL().openConnection() instanceof HttpURLConnection http)) {
        return 0;
      }
      connection = http;
      current = http;
      http.setRequestMethod(method);
      http.setConnectTimeout(TIMEOUT_MILLIS);
      http.setReadTimeout(TIMEOUT_MILLIS);
      // With connections kept alive the JDK would keep a thread that close() cannot end.
      http.setRequestProperty("Connection", "close");
      headers.forEach(http::setRequestProperty);
      if (!body.isEmpty()) {
        http.setDoOutput(true);
        try (OutputStream out = http.getOutputStream()) {
          out.write(body.getBytes(StandardCharsets.UTF_8));
        }
      }
      return http.getResponseCode();
    } catch (IOException | IllegalArgumentException e) {
      // The receiver is absent or too slow, or the URL is malformed: not delivered.
      return 0;
    } finally {
      current = null;
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  /** Gives up callbacks that are not delivered yet. */
  @Override
  public void close() {
    timer.shutDown();
    HttpURLConnection connection = current;
    if (connection != null) {
      connection.disconnect();
    }
    timer.close();
  }
}
