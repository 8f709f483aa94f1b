package io.tinyscale.examples.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Core alone, with the JDK's HTTP client as transport, opens meetings on real sockets. */
class MeetingOpenerTest {

  @TempDir private Path directory;

  private TinyscaleConfig configuration(List<SimulatedServer> servers) throws Exception {
    String entries =
        servers.stream()
            .map(
                server ->
                    "{\"host\": \"" + server.uri() + "\", \"secret\": \"" + server.secret() + "\"}")
            .collect(Collectors.joining(",", "[", "]"));
    Path poolFile = Files.writeString(directory.resolve("servers.json"), entries);
    return TinyscaleConfig.read(
        List.of(
            ConfigSource.properties(
                "the test",
                Map.of("tinyscale.secret", "s3cret", "tinyscale.servers", poolFile.toString()))));
  }

  private static String open(Balancer balancer, String meetingId) {
    return MeetingOpener.open(balancer, "s3cret", meetingId).toCompletableFuture().join();
  }

  @Test
  void opensMeetingsOnOneServerAfterTheOther() throws Exception {
    try (SimulatedPool pool = SimulatedPool.start(2);
        Balancer balancer =
            Balancer.of(configuration(pool.servers())).upstream(new JdkUpstream()).start()) {

      assertThat(open(balancer, "maths")).contains("SUCCESS", "<meetingID>maths</meetingID>");
      assertThat(open(balancer, "a room & a \u00fc")).contains("SUCCESS");

      assertThat(pool.servers().get(0).meetings().contains("maths")).isTrue();
      assertThat(pool.servers().get(1).meetings().contains("a room & a \u00fc")).isTrue();
    }
  }

  @Test
  void opensTheMeetingElsewhereIfAServerCannotBeReached() throws Exception {
    try (SimulatedPool pool = SimulatedPool.start(2);
        Balancer balancer =
            Balancer.of(configuration(pool.servers())).upstream(new JdkUpstream()).start()) {
      pool.servers().get(0).close();

      assertThat(open(balancer, "maths")).contains("SUCCESS");

      assertThat(pool.servers().get(1).meetings().contains("maths")).isTrue();
    }
  }
}
