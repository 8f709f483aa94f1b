package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedPool;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The WAR dropped into servlet containers. */
@Tag("slow")
class DeployedWarIT {

  private static final String SECRET = "hKq8sFk2pZ4711";

  @TempDir private Path folder;

  private SimulatedPool pool;
  private Path poolFile;

  @BeforeEach
  void startServers() {
    pool = SimulatedPool.start(2, server -> server.webhooks(true));
    poolFile = PoolFiles.write(folder, pool);
  }

  @AfterEach
  void stopServers() {
    pool.close();
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void servesAsTheRootWithTheEnvironmentsConfiguration(Container container) throws Exception {
    try (Container.Running running = container.start(base(), "ROOT", Map.of(), environment())) {
      URI api = running.awaitApi();

      MeetingScenario.play(new SigningClient(api, SECRET), pool, "as-root");
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void answersEveryCall(Container container) throws Exception {
    try (Container.Running running = container.start(base(), "ROOT", Map.of(), environment())) {
      EveryCall.play(new SigningClient(running.awaitApi(), SECRET), pool);
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void servesUnderAContextPathWithSystemProperties(Container container) throws Exception {
    Map<String, String> properties =
        Map.of(
            "tinyscale.secret",
            SECRET,
            "tinyscale.servers",
            poolFile.toString(),
            "tinyscale.admin.path",
            "/ops");
    try (Container.Running running = container.start(base(), "tinyscale", properties, Map.of())) {
      URI api = running.awaitApi();

      MeetingScenario.play(new SigningClient(api, SECRET), pool, "in-context");
      URI live = URI.create(running.awaitUp() + "/health/live");
      SigningClient client = new SigningClient(api, SECRET);
      assertThat(client.get(live).body()).isEqualTo("{\"status\":\"live\"}\n");
      assertThat(client.get(URI.create(running.awaitUp() + "/ops/health/pool")).statusCode())
          .isEqualTo(200);
      assertThat(client.get(URI.create(running.awaitUp() + "/ops/metrics")).body())
          .contains("tinyscale_calls_total{call=\"create\",outcome=\"ok\"} 1.0\n");
      assertThat(client.get(URI.create(running.awaitUp() + "/metrics")).statusCode())
          .isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void servesNothingOfItsOwnFile(Container container) throws Exception {
    try (Container.Running running =
        container.start(base(), "tinyscale", Map.of(), environment())) {
      URI root = running.awaitUp();

      for (String path :
          List.of(
              "/",
              "/index.html",
              "/io/tinyscale/launcher/Main.class",
              "/picocli/CommandLine.class",
              "/org/eclipse/jetty/server/Server.class",
              "/META-INF/MANIFEST.MF",
              "/WEB-INF/web.xml",
              "/WEB-INF/lib/",
              "/bigbluebuttons",
              "/bigbluebutton/apis/create",
              "/api/create")) {
        HttpResponse<String> answer = new SigningClient(root, SECRET).get(URI.create(root + path));
        assertThat(answer.statusCode()).as(path).isEqualTo(404);
        if (!path.contains("-INF/")) {
          // Those paths the container refuses before any filter.
          assertThat(answer.headers().allValues("X-Request-ID")).as(path).hasSize(1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void failsTheDeploymentWithEveryProblemInTheLog(Container container) throws Exception {
    Map<String, String> environment =
        Map.of("TINYSCALE_SERVERS", poolFile.toString(), "TINYSCALE_STRICT", "yes");
    try (Container.Running running = container.start(base(), "ROOT", Map.of(), environment)) {

      running.process().awaitOutput("tinyscale.start-failed problem=\"secret: missing");
      running
          .process()
          .awaitOutput(
              "tinyscale.start-failed problem=\"strict: yes in TINYSCALE_STRICT, the environment");
    }
  }

  /** Not in Jetty: the JDK's log, which it uses here, is closed as soon as the process is told. */
  @ParameterizedTest
  @EnumSource(
      value = Container.class,
      names = {"TOMCAT_10", "TOMCAT_11"})
  void logsItsStartAndItsEnd(Container container) throws Exception {
    try (Container.Running running = container.start(base(), "ROOT", Map.of(), environment())) {
      running.awaitApi();
      running.process().awaitOutput("tinyscale\\.started up=2 servers=2");

      running.process().terminate();

      running.process().awaitExit();
      assertThat(running.process().out() + running.process().err())
          .containsOnlyOnce("tinyscale.started")
          .containsOnlyOnce("tinyscale.stopped");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Container.class,
      names = {"TOMCAT_10", "TOMCAT_11"})
  void leavesNothingBehindWhenItIsStopped(Container container) throws Exception {
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("TINYSCALE_ADMIN_PATH", "/ops");
    try (Container.Running running = container.start(base(), "ROOT", Map.of(), environment)) {
      SigningClient client = new SigningClient(running.awaitApi(), SECRET);
      SigningClient.assertSuccess(client.call("getMeetings", ""));
      URI metrics = URI.create(running.awaitUp() + "/ops/metrics");
      assertThat(client.get(metrics).statusCode()).isEqualTo(200);

      running.process().terminate();

      running.process().awaitExit();
      // Tomcat looks for threads and thread locals of a stopped webapp.
      assertThat(running.process().err())
          .contains("Stopping service [Catalina]")
          .doesNotContain("has failed to stop it")
          .doesNotContain("has failed to remove it")
          .doesNotContain("SEVERE")
          .doesNotContain(SECRET);
    }
  }

  private Path base() throws Exception {
    return Files.createDirectories(folder.resolve("base"));
  }

  private Map<String, String> environment() {
    return Map.of("TINYSCALE_SECRET", SECRET, "TINYSCALE_SERVERS", poolFile.toString());
  }
}
