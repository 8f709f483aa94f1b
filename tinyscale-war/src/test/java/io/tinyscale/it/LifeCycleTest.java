package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import io.tinyscale.config.ConfigException;
import io.tinyscale.servlet.TinyscaleFilter;
import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import jakarta.servlet.ServletException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter starts and stops, with and without errors. */
class LifeCycleTest {

  @TempDir Path directory;
  private final SimulatedServer server = SimulatedServer.builder().name("one").start();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void leavesNoThreadAndNoSocketAfterFiftyRounds() throws Exception {
    for (int round = 0; round < 50; round++) {
      try (RunningFilter filter =
          RunningFilter.start(TestContainer.Kind.JETTY, directory, List.of(server))) {
        assertThat(filter.frontEnd().call("create", "name=Room&meetingID=room-" + round))
            .contains("SUCCESS");
      }
      assertThat(ourThreads()).as("round " + round).isEmpty();
    }
    await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
  }

  @Test
  void leavesNothingAfterAStartThatFailed() throws Exception {
    server.close();

    Assertions.assertThatThrownBy(
            () -> RunningFilter.start(TestContainer.Kind.JETTY, directory, List.of(server)).close())
        .hasStackTraceContaining("Connection refused");
    assertThat(ourThreads()).isEmpty();
  }

  @Test
  void runsTwiceInOneJvmWithoutSharing() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    try (SimulatedServer other = SimulatedServer.builder().name("other").start();
        RunningFilter first =
            RunningFilter.start(TestContainer.Kind.JETTY, directory, List.of(server));
        RunningFilter second =
            RunningFilter.start(TestContainer.Kind.JETTY, elsewhere, List.of(other))) {
      first.frontEnd().call("create", "name=Room&meetingID=math");
      second.frontEnd().call("create", "name=Room&meetingID=math");

      assertThat(server.meetings().contains("math")).isTrue();
      assertThat(other.meetings().contains("math")).isTrue();
    }
  }

  @Test
  void reportsEveryMistakeOfTheConfigurationAtOnce() {
    TinyscaleFilter filter = new TinyscaleFilter();
    RunningFilter.Configured configured =
        new RunningFilter.Configured(
            filter,
            Map.of(
                "tinyscale.servers",
                directory.resolve("missing.json").toString(),
                "tinyscale.health.interval",
                "soon",
                "tinyscale.healt.timeout",
                "5s"));

    Assertions.assertThatThrownBy(() -> TestContainer.Kind.JETTY.start(configured))
        .hasRootCauseInstanceOf(ConfigException.class)
        .hasStackTraceContaining(ServletException.class.getName())
        .hasStackTraceContaining("secret: missing")
        .hasStackTraceContaining("missing.json")
        .hasStackTraceContaining("health.interval: soon")
        .hasStackTraceContaining("healt.timeout");
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void knowsTheMeetingsBeforeTheFirstAnswer(TestContainer.Kind kind) throws Exception {
    server.meetings().create("made-before");
    try (RunningFilter filter = RunningFilter.start(kind, directory, List.of(server))) {
      assertThat(filter.frontEnd().call("isMeetingRunning", "meetingID=made-before"))
          .contains("SUCCESS");

      assertThat(server.requests())
          .extracting(ReceivedRequest::call)
          .as("nobody had to ask where it is")
          .startsWith("getMeetings")
          .doesNotContain("getMeetingInfo")
          .contains("isMeetingRunning");
    }
  }

  @ParameterizedTest
  @EnumSource(value = TestContainer.Kind.class, names = "JETTY_ALONE", mode = EXCLUDE)
  void finishesCallsUnderWayWhenItIsUndeployed(TestContainer.Kind kind) throws Exception {
    server.meetings().create("math");
    try (RunningFilter filter =
        RunningFilter.start(kind, Duration.ofSeconds(30), directory, List.of(server))) {
      server.fault("getMeetingInfo", Fault.delay(Duration.ofSeconds(4)));
      CompletableFuture<HttpResponse<String>> call =
          filter.frontEnd().getAsync(filter.frontEnd().signed("getMeetingInfo", "meetingID=math"));
      await().until(() -> server.received("getMeetingInfo") == 1);

      filter.undeploy(Duration.ofSeconds(30));

      assertThat(call.join().body()).contains("SUCCESS", "<meetingID>math</meetingID>");
      assertThat(ourThreads()).isEmpty();
    }
    await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
  }

  @ParameterizedTest
  @EnumSource(value = TestContainer.Kind.class, names = "JETTY_ALONE", mode = EXCLUDE)
  void cancelsCallsThatOutlastTheGraceTime(TestContainer.Kind kind) throws Exception {
    server.meetings().create("math");
    try (RunningFilter filter =
        RunningFilter.start(kind, Duration.ofMillis(500), directory, List.of(server))) {
      server.fault("getMeetingInfo", Fault.stall());
      CompletableFuture<HttpResponse<String>> call =
          filter.frontEnd().getAsync(filter.frontEnd().signed("getMeetingInfo", "meetingID=math"));
      await().until(() -> server.received("getMeetingInfo") == 1);

      filter.undeploy(Duration.ofMillis(500));

      assertThat(ourThreads()).isEmpty();
      await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
      // The call is answered or cut, as the container decides; it does not hang.
      await().until(call::isDone);
    }
  }

  private static Set<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("tinyscale-"))
        .collect(Collectors.toSet());
  }
}
