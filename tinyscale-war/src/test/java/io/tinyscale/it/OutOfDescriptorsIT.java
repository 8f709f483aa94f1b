package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable without a file descriptor left, in front of servers that are well. */
@Tag("slow")
class OutOfDescriptorsIT {

  private static final String SECRET = "hKq8sFk2pZ4711-abc";
  private static final int DESCRIPTORS = 200;

  /** As many sweeps without an answer make a server down. */
  private static final int UNHEALTHY = 10;

  @TempDir private Path folder;

  private final List<SocketChannel> idle = new ArrayList<>();
  private SimulatedPool pool;

  @BeforeEach
  void startServers() {
    pool = SimulatedPool.start(2);
    PoolFiles.write(folder, pool);
    pool.servers().get(0).meetings().create("lesson");
    pool.servers().get(1).meetings().create("other");
  }

  @AfterEach
  void stop() throws IOException {
    closeIdle();
    pool.close();
  }

  private ChildProcess startWithFewDescriptors() {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "ulimit -n $0 && exec \"$@\"",
            String.valueOf(DESCRIPTORS),
            ChildProcess.jdk("java"),
            "-jar",
            ExecutableWar.file().toString(),
            "--port",
            "0");
    Map<String, String> environment =
        Map.of(
            "TINYSCALE_SECRET",
            SECRET,
            "TINYSCALE_HEALTH_INTERVAL",
            "1s",
            "TINYSCALE_HEALTH_UNHEALTHY",
            String.valueOf(UNHEALTHY),
            "TINYSCALE_LOG_LEVEL",
            "debug");
    return ChildProcess.start("out-of-descriptors", folder, command, environment);
  }

  /** More connections than can be accepted: the others take each descriptor that becomes free. */
  private void openIdle(int port) throws IOException {
    for (int i = 0; i < 2 * DESCRIPTORS; i++) {
      idle.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
    }
  }

  private void closeIdle() throws IOException {
    for (SocketChannel connection : idle) {
      connection.close();
    }
    idle.clear();
  }

  /** The outcomes of a server's sweeps so far. */
  private static List<String> sweeps(ChildProcess process, SimulatedServer server) {
    return Pattern.compile("server\\.swept server=" + server.name() + " outcome=(\\w+)")
        .matcher(process.out())
        .results()
        .map(sweep -> sweep.group(1))
        .toList();
  }

  /**
   * Whether a server was not asked so often that it would be down if that counted. As long as a
   * sweep finds an open connection, the server closes it, and an idle connection takes its place.
   */
  private static boolean isUnaskedForLong(ChildProcess process, SimulatedServer server) {
    List<String> sweeps = sweeps(process, server);
    if (sweeps.get(sweeps.size() - 1).equals("unasked")) {
      server.clearFaults();
    } else {
      server.fault(new Fault.Drop(0));
    }
    return sweeps.stream().filter("unasked"::equals).count() > UNHEALTHY;
  }

  private static void assertWholeList(SigningClient frontend) {
    HttpResponse<String> list = frontend.call("getMeetings", "");
    SigningClient.assertSuccess(list);
    assertThat(list.headers().firstValue("X-Tinyscale-Partial")).isEmpty();
    assertThat(list.body())
        .contains("<meetingID>lesson</meetingID>", "<meetingID>other</meetingID>");
  }

  @Test
  void ourOwnLackMakesNoServerDown() throws IOException {
    try (ChildProcess process = startWithFewDescriptors()) {
      URI api = ExecutableWar.awaitReady(process);
      assertWholeList(new SigningClient(api, SECRET));

      openIdle(api.getPort());
      process.awaitOutput("Too many open files");
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () ->
                  pool.servers().stream()
                      .filter(server -> !isUnaskedForLong(process, server))
                      .findAny()
                      .isEmpty());
      assertThat(process.out()).doesNotContain("server.down");
      pool.servers().forEach(SimulatedServer::clearFaults);
      closeIdle();

      SigningClient frontend = new SigningClient(api, SECRET);
      await().ignoreExceptions().untilAsserted(() -> assertWholeList(frontend));
      for (String meeting : List.of("lesson", "other")) {
        SigningClient.assertSuccess(frontend.call("getMeetingInfo", "meetingID=" + meeting));
      }
      SigningClient.assertSuccess(frontend.call("create", "name=Room&meetingID=new"));
      assertThat(process.out()).doesNotContain("server.down");
    }
  }
}
