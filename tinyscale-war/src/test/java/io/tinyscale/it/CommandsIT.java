package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code java -jar tinyscale.war}, as processes. */
class CommandsIT {

  private static final String TOKEN = "tsk_zQ7vX9mT4rLw8KfBn2HcJ5sYdE3aGpU6oRi1WxCtVqM";

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aStartWithoutArgumentsLoadsNoParserAndNoCommand() throws IOException {
    Path classes = folder.resolve("classes");
    environment.put("PORT", "0");
    environment.put("TINYSCALE_SECRET", "hKq8sFk2pZ4711aa");
    environment.put("TINYSCALE_TOKEN", TOKEN);
    environment.put("TINYSCALE_URL", "http://127.0.0.1:3006");
    environment.put("TINYSCALE_TOKEN_FILE", "/etc/tinyscale/admin.token");
    try (SimulatedPool pool = SimulatedPool.start(1)) {
      environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
      List<String> options = List.of("-Xlog:class+load:file=" + classes);
      try (ChildProcess process =
          ExecutableWar.start("no-arguments", folder, options, environment)) {
        ExecutableWar.awaitReady(process);

        assertThat(process.out()).doesNotContain(TOKEN);
        assertThat(Files.readString(classes))
            .contains("io.tinyscale.launcher.Main ")
            .doesNotContain(" picocli.", "io.tinyscale.launcher.cli.");
      }
    }
  }

  @Test
  void aCommandLoadsNoServerAndNoLog() throws IOException {
    Path classes = folder.resolve("classes");
    String door = "http://127.0.0.1:" + freePort();
    environment.put("TINYSCALE_URL", door);
    environment.put("TINYSCALE_TOKEN", TOKEN);
    List<String> options = List.of("-Xlog:class+load:file=" + classes);

    try (ChildProcess process =
        ExecutableWar.start("servers", folder, options, environment, "servers", "--json")) {
      assertThat(process.awaitExit()).isEqualTo(4);
      assertThat(process.out()).isEmpty();
      assertThat(process.err())
          .isEqualToIgnoringNewLines(
              "Cannot reach "
                  + door
                  + ": connection refused. Is tinyscale running, and admin.listen not off?");
    }
    assertThat(Files.readString(classes))
        .contains("io.tinyscale.launcher.cli.AdminClient ")
        .doesNotContain("org.eclipse.jetty.", "org.apache.hc.", "org.slf4j.", "java.net.http.");
  }

  @Test
  void namesTheCommandThatAMistypedOneWasMeantToBe() {
    try (ChildProcess process =
        ExecutableWar.start("mistyped", folder, environment, "serverss", "--json")) {
      assertThat(process.awaitExit()).isEqualTo(2);
      assertThat(process.err()).contains("unknown command serverss", "Did you mean servers?");
      assertThat(process.out()).isEmpty();
    }
  }

  @Test
  void repeatsNoArgumentThatMayBeASecret() {
    try (ChildProcess process =
        ExecutableWar.start("secret", folder, environment, "servers", "--token=" + TOKEN, TOKEN)) {
      assertThat(process.awaitExit()).isEqualTo(2);
      assertThat(process.err()).contains("unknown option --token.").doesNotContain(TOKEN);
    }
  }

  @Test
  void explainsACommand() {
    try (ChildProcess process =
        ExecutableWar.start("explain", folder, environment, "help", "drain")) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out()).contains("java -jar tinyscale.war drain", "--deadline=TIME");
    }
    try (ChildProcess process =
        ExecutableWar.start("explain-none", folder, environment, "help", "drian")) {
      assertThat(process.awaitExit()).isEqualTo(2);
      assertThat(process.err()).contains("Did you mean drain?");
    }
  }

  @Test
  void makesATokenWithoutADoor() {
    try (ChildProcess process =
        ExecutableWar.start(
            "token", folder, environment, "token", "create", "anna", "--scope", "read")) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out().strip()).matches("tsk_[A-Za-z0-9_-]{43}");
    }
  }

  @Test
  void theFirstServerGetsInWithoutADoorAndServeStartsWithIt() throws IOException {
    Path servers = folder.resolve("servers.json");
    try (SimulatedPool pool = SimulatedPool.start(1)) {
      SimulatedServer server = pool.servers().get(0);
      Path secret = Files.writeString(folder.resolve("secret"), server.secret());
      String[] add = {
        "add",
        "bbb1",
        "--host",
        server.uri().toString(),
        "--secret-file",
        secret.toString(),
        "--file",
        servers.toString()
      };
      try (ChildProcess process = ExecutableWar.start("add", folder, environment, add)) {
        assertThat(process.awaitExit()).as(process.err()).isZero();
        assertThat(process.out())
            .startsWith("bbb1 answers (BigBlueButton, 0 meetings). Written to");
      }

      environment.put("TINYSCALE_SECRET", "hKq8sFk2pZ4711aa");
      environment.put("TINYSCALE_SERVERS", servers.toString());
      environment.put("TINYSCALE_ADMIN_LISTEN", "off");
      try (ChildProcess process =
          ExecutableWar.start("serve", folder, environment, "serve", "--port", "0")) {
        ExecutableWar.awaitReady(process);
        assertThat(process.out()).contains("ready: 1 of 1 server");
      }
    }
  }

  @Test
  void checksTheConfigurationAsACommand() {
    try (SimulatedPool pool = SimulatedPool.start(1)) {
      environment.put("TINYSCALE_SECRET", "hKq8sFk2pZ4711aa");
      environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
      try (ChildProcess process = ExecutableWar.start("check", folder, environment, "check")) {
        assertThat(process.awaitExit()).isZero();
        assertThat(process.out()).contains("The configuration and 1 server are in order.");
      }
    }
  }
}
