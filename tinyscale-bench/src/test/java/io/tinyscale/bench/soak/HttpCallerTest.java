package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallerTest {

  private static final String ROOT = "/bigbluebutton/api";
  private static final Duration LONG = Duration.ofSeconds(30);

  private final SimulatedServer server = SimulatedServer.builder().start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsAnAnswer() {
    Reply reply = HttpCaller.get(server.port(), ROOT, LONG);

    assertThat(reply.isSound()).isTrue();
    assertThat(reply.text("version")).isEqualTo("2.0");
    assertThat(reply.outcome()).isEqualTo("SUCCESS");
  }

  @Test
  void readsAnAnswerInChunks() {
    server.fault(Fault.oversized(100_000));

    Reply reply = HttpCaller.get(server.port(), ROOT, LONG);

    assertThat(reply.isSound()).isTrue();
    assertThat(reply.body()).hasSizeGreaterThanOrEqualTo(100_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "drop", "reset"})
  void anAnswerThatBreaksOffIsNoAnswer(String fault) {
    server.fault(Fault.parse(fault));

    Reply reply = HttpCaller.get(server.port(), ROOT, LONG);

    assertThat(reply.isComplete()).isFalse();
    assertThat(server.received("root")).as("sent once").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stall", "slow:100ms"})
  void aLateAnswerIsNoAnswer(String fault) {
    server.fault(Fault.parse(fault));

    Reply reply = HttpCaller.get(server.port(), ROOT, Duration.ofMillis(500));

    assertThat(reply.body()).isEqualTo("no answer within 500 ms");
    assertThat(reply.isComplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"html:200", "error:500", "garbage", "empty"})
  void rejectsAnswersThatAreNotFromBbb(String fault) {
    server.fault(Fault.parse(fault));

    assertThat(HttpCaller.get(server.port(), ROOT, LONG).isSound()).isFalse();
  }
}
