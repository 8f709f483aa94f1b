package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that lie, break off or are down. */
class UnreliableServersTest {

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("sound", "faulty", "decoy");

  private final SimulatedServer sound = pool.server("sound");
  private final SimulatedServer faulty = pool.server("faulty");
  private final SimulatedServer decoy = pool.server("decoy");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "html:502",
        "html:200",
        "error:500",
        "drop",
        "reset",
        "cut",
        "empty",
        "wrong-secret",
        "stall",
        "slow"
      })
  void turnsEveryFaultIntoAnInternalError(String fault) throws Exception {
    try (RunningFilter filter = start("timeout.answer", "1s", "timeout.connect", "1s")) {
      FrontEnd moodle = filter.frontEnd();
      faulty.meetings().create("math");
      moodle.call("getMeetingInfo", "meetingID=math&first");
      faulty.resetCounters();

      faulty.fault(Fault.parse(fault));

      assertThat(moodle.call("getMeetingInfo", "meetingID=math"))
          .startsWith("<response>")
          .contains("FAILED", "internalError")
          .doesNotContain("checksumError", "notFound");
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("internalError");
      // A used connection that ends without a byte may have been idle for too long.
      assertThat(faulty.received("getMeetingInfo"))
          .as("attempts")
          .isEqualTo(List.of("drop", "reset").contains(fault) ? 2 : 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "html:502", "drop", "cut", "stall", "wrong-secret", "slow"})
  void answersListsWithoutAServerThatFails(String fault) throws Exception {
    try (RunningFilter filter = start("timeout.list", "1s")) {
      FrontEnd moodle = filter.frontEnd();
      sound.meetings().create("kept");
      faulty.meetings().create("lost");

      faulty.fault(Fault.parse(fault));

      HttpResponse<String> list = moodle.get(moodle.signed("getMeetings", ""));
      assertThat(list.body()).contains("SUCCESS", "kept").doesNotContain("lost");
      assertThat(list.headers().firstValue("X-Tinyscale-Partial")).contains("1");
    }
  }

  @Test
  void neverFollowsTheRedirectOfAServer() throws Exception {
    try (RunningFilter filter = start()) {
      FrontEnd moodle = filter.frontEnd();
      faulty.meetings().create("math");
      moodle.call("getMeetingInfo", "meetingID=math");

      faulty.fault(Fault.redirect(decoy.uri() + "/getMeetingInfo?meetingID=math"));

      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("internalError");
      assertThat(decoy.receivedTotal()).isZero();
    }
  }

  @Test
  void endsOnlyTheCallsOfASlowServerAtTheDeadline() throws Exception {
    try (RunningFilter filter = start("timeout.answer", "2s", "timeout.connect", "1s")) {
      FrontEnd moodle = filter.frontEnd();
      faulty.meetings().create("slow-one");
      sound.meetings().create("quick-one");
      moodle.call("getMeetingInfo", "meetingID=slow-one");
      moodle.call("getMeetingInfo", "meetingID=quick-one");
      faulty.fault(Fault.stall());

      var slow = moodle.getAsync(moodle.signed("isMeetingRunning", "meetingID=slow-one"));

      assertThat(moodle.call("isMeetingRunning", "meetingID=quick-one")).contains("SUCCESS");
      assertThat(slow).isNotDone();
      assertThat(slow.join().body()).contains("internalError");
    }
  }

  @Test
  void refusesToStartWithoutAServerAndSaysWhich() {
    int port = faulty.port();
    faulty.close();

    assertThatThrownBy(() -> start().close())
        .hasStackTraceContaining("faulty (127.0.0.1:" + port + "): ")
        .hasStackTraceContaining("Connection refused")
        .hasStackTraceContaining("startup.check=warn");
  }

  @Test
  void startsWithTheRestIfTold() throws Exception {
    faulty.close();

    try (RunningFilter filter = start("startup.check", "warn")) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(moodle.call("create", "name=Math&meetingID=math")).contains("SUCCESS");
      assertThat(moodle.call("create", "name=More&meetingID=more")).contains("SUCCESS");
      assertThat(sound.meetings().size()).isEqualTo(2);
      // The creates waited until the dead server had refused connections for so long that nobody
      // can be in a meeting there.
      assertThat(moodle.call("getMeetingInfo", "meetingID=unknown")).contains("notFound");
    }
  }

  @Test
  void refusesToStartWithAWrongSecretWithoutShowingIt() throws Exception {
    faulty.fault(Fault.wrongSecret());

    assertThatThrownBy(() -> pool.start(TestContainer.Kind.JETTY, List.of(faulty)).close())
        .hasStackTraceContaining("faulty (127.0.0.1:" + faulty.port() + ")")
        .hasStackTraceContaining("bbb-conf --secret")
        .satisfies(
            failure -> {
              StringWriter trace = new StringWriter();
              failure.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain(faulty.secret());
            });
    assertThatThrownBy(
            () ->
                pool.start(TestContainer.Kind.JETTY, List.of(faulty), "startup.check", "warn")
                    .close())
        .hasStackTraceContaining("bbb-conf --secret");
  }

  @Test
  void answersTheRootWhileAllServersAreDown() throws Exception {
    try (RunningFilter filter = start()) {
      sound.close();
      faulty.close();
      FrontEnd moodle = filter.frontEnd();

      HttpResponse<String> root = moodle.get(moodle.unsigned("", "&checksum=whatever"));

      assertThat(root.body()).contains("SUCCESS", "<version>2.0</version>");
      assertThat(moodle.call("getMeetings", "")).contains("FAILED", "internalError");
    }
  }

  @Test
  void relaysBrokenXml() throws Exception {
    try (RunningFilter filter = start()) {
      FrontEnd moodle = filter.frontEnd();
      URI create = moodle.signed("create", "name=Math&meetingID=math&meta_1%20digit=x&meta_fine=y");
      assertThat(moodle.get(create).body()).contains("SUCCESS");

      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS", "1 digit");
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("SUCCESS");
    }
  }

  private RunningFilter start(String... settings) throws Exception {
    return pool.start(
        TestContainer.Kind.JETTY,
        List.of(sound, faulty),
        Stream.concat(Stream.of("cache.ttl", "0", "health.interval", "10m"), Stream.of(settings))
            .toArray(String[]::new));
  }
}
