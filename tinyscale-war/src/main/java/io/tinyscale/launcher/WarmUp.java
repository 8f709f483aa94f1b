package io.tinyscale.launcher;

import io.tinyscale.health.StartupException;
import io.tinyscale.launcher.cli.Commands;
import io.tinyscale.launcher.demo.DemoBalancer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Uses each part of a balancer once, so that the JVM loads the classes which a class-data archive
 * shall have: the calls of front ends, a scrape, and the commands.
 */
final class WarmUp {

  private static final int PATIENCE = Math.toIntExact(Duration.ofSeconds(60).toMillis());

  /** Each of them takes another way through the gateway. */
  private static final List<List<String>> CALLS =
      List.of(
          List.of("create", "name=Warm-up&meetingID=warm-up"),
          List.of("isMeetingRunning", "meetingID=warm-up"),
          List.of("getMeetingInfo", "meetingID=warm-up"),
          List.of("join", "fullName=Ada&meetingID=warm-up&role=MODERATOR"),
          List.of("getMeetings", ""),
          List.of("getRecordings", ""),
          List.of("end", "meetingID=warm-up"));

  private static final List<String> PATHS_OF_THE_DOOR = List.of("/", "/health/pool", "/metrics");

  private static final List<String> COMMANDS = List.of("status", "servers");

  private final DemoBalancer balancer;
  private final PrintStream out;
  private final PrintStream err;

  WarmUp(DemoBalancer balancer, PrintStream out, PrintStream err) {
    this.balancer = balancer;
    this.out = out;
    this.err = err;
  }

  /**
   * Uses everything.
   *
   * @throws StartupException if something does not answer as it should
   */
  void run() {
    String address = balancer.server().address();
    get(address + "/health/ready");
    for (List<String> call : CALLS) {
      String name = call.get(0);
      String answer = get(balancer.demo().signed(address, name, call.get(1)));
      require(name.equals("join") || answer.contains("<returncode>SUCCESS<"), name);
    }
    require(
        get(address + "/bigbluebutton/api/getMeetings?checksum=wrong").contains("checksumError"),
        "checksum");
    String door =
        balancer
            .server()
            .adminAddress()
            .orElseThrow(() -> new StartupException("The demo has no admin door."));
    PATHS_OF_THE_DOOR.forEach(path -> get(door + path));
    Map<String, String> environment =
        Map.of("TINYSCALE_URL", door, "TINYSCALE_TOKEN", balancer.demo().adminToken());
    for (String command : COMMANDS) {
      require(Commands.run(command, environment, out, err) == Main.OK, command);
    }
  }

  private static void require(boolean isAsExpected, String what) {
    if (!isAsExpected) {
      throw new StartupException("The warm-up went wrong at " + what + ".");
    }
  }

  /** The body of an answer that is no error; nothing of a redirect is followed. */
  private static String get(String uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(uri).toURL().openConnection();
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(PATIENCE);
      connection.setReadTimeout(PATIENCE);
      try (InputStream body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      // The query stays out: it is signed.
      throw new StartupException(
          "The warm-up went wrong at " + uri.replaceFirst("\\?.*", "") + ".");
    }
  }
}
