package io.tinyscale.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.http.Message;
import io.tinyscale.bench.server.RunningServers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final RequestSource RUNNING =
      () -> get("isMeetingRunning?meetingID=m1&checksum=a");

  @Test
  void countsEachAnswerOfAClosedLoopOnce() throws IOException {
    try (RunningServers servers = new RunningServers(Duration.ZERO);
        LoadGenerator generator = new LoadGenerator(servers.port(), 8)) {
      Load load = generator.run(RUNNING, start -> Pace.closed(), SHORT);

      assertThat(load.answers()).isPositive().isEqualTo(servers.count("isMeetingRunning"));
      assertThat(load.latencies().getTotalCount()).isEqualTo(load.answers());
      assertThat(load.wrong()).isZero();
      assertThat(load.firstWrong()).isEmpty();
    }
  }

  @Test
  void sendsAllRequestsThatAnOpenLoopOwes() throws IOException {
    try (RunningServers servers = new RunningServers(Duration.ofMillis(5));
        LoadGenerator generator = new LoadGenerator(servers.port(), 1)) {
      Load load = generator.run(RUNNING, start -> Pace.open(1_000, start), SHORT);

      assertThat(load.answers()).isEqualTo(200);
    }
  }

  @Test
  void givesEachPortItsShareOfTheRequests() throws IOException {
    try (RunningServers one = new RunningServers(Duration.ofMillis(20));
        RunningServers other = new RunningServers(Duration.ofMillis(20));
        LoadGenerator generator = new LoadGenerator(List.of(one.port(), other.port()), 2)) {
      Load load = generator.run(RUNNING, start -> Pace.open(100, start), SHORT);

      // Both connections are busy all the time, or take turns.
      assertThat(load.answers()).isEqualTo(20);
      assertThat(one.count("isMeetingRunning")).isBetween(5L, 15L);
      assertThat(one.count("isMeetingRunning") + other.count("isMeetingRunning")).isEqualTo(20);
    }
  }

  @Test
  void countsTheTimeThatACallHadToWaitForItsConnection() throws IOException {
    try (RunningServers servers = new RunningServers(Duration.ofMillis(20));
        LoadGenerator generator = new LoadGenerator(servers.port(), 1)) {
      Load load = generator.run(RUNNING, start -> Pace.open(100, start), SHORT);

      // The last of 20 is due after 190 ms, and goes out when 19 answers of 20 ms each are there.
      assertThat(load.answers()).isEqualTo(20);
      assertThat(load.latencies().getMaxValue()).isGreaterThan(Duration.ofMillis(205).toNanos());
    }
  }

  @Test
  void recognizesWrongAnswers() throws IOException {
    try (RunningServers servers = new RunningServers(Duration.ZERO);
        LoadGenerator generator = new LoadGenerator(servers.port(), 2)) {
      Load load =
          generator.run(
              () -> get("getMeetingInfo?meetingID=none"), start -> Pace.open(100, start), SHORT);

      assertThat(load.answers()).isZero();
      assertThat(load.wrong()).isEqualTo(20);
      assertThat(load.firstWrong()).startsWith("status 200").contains("notFound");
    }
  }

  @Test
  void acceptsARedirectAsAnAnswer() throws IOException {
    try (RunningServers servers = new RunningServers(Duration.ZERO);
        LoadGenerator generator = new LoadGenerator(servers.port(), 2)) {
      Load load =
          generator.run(() -> get("join?meetingID=m1"), start -> Pace.open(100, start), SHORT);

      assertThat(load.answers()).isEqualTo(20);
      assertThat(load.wrong()).isZero();
    }
  }

  @Test
  void sendsAndReceivesLargeBodies() throws IOException {
    Message upload =
        Message.of(
            "POST /bigbluebutton/api/insertDocument?meetingID=m1 HTTP/1.1\r\nHost: h\r\n",
            "<modules>",
            5_000_000,
            "</modules>");
    try (RunningServers servers = new RunningServers(Duration.ZERO);
        LoadGenerator generator = new LoadGenerator(servers.port(), 1)) {
      Load load =
          generator.run(
              RequestSource.cycle(List.of(upload, get("getMeetingInfo?meetingID=large"))),
              start -> Pace.open(100, start),
              SHORT);

      assertThat(load.answers()).isEqualTo(20);
      assertThat(servers.count("insertDocument")).isEqualTo(10);
      assertThat(servers.count("getMeetingInfo")).isEqualTo(10);
    }
  }

  @Test
  void countsFailuresWhenTheServerIsGone() throws IOException {
    RunningServers servers = new RunningServers(Duration.ZERO);
    try (LoadGenerator generator = new LoadGenerator(servers.port(), 1)) {
      servers.close();

      Load load = generator.run(RUNNING, start -> Pace.open(100, start), SHORT);

      assertThat(load.answers()).isZero();
      assertThat(load.wrong()).isEqualTo(20);
    }
  }

  private static Message get(String call) {
    return Message.of("GET /bigbluebutton/api/" + call + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }
}
