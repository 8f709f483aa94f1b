package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream of the admin API of {@code java -jar tinyscale.war}, over real sockets. */
@Tag("slow")
class AdminStreamIT {

  private static final int MOST_STREAMS = 32;

  @TempDir private Path folder;

  private RunningDoor running;
  private final List<AdminStream> streams = new ArrayList<>();

  @BeforeEach
  void start() {
    running = new RunningDoor(folder);
  }

  @AfterEach
  void stop() throws IOException {
    for (AdminStream stream : streams) {
      stream.close();
    }
    running.close();
  }

  private AdminStream open(String token) throws IOException {
    AdminStream stream = new AdminStream(running.door(), token);
    streams.add(stream);
    return stream;
  }

  @Test
  void tellsTheStatusAtOnceAndEachChange() throws Exception {
    AdminStream stream = open(RunningDoor.READ);
    assertThat(stream.statusLine()).contains(" 200 ");
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
    AdminStream stream = open(RunningDoor.READ);
    stream.patience(Duration.ofSeconds(10));
    stream.awaitStill();
    stream.awaitStill();
  }

  @Test
  void refusesOneStreamTooManyUntilAnotherHasEnded() throws Exception {
    for (int i = 0; i < MOST_STREAMS; i++) {
      assertThat(open(RunningDoor.READ).statusLine()).contains(" 200 ");
    }

    AdminCaller.Answer refused = running.admin().begin("/stream");
    assertThat(refused.problem()).isEqualTo("too-many-streams");
    assertThat(refused.http().headers().firstValue("Retry-After")).contains("5");
    assertThat(running.admin().get("/status").status()).isEqualTo(200);

    streams.get(0).close();
    await().until(() -> open(RunningDoor.READ).statusLine().contains(" 200 "));
  }

  @Test
  void aReaderThatStopsReadingHindersNobody() throws Exception {
    open(RunningDoor.READ);
    AdminStream other = open(RunningDoor.READ);
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
    AdminStream anna = open(RunningDoor.ADMIN);
    AdminStream grafana = open(RunningDoor.READ);
    grafana.next("status");

    running.writeTokens("anna admin " + RunningDoor.ADMIN + "\n");

    grafana.readToEnd();
    assertThat(running.admin().with(RunningDoor.READ).get("/status").status()).isEqualTo(401);
    anna.next("status");
    assertThat(running.admin().get("/status").status()).isEqualTo(200);
  }

  @Test
  void endsWithinASecondOfTheStop() throws Exception {
    Tries.assertOneOfThree(this::stopAndStart, Duration.ofSeconds(1));
  }

  /** How long a stream goes on after a stop. */
  private Duration stopAndStart() throws IOException {
    AdminStream stream = open(RunningDoor.READ);
    stream.next("status");
    long begun = System.nanoTime();

    running.process().terminate();
    stream.readToEnd();

    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertThat(running.process().awaitExit()).isZero();
    running.restart();
    return took;
  }

  @Test
  void endsAtOnceAndOpensNoMoreWhileCallsAreStillTaken() throws Exception {
    running.close();
    running = new RunningDoor(folder, "TINYSCALE_STOP_WAIT", "10s");
    AdminStream stream = open(RunningDoor.READ);
    stream.next("status");

    running.process().terminate();
    stream.readToEnd();

    assertThat(running.admin().get("/stream").problem()).isEqualTo("stopping");
    running.create("math");
    assertThat(running.process().awaitExit()).isZero();
  }
}
