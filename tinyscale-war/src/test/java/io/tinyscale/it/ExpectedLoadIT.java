package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code placement=expected-load} in the executable, with people who join over real sockets. */
@Tag("slow")
class ExpectedLoadIT {

  private static final String SECRET = "secret-of-the-front-ends";
  private static final int[] WEIGHTS = {400, 250, 250, 150};
  private static final int ROOMS = 150;

  @TempDir private Path folder;
  private final List<SimulatorProcess> servers = new ArrayList<>();

  /** People by server. */
  private final Map<SimulatorProcess, Integer> people = new HashMap<>();

  private ChildProcess balancer;
  private SigningClient frontend;
  private int rooms;

  @BeforeEach
  void start() {
    for (int i = 0; i < WEIGHTS.length; i++) {
      SimulatorProcess server = SimulatorProcess.start("bbb" + (i + 1), folder);
      servers.add(server);
      people.put(server, 0);
    }
    PoolFiles.write(
        folder,
        servers.stream()
            .map(
                server ->
                    server
                        .entry()
                        .replaceFirst(
                            "}$", ", \"weight\": " + WEIGHTS[servers.indexOf(server)] + "}"))
            .collect(Collectors.joining(",", "[", "]")));
    Map<String, String> environment = new HashMap<>();
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_PLACEMENT", "expected-load");
    environment.put("TINYSCALE_HEALTH_INTERVAL", "1s");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "900ms");
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    balancer = ExecutableWar.start("expected-load", folder, environment, "--port", "0");
    frontend = new SigningClient(ExecutableWar.awaitReady(balancer), SECRET);
  }

  @AfterEach
  void stop() {
    if (balancer != null) {
      balancer.close();
    }
    servers.forEach(SimulatorProcess::close);
  }

  /** Makes a room, and lets 4 to 6 people in. Returns the room's server. */
  private SimulatorProcess open() {
    String room = "room-" + rooms;
    // The least server gets about every seventh room: sizes must not repeat in that rhythm.
    int size = 4 + rooms % 3;
    rooms++;
    SigningClient.assertSuccess(frontend.call("create", "name=Room&meetingID=" + room));
    SimulatorProcess server = null;
    for (int person = 0; person < size; person++) {
      HttpResponse<String> joined =
          frontend.call("join", "role=VIEWER&fullName=P" + person + "&meetingID=" + room);
      assertThat(joined.statusCode()).isEqualTo(302);
      URI address = URI.create(joined.headers().firstValue("Location").orElseThrow());
      assertThat(frontend.get(address).statusCode()).isLessThan(400);
      server = at(address.getPort());
      people.merge(server, 1, Integer::sum);
    }
    return server;
  }

  private SimulatorProcess at(int port) {
    return servers.stream()
        .filter(server -> server.api().getPort() == port)
        .findFirst()
        .orElseThrow();
  }

  /** People for each unit of weight. */
  private double fill(SimulatorProcess server) {
    return (double) people.get(server) / WEIGHTS[servers.indexOf(server)];
  }

  private double highestFillWithout(SimulatorProcess server) {
    return servers.stream()
        .filter(other -> other != server)
        .mapToDouble(this::fill)
        .max()
        .orElseThrow();
  }

  @Test
  void fillsServersByTheirWeightsAndDoesNotFloodOneThatComesBack() {
    for (int i = 0; i < ROOMS; i++) {
      open();
    }
    double usual =
        (double) people.values().stream().mapToInt(Integer::intValue).sum()
            / Arrays.stream(WEIGHTS).sum();
    assertThat(servers)
        .allSatisfy(server -> assertThat(fill(server)).isBetween(0.85 * usual, 1.15 * usual));

    SimulatorProcess killed = servers.get(1);
    killed.close();
    people.put(killed, 0);
    balancer.awaitOutput("server\\.down server=bbb2 ");
    for (int i = 0; i < ROOMS / 5; i++) {
      assertThat(open()).isNotSameAs(killed);
    }
    killed.startAgain();
    balancer.awaitOutput("(?s)server\\.down server=bbb2 .*server\\.up server=bbb2 ");
    int sweeps = killed.received("getMeetings");
    int others = 0;
    while (open() != killed) {
      others++;
      assertThat(killed.received("getMeetings") - sweeps)
          .as("sweeps until it gets a room, after " + others + " rooms of others")
          .isLessThanOrEqualTo(2);
    }
    for (int i = rooms; i < 2 * ROOMS; i++) {
      open();
      // Once it has caught up, it is as full as the others, save for people that no sweep saw yet.
      assertThat(fill(killed)).isLessThan(1.25 * highestFillWithout(killed));
    }
    assertThat(people.get(killed)).isPositive();
  }
}
