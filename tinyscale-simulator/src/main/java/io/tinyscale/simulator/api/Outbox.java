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
 * Sends a server's callbacks, all on one thread: a slow receiver holds up the others, as on a real
 * server. Safe for many threads.
 */
final class Outbox implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5000;

  private final Timer timer;
  private final List<Duration> retries;
  private volatile @Nullable HttpURLConnection current;

  /**
   * @param timer of this outbox alone, ended by {@link #close}
   * @param retries how long to wait before each further attempt of what may be repeated
   */
  Outbox(Timer timer, List<Duration> retries) {
    this.timer = timer;
    this.retries = List.copyOf(retries);
  }

  /**
   * Delivers by two GETs, the first one a probe that accepts status 200 alone. Repeated until both
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

  /** Delivers by one POST, once, whatever comes of it. */
  void post(String url, Map<String, String> headers, String body) {
    timer.now(() -> send("POST", url, headers, body));
  }

  /** The status, 0 where there is none. */
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
      // Keeping connections would keep a thread of the JDK's that close() cannot end.
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
      // Nobody there, no answer in time or no URL at all: not delivered.
      return 0;
    } finally {
      current = null;
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  /** Gives up what is not delivered yet. */
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
