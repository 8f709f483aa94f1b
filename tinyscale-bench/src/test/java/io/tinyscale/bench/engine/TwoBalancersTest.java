package io.tinyscale.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a program in place of Java, which writes its arguments and waits. */
class TwoBalancersTest {

  private static final Pattern STORE =
      Pattern.compile("tinyscale.balancers.store=redis://127.0.0.1:(\\d+)");

  @TempDir private Path folder;

  private Setup setup;

  @BeforeEach
  void writeProgram() throws IOException {
    Path program = folder.resolve("java");
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo "$@"
        echo "tinyscale 1 ready: http://localhost:$$/bigbluebutton/api"
        exec sleep 60
        """);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    setup = new Setup(folder, program, List.of("-Xmx99m"), List.of(7001, 7002), Map.of());
  }

  @Test
  void eachBalancerHasItsNameAndItsPoolFile() throws Exception {
    try (RunningEngine running = new TwoBalancers(Path.of("the.war"), null).start(setup)) {
      assertThat(running.name()).isEqualTo("several");
      assertThat(running.ports()).isEqualTo(pids(running));
      assertThat(running.jvms())
          .hasSize(2)
          .extracting(ChildProcess::output)
          .allSatisfy(
              arguments ->
                  assertThat(arguments)
                      .contains("-Xmx99m", "the.war", "-Dtinyscale.balancers=several")
                      .doesNotContain("balancers.store"))
          .satisfiesExactly(
              a -> assertThat(a).contains("balancers.id=a ", poolFile("a")),
              b -> assertThat(b).contains("balancers.id=b ", poolFile("b")));
      assertThat(folder.resolve("a/servers.json"))
          .hasSameTextualContentAs(folder.resolve("b/servers.json"));
    }
  }

  @Test
  void bothShareARealStore() throws Exception {
    int port;
    try (RunningEngine running =
        new TwoBalancers(Path.of("the.war"), StoreProcess.program().orElseThrow()).start(setup)) {
      assertThat(running.name()).isEqualTo("store");
      assertThat(running.others()).hasSize(1);
      port = storePort(running.jvms().get(0));
      assertThat(storePort(running.jvms().get(1))).isEqualTo(port);
      assertThat(ping(port)).isEqualTo("+PONG");
    }

    assertThatThrownBy(() -> ping(port)).isInstanceOf(ConnectException.class);
  }

  private static List<Integer> pids(RunningEngine running) {
    return running.jvms().stream().map(jvm -> Math.toIntExact(jvm.pid())).toList();
  }

  private String poolFile(String balancer) {
    return "-Dtinyscale.servers=" + folder.resolve(balancer).resolve("servers.json");
  }

  private static int storePort(ChildProcess balancer) {
    Matcher address = STORE.matcher(balancer.output());
    assertThat(address.find()).isTrue();
    return Integer.parseInt(address.group(1));
  }

  private static String ping(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
    }
  }
}
