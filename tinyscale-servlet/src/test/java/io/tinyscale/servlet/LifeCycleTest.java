package io.tinyscale.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.config.ConfigException;
import io.tinyscale.simulator.SimulatedServer;
import jakarta.servlet.ServletException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter is started and stopped, well and badly. */
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

  private static Set<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("tinyscale-"))
        .collect(Collectors.toSet());
  }
}
