package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes that are nearly requests, over real sockets. {@code -Dfuzz.seconds=600} goes on with new
 * seeds for that long in each container, {@code -Dfuzz.seed=7} runs one.
 */
class WireFuzzTest {

  private static final int SEEDS = 300;
  private static final int PATIENCE_MILLIS = 30_000;

  private static final String[] PIECES = {
    "\r\n",
    "\r",
    "\n",
    " ",
    "\t",
    "\u0000",
    ":",
    ";",
    "?",
    "#",
    "%",
    "%00",
    "%2e%2e/",
    "//",
    "\\",
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/2.0",
    "Host: y\r\n",
    "Content-Length: 3\r\n",
    "Expect: 100-continue\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: upgrade\r\nUpgrade: h2c\r\n",
    "Connection: close\r\n",
    "\u00e4",
    "\u00ff",
    "&checksum=",
    "5\r\nabcde\r\n0\r\n\r\n",
    "Content-Type: multipart/form-data\r\n",
    "Cookie: a=b; c\r\n",
    "Accept-Encoding: gzip\r\n",
    "Range: bytes=0-1\r\n",
    "{",
    "<a>",
    "\""
  };

  /** No answer, a status that blames no bug, or HTTP/0.9, whose answers have no head. */
  private static final Pattern PROPER =
      Pattern.compile(
          "|HTTP/1\\.[01] (100|200|302|4\\d\\d|501|505) .*|<response>.*"
              + "|<!doctype html><html lang=\"en\"><head><title>HTTP Status 4.*",
          Pattern.DOTALL);

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final SimulatedServer server = pool.server("one");

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void answersProperlyOrClosesTheConnection(TestContainer.Kind kind) throws Exception {
    server.meetings().create("math");
    try (RunningFilter filter = pool.start(kind)) {
      Long one = Long.getLong("fuzz.seed");
      int seconds = Integer.getInteger("fuzz.seconds", 0);
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      Random seeds = new Random();
      for (int i = 1; one == null ? i <= SEEDS || System.nanoTime() - end < 0 : i == 1; i++) {
        long seed = one != null ? one : seconds == 0 ? i : seeds.nextLong();
        String request = request(new Random(seed), filter.frontEnd());

        String answer = exchange(filter.port(), request, seed);

        // Whatever it was, it is answered by a call's document, or refused by the container; and
        // never by a mistake of ours.
        assertThat(answer)
            .as("seed %d: %s", seed, request)
            .matches(PROPER)
            .doesNotContain("HTTP/1.1 500");
        if (answer.startsWith("HTTP/1.1 200") && answer.contains("\r\n\r\n<")) {
          assertThat(answer).as("seed %d", seed).contains("<returncode>");
        }
      }
      assertThat(filter.frontEnd().call("getMeetings", "at=the-end")).contains("SUCCESS");
    }
  }

  private static String request(Random random, FrontEnd moodle) {
    String[] calls = {
      "getMeetingInfo",
      "isMeetingRunning",
      "create",
      "join",
      "getMeetings",
      "insertDocument",
      "getRecordings",
      "putRecordingTextTrack",
      "hooks/list",
      "unknown",
      ""
    };
    String call = pick(random, calls);
    String query =
        moodle
            .signed(call, "meetingID=" + pick(random, new String[] {"math", "none", "%41", ""}))
            .getRawQuery();
    String body = pick(random, new String[] {"", "meetingID=math", "<modules/>", "x".repeat(3000)});
    String type =
        pick(
            random,
            new String[] {
              "application/x-www-form-urlencoded", "application/xml", "text/plain", "a"
            });
    StringBuilder request = new StringBuilder();
    request.append(pick(random, new String[] {"GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE"}));
    request.append(" /bigbluebutton/api/").append(call).append('?').append(query);
    request.append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    if (!body.isEmpty()) {
      request.append("Content-Type: ").append(type).append("\r\n");
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    request.append("\r\n").append(body);
    for (int n = random.nextInt(5); n > 0; n--) {
      int at = random.nextInt(request.length() + 1);
      int to = Math.min(request.length(), at + random.nextInt(20));
      switch (random.nextInt(4)) {
        case 0 -> request.insert(at, pick(random, PIECES));
        case 1 -> request.delete(at, to);
        case 2 -> request.replace(at, to, pick(random, PIECES));
        default -> request.insert(at, (char) random.nextInt(256));
      }
    }
    return request.toString();
  }

  private static String exchange(int port, String request, long seed) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        socket.getInputStream().transferTo(answer);
      } catch (SocketException reset) {
        // The request was refused before it was read.
      }
    } catch (IOException e) {
      throw new AssertionError("seed " + seed + " is not answered: " + request, e);
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }

  private static String pick(Random random, String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
