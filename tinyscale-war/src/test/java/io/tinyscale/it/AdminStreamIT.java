package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream of the admin API of {@code java -jar tinyscale.war}, over real sockets. */
class AdminStreamIT {

  private static final int MOST_STREAMS = 32;

  @TempDir private Path folder;

  private RunningDoor running;
  private final List<Stream> streams = new ArrayList<>();

  @BeforeEach
  void start() {
    running = new RunningDoor(folder);
  }

  @AfterEach
  void stop() throws IOException {
    for (Stream stream : streams) {
      stream.socket.close();
    }
    running.close();
  }

  /** One listener. */
  private static final class Stream {

    private final Socket socket;
    private final BufferedReader in;
    private final String statusLine;

    Stream(URI door, String token) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), door.getPort());
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/stream HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer "
                      + token
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      statusLine = in.readLine();
      for (String field = in.readLine(); !field.isEmpty(); field = in.readLine()) {
        // The rest of the head.
      }
    }

    /** The next message of a kind. */
    JsonObject next(String event) throws IOException {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("event: " + event)) {
          return JsonParser.parseString(in.readLine().substring("data: ".length()))
              .getAsJsonObject();
        }
      }
      throw new AssertionError("the stream has ended");
    }

    /** Reads to the end. */
    void readToEnd() throws IOException {
      while (in.readLine() != null) {
        // Until it ends.
      }
    }
  }

  private Stream open(String token) throws IOException {
    Stream stream = new Stream(running.door(), token);
    streams.add(stream);
    return stream;
  }

  @Test
  void tellsTheStatusAtOnceAndEachChange() throws Exception {
    Stream stream = open(RunningDoor.READ);
    assertThat(stream.statusLine).contains(" 200 ");
    assertThat(stream.next("status").getAsJsonArray("servers")).hasSize(2);

    running
        .admin()
        .put("/servers/" + running.server(0).name() + "/state", "{\"state\":\"cordoned\"}");

    JsonObject changed = stream.next("log");
    while (!changed.get("name").getAsString().equals("pool.changed")) {
      changed = stream.next("log");
    }
    JsonObject status = stream.next("status");
    while (status.getAsJsonObject("totals").get("enabled").getAsInt() != 1) {
      status = stream.next("status");
    }
    assertThat(status.getAsJsonObject("totals").get("available").getAsInt()).isEqualTo(1);
  }

  @Test
  void speaksEveryTwoSecondsEvenIfNothingChanges() throws Exception {
    running.close();
    // Each sweep is news: here there are none for a while.
    running = new RunningDoor(folder, "TINYSCALE_HEALTH_INTERVAL", "60s");
    Stream stream = open(RunningDoor.READ);
    stream.socket.setSoTimeout(5_000);
    int still = 0;
    for (int i = 0; i < 1_000 && still < 2; i++) {
      String line = stream.in.readLine();
      assertThat(line).isNotNull();
      still += line.equals(": still") ? 1 : 0;
    }
    assertThat(still).isEqualTo(2);
  }

  @Test
  void refusesOneStreamTooManyUntilAnotherHasEnded() throws Exception {
    for (int i = 0; i < MOST_STREAMS; i++) {
      assertThat(open(RunningDoor.READ).statusLine).contains(" 200 ");
    }

    AdminCaller.Answer refused = running.admin().begin("/stream");
    assertThat(refused.problem()).isEqualTo("too-many-streams");
    assertThat(refused.http().headers().firstValue("Retry-After")).contains("5");
    assertThat(running.admin().get("/status").status()).isEqualTo(200);

    streams.get(0).socket.close();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> open(RunningDoor.READ).statusLine.contains(" 200 "));
  }

  @Test
  void aReaderThatStopsReadingHindersNobody() throws Exception {
    open(RunningDoor.READ);
    Stream other = open(RunningDoor.READ);
    other.next("status");
    for (int i = 0; i < 5; i++) {
      String state = i % 2 == 0 ? "cordoned" : "enabled";
      running
          .admin()
          .put("/servers/" + running.server(0).name() + "/state", "{\"state\":\"" + state + "\"}");
      int enabled = i % 2 == 0 ? 1 : 2;
      while (other.next("status").getAsJsonObject("totals").get("enabled").getAsInt() != enabled) {
        // An older status.
      }
    }
  }

  @Test
  void endsWhenItsTokenIsTakenAway() throws Exception {
    Stream anna = open(RunningDoor.ADMIN);
    Stream grafana = open(RunningDoor.READ);
    grafana.next("status");

    running.writeTokens("anna admin " + RunningDoor.ADMIN + "\n");

    grafana.readToEnd();
    assertThat(running.admin().with(RunningDoor.READ).get("/status").status()).isEqualTo(401);
    anna.next("status");
    assertThat(running.admin().get("/status").status()).isEqualTo(200);
  }

  @Test
  void endsWithinASecondOfTheStop() throws Exception {
    Stream stream = open(RunningDoor.READ);
    stream.next("status");
    long begun = System.nanoTime();

    running.process().terminate();
    stream.readToEnd();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    assertThat(running.process().awaitExit()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
  }
}
