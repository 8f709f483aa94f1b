package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches all output of an eventful run for secrets, checksums, passwords and names. */
class SecrecyTest {

  private static final Pattern CHECKSUM = Pattern.compile("(?i)checksum=|\\b[0-9a-f]{64}\\b");

  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";

  @RegisterExtension
  private final SimulatedPoolExtension pool =
      SimulatedPoolExtension.of()
          .with("one", server -> server.secret("inner-secret-1"))
          .with("two", server -> server.secret("inner-secret-2"));

  private final SimulatedServer one = pool.server("one");
  private final SimulatedServer two = pool.server("two");

  private final StringWriter log = new StringWriter();
  private final Handler recorder = new LogRecorder(new PrintWriter(log, true));
  private final List<Logger> loggers =
      List.of(Logger.getLogger("tinyscale"), Logger.getLogger("org.apache.hc"));

  @BeforeEach
  void recordEveryLogLine() {
    // Includes the debug lines of the HTTP engine.
    loggers.forEach(logger -> logger.setLevel(Level.ALL));
    loggers.forEach(logger -> logger.addHandler(recorder));
  }

  @AfterEach
  void stopRecording() {
    loggers.forEach(logger -> logger.removeHandler(recorder));
    loggers.forEach(logger -> logger.setLevel(null));
  }

  /** All that the admin door says to its readers. */
  private static String adminDoor(RunningFilter filter) throws Exception {
    List<String> said = new ArrayList<>();
    for (String path :
        List.of("/health/live", "/health/ready", "/health/pool", "/metrics", "/metrics/bbb")) {
      URI uri = URI.create("http://127.0.0.1:" + filter.port() + "/ops" + path);
      HttpResponse<String> answer = filter.frontEnd().get(uri);
      assertThat(answer.statusCode()).as(path).isIn(200, 503);
      said.add(answer.headers().map() + answer.body());
    }
    AdminCaller admin =
        new AdminCaller(URI.create("http://127.0.0.1:" + filter.port() + "/ops"), TOKEN);
    for (String path :
        List.of(
            "/status",
            "/servers",
            "/servers/one",
            "/meetings/find?id=math",
            "/meetings?limit=10",
            "/events?limit=1000",
            "/operations",
            "/history",
            "/token")) {
      AdminCaller.Answer answer = admin.get(path);
      assertThat(answer.status()).as(path).isIn(200, 503);
      said.add(answer.http().headers().map() + answer.text());
    }
    said.add(admin.with("wrong").get("/status").text());
    said.add(admin.post("/servers/two/probe", "{}").text());
    said.add(admin.put("/servers/two", "{\"secret\":\"inner-secret-2\"}").text());
    said.add(admin.put("/servers/two/drain", "{\"message\":\"pass-word-77\"}").text());
    said.add(admin.delete("/servers/two/drain").text());
    return String.join("\n", said);
  }

  @Test
  void letsNoSecretChecksumPasswordOrNameOut() throws Exception {
    List<String> answers = new ArrayList<>();
    try (RunningFilter filter =
        pool.startWebapp(
            TestContainer.Kind.JETTY,
            "admin.path",
            "/ops",
            "admin.token",
            TOKEN,
            "cache.ttl",
            "0",
            "log.calls",
            "all",
            "timeout.answer",
            "1s",
            "timeout.connect",
            "1s")) {
      FrontEnd moodle = filter.frontEnd();
      FrontEnd mallory = new FrontEnd(filter.port(), "guessed");
      URI create = moodle.signed("create", "name=Math&meetingID=math&moderatorPW=pass-word-77");
      moodle.get(create);
      HttpResponse<String> join =
          moodle.get(moodle.signed("join", "meetingID=math&fullName=Zaphod&password=pass-word-77"));
      assertThat(join.headers().firstValue("Location").orElseThrow()).contains("checksum=");
      answers.add(
          mallory.get(mallory.signed("end", "meetingID=math&password=pass-word-77")).body());
      answers.add(moodle.get(moodle.signed("join", "meetingID=none&fullName=Zaphod")).body());
      answers.add(moodle.call("isMeetingRunning", "meetingID=math"));
      answers.add(moodle.call("getMeetings", "").replaceAll("(?s)<meetings>.*</meetings>", ""));
      for (String fault :
          List.of("garbage", "html:502", "drop", "reset", "cut", "wrong-secret", "stall")) {
        one.fault(Fault.parse(fault));
        two.fault(Fault.parse(fault));
        answers.add(moodle.call("end", "meetingID=math&password=pass-word-77"));
        answers.add(moodle.call("getMeetings", ""));
        answers.add(moodle.call("create", "name=Zaphod&meetingID=new&moderatorPW=pass-word-77"));
        answers.add(adminDoor(filter));
      }
      one.close();
      answers.add(moodle.call("getMeetingInfo", "meetingID=math"));
      answers.add(moodle.call("getRecordings", "meetingID=math"));
      answers.add(adminDoor(filter));
    }

    assertThat(log.toString())
        .contains("meeting.placed", "call.failed", "tinyscale.calls: call=create meeting=math");
    assertThat(log.toString()).contains("outcome=denied key=checksumError", "request=");
    assertThat(answers).last(STRING).contains("tinyscale_server_up{server=\"one\"}");
    for (String output : List.of(log.toString(), String.join("\n", answers))) {
      assertThat(output)
          .doesNotContain(
              RunningFilter.SECRET, TOKEN, "inner-secret", "pass-word-77", "Zaphod", "guessed")
          .doesNotContainPattern(CHECKSUM);
    }
  }
}
