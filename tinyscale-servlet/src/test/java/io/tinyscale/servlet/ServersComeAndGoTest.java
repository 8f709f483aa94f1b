package io.tinyscale.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.Fault;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers die and come back while front ends work. */
class ServersComeAndGoTest {

  private static final String[] QUICK = {
    "cache.ttl", "0", "health.interval", "250ms", "health.timeout", "200ms"
  };

  @TempDir Path directory;
  private final List<SimulatedServer> servers = new ArrayList<>();

  @BeforeEach
  void startServers() {
    for (String name : List.of("one", "two")) {
      servers.add(SimulatedServer.builder().name(name).secret("secret-of-" + name).start());
    }
  }

  @AfterEach
  void stopServers() {
    servers.forEach(SimulatedServer::close);
  }

  /** The same server again, without any of its meetings. */
  private SimulatedServer startAgain(SimulatedServer server) {
    SimulatedServer again =
        SimulatedServer.builder()
            .name(server.name())
            .secret(server.secret())
            .port(server.port())
            .start();
    servers.set(servers.indexOf(server), again);
    return again;
  }

  private SimulatedServer ownerOf(String meetingId) {
    return servers.stream()
        .filter(server -> server.meetings().contains(meetingId))
        .findFirst()
        .orElseThrow();
  }

  private static URI joinAddress(FrontEnd moodle, String meetingId) {
    URI join = moodle.signed("join", "fullName=Ann&role=MODERATOR&meetingID=" + meetingId);
    return URI.create(moodle.get(join).headers().firstValue("Location").orElseThrow());
  }

  @Test
  void endsWhatAServerBringsBackOfAMeetingThatLivesElsewhereNow() throws Exception {
    try (RunningFilter filter =
        RunningFilter.start(TestContainer.Kind.JETTY, directory, servers, QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      SimulatedServer first = ownerOf("math");
      first.close();
      await()
          .untilAsserted(
              () ->
                  assertThat(moodle.call("create", "name=Math&meetingID=math"))
                      .contains("SUCCESS"));
      SimulatedServer second =
          servers.stream().filter(server -> server != first).findFirst().orElseThrow();
      assertThat(second.meetings().contains("math")).isTrue();

      SimulatedServer back = startAgain(first);
      back.meetings().create("math");
      back.meetings().create("art");

      await().untilAsserted(() -> assertThat(back.meetings().contains("math")).isFalse());
      assertThat(back.meetings().contains("art")).isTrue();
      assertThat(second.meetings().contains("math")).isTrue();
      assertThat(second.received("end")).isZero();
      assertThat(joinAddress(moodle, "math").getPort()).isEqualTo(second.port());
      assertThat(joinAddress(moodle, "art").getPort()).isEqualTo(back.port());
    }
  }

  @Test
  void realCallsTakeAServerOutAtOnceAndItComesBack() throws Exception {
    try (RunningFilter filter =
        RunningFilter.start(
            TestContainer.Kind.JETTY,
            directory,
            servers,
            "cache.ttl",
            "0",
            "strict",
            "true",
            "health.interval",
            "2s",
            "health.timeout",
            "1s")) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer failing = servers.get(1);
      SimulatedServer sound = servers.get(0);
      failing.meetings().create("math");
      moodle.call("getMeetingInfo", "meetingID=math");
      for (String call : List.of("getMeetingInfo", "create")) {
        failing.fault(call, Fault.serverError(503));
      }

      moodle.call("getMeetingInfo", "meetingID=math");
      moodle.call("getMeetingInfo", "meetingID=math");
      for (int i = 0; i < 4; i++) {
        assertThat(moodle.call("create", "name=Room&meetingID=room-" + i)).contains("SUCCESS");
      }

      assertThat(failing.received("create")).isZero();
      assertThat(sound.meetings().size()).isEqualTo(4);
      failing.clearFaults();
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
      await()
          .untilAsserted(
              () -> {
                moodle.call("create", "name=Room&meetingID=later-" + UUID.randomUUID());
                assertThat(failing.received("create")).isPositive();
              });
    }
  }
}
