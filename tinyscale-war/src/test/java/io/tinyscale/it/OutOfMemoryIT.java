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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM without memory: the executable ends, a container goes on. */
class OutOfMemoryIT {

  private static final String SECRET = "hKq8sFk2pZ4711-abc";
  private static final int OUT_OF_MEMORY = 70;

  @TempDir private Path folder;

  private SimulatedPool pool;

  @BeforeEach
  void startServers() throws Exception {
    pool = SimulatedPool.start(1);
    PoolFiles.write(folder, pool);
  }

  @AfterEach
  void stopServers() {
    pool.close();
  }

  private ChildProcess startExecutable(GreedyObserver.Way way) throws IOException {
    Path extension = GreedyObserver.jar(folder.resolve("greedy.jar"));
    return ChildProcess.start(
        "out-of-memory-" + way,
        folder,
        List.of(
            ChildProcess.jdk("java"),
            "-Xmx48m",
            "-Dgreedy=" + way,
            "-cp",
            ExecutableWar.file() + ":" + extension,
            "io.tinyscale.launcher.Main",
            "--port",
            "0"),
        Map.of("TINYSCALE_SECRET", SECRET, "TINYSCALE_HEALTH_INTERVAL", "1s"));
  }

  private static void assertEndsAndSaysWhatToDo(ChildProcess process) {
    assertThat(process.awaitExit()).isEqualTo(OUT_OF_MEMORY);
    assertThat(process.err())
        .containsOnlyOnce("tinyscale: out of memory. ")
        .contains("-Xmx", "limit.calls");
  }

  @Test
  void theExecutableEndsWhenACallFindsNoMemory() throws IOException {
    try (ChildProcess process = startExecutable(GreedyObserver.Way.IN_A_CALL)) {
      URI api = ExecutableWar.awaitReady(process);

      new SigningClient(api, SECRET).callAsync("create", "name=Room&meetingID=large");

      assertEndsAndSaysWhatToDo(process);
    }
  }

  @Test
  void theExecutableEndsWhenNoThreadFindsMemory() throws IOException {
    try (ChildProcess process = startExecutable(GreedyObserver.Way.ASIDE)) {
      assertEndsAndSaysWhatToDo(process);
    }
  }

  @Test
  void aContainerGoesOn() throws Exception {
    Path context =
        Files.writeString(
            folder.resolve("ROOT.xml"),
            """
            <Context docBase="${webapp.war}">
              <Parameter name="tinyscale.secret" value="${webapp.secret}"/>
              <Parameter name="tinyscale.servers" value="${webapp.conf}/servers.json"/>
              <Parameter name="tinyscale.host" value="no address"/>
              <Parameter name="tinyscale.placement" value="io.tinyscale.it.GreedyPolicy"/>
              <Resources>
                <PostResources className="org.apache.catalina.webresources.DirResourceSet"
                               base="${webapp.conf}/extensions" webAppMount="/WEB-INF/lib"/>
              </Resources>
            </Context>
            """);
    Map<String, String> properties =
        Map.of(
            "webapp.war", ExecutableWar.file().toString(),
            "webapp.conf", folder.toString(),
            "webapp.secret", SECRET);
    GreedyPolicy.jar(Files.createDirectories(folder.resolve("extensions")).resolve("greedy.jar"));
    try (Container.Running tomcat =
        Container.TOMCAT_10.startWithContextFile(
            Files.createDirectories(folder.resolve("base")), context, properties)) {
      SigningClient client = new SigningClient(tomcat.awaitApi(), SECRET);

      assertThat(client.call("create", "name=Room&meetingID=large").body())
          .contains("FAILED", "internalError");

      tomcat.process().awaitOutput("out-of-memory cause=\"Java heap space\" fix=\"give the JVM");
      tomcat.process().awaitOutput("config.warning host: without effect in tinyscale\\.host, ");
      SigningClient.assertSuccess(client.call("getMeetings", ""));
    }
  }
}
