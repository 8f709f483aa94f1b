package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples for users of the WAR: the start script, and an extension in Tomcat. */
class ExamplesIT {

  private static final Path EXAMPLES = Path.of(System.getProperty("it.examples"));

  @TempDir private Path folder;

  private SimulatedPool pool;

  @BeforeEach
  void startServers() throws Exception {
    pool = SimulatedPool.start(2);
    PoolFiles.write(folder, pool);
  }

  @AfterEach
  void stopServers() {
    pool.close();
  }

  @Test
  void theStartScriptMakesASecretAndServes() throws Exception {
    Path script = EXAMPLES.resolve("src/main/executable/start.sh").toAbsolutePath().normalize();
    String path = Path.of(ChildProcess.jdk("java")).getParent() + ":" + System.getenv("PATH");
    Map<String, String> environment = Map.of("PORT", "0", "PATH", path);
    List<String> command = List.of("sh", script.toString(), ExecutableWar.file().toString());
    try (ChildProcess process = ChildProcess.start("start-script", folder, command, environment)) {
      URI api = ExecutableWar.awaitReady(process);
      String secret = Files.readString(folder.resolve("secret")).strip();

      SigningClient.assertSuccess(
          new SigningClient(api, secret).call("create", "name=Room&meetingID=scripted"));

      assertThat(pool.servers()).anyMatch(server -> server.meetings().contains("scripted"));
      process.terminate();
      assertThat(process.awaitExit()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Container.class,
      names = {"TOMCAT_10", "TOMCAT_11"})
  void tomcatTakesAPolicyAndAnObserverFromAFolder(Container container) throws Exception {
    Files.writeString(folder.resolve("secret"), "front-end-secret");
    Path extensions = Files.createDirectories(folder.resolve("extensions"));
    Files.copy(examplesJar(), extensions.resolve("examples.jar"));
    Map<String, String> properties =
        Map.of(
            "webapp.war", ExecutableWar.file().toString(),
            "webapp.conf", folder.toString());
    try (Container.Running running =
        container.startWithContextFile(
            Files.createDirectories(folder.resolve("base")),
            EXAMPLES.resolve("src/main/tomcat/tinyscale.xml"),
            properties)) {
      SigningClient client = new SigningClient(running.awaitApi(), "front-end-secret");

      // The policy goes by the id, then by the last server of the meeting; round robin would
      // alternate.
      for (int i = 0; i < 4; i++) {
        SigningClient.assertSuccess(client.call("create", "name=Room&meetingID=again"));
        SigningClient.assertSuccess(client.call("end", "meetingID=again"));
      }

      assertThat(pool.servers().stream().mapToLong(server -> server.received("create")))
          .containsExactlyInAnyOrder(4L, 0L);
      running.process().awaitOutput("has got 4 meetings");
    }
  }

  /** The jar of the examples, as users would build it. */
  static Path examplesJar() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES.resolve("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("tinyscale-examples-.*\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }
}
