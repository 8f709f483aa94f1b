package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * 2,500 strangers without a secret, who send a request or most of it and then wait, in front of a
 * JVM with {@code -Xmx128m}.
 */
@Tag("slow")
class StrangersIT {

  private static final String SECRET = "hKq8sFk2pZ4711-abc";
  private static final int STRANGERS = 2500;

  @TempDir private Path folder;

  private final List<Stranger> strangers = new ArrayList<>();
  private SimulatedPool pool;
  private Path poolFile;

  /** What a stranger sends. */
  enum Part {
    FORM(
        "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nContent-Length: 65000\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            + "x".repeat(64_000)),
    REQUEST_LINE("GET /bigbluebutton/api/create?x=" + "x".repeat(70_000)),
    FIELDS("GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\n" + "a:\r\n".repeat(17_000)),
    TRAILER(
        "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n\r\n0\r\nX-A: "
            + "x".repeat(70_000)),
    WHOLE_CALL(
        "GET /bigbluebutton/api/create?x=" + "x".repeat(60_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

    private final byte[] bytes;

    Part(String text) {
      bytes = text.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** One connection. */
  private static final class Stranger implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer unsent;
    private boolean refused;

    Stranger(int port, Part part) throws IOException {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(new InetSocketAddress("127.0.0.1", port));
      unsent = ByteBuffer.wrap(part.bytes);
    }

    /** Sends what can be sent without waiting. */
    void send() {
      try {
        if (!isOver() && channel.finishConnect()) {
          channel.write(unsent);
        }
      } catch (IOException closed) {
        refused = true;
      }
    }

    /** Whether everything is sent, or the other side has closed the connection. */
    boolean isOver() {
      return refused || !unsent.hasRemaining();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @BeforeEach
  void startServers() {
    pool = SimulatedPool.start(1);
    poolFile = PoolFiles.write(folder, pool);
    pool.servers().get(0).meetings().create("lesson");
  }

  @AfterEach
  void stop() throws IOException {
    leave();
    pool.close();
  }

  /**
   * Returns when a tenth have sent all that they want to send, or were refused. The others are
   * connected and have sent what was taken of it: a Tomcat of 400 connections lets the rest wait.
   */
  private void come(int port, Part part) throws IOException {
    for (int i = 0; i < STRANGERS; i++) {
      strangers.add(new Stranger(port, part));
      strangers.forEach(Stranger::send);
    }
    await()
        .until(
            () -> {
              strangers.forEach(Stranger::send);
              return strangers.stream().filter(Stranger::isOver).count() > STRANGERS / 10;
            });
  }

  private void leave() throws IOException {
    for (Stranger stranger : strangers) {
      stranger.close();
    }
    strangers.clear();
  }

  private static void awaitAnswers(SigningClient frontend) {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              SigningClient.assertSuccess(frontend.call("getMeetingInfo", "meetingID=lesson"));
              SigningClient.assertSuccess(frontend.call("create", "name=Room&meetingID=new"));
            });
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void theExecutableAnswersOthersMeanwhileAndAfterwards(Part part) throws IOException {
    Map<String, String> environment =
        Map.of("TINYSCALE_SECRET", SECRET, "TINYSCALE_SERVERS", poolFile.toString());
    try (ChildProcess process =
        ExecutableWar.start(
            "strangers-" + part, folder, List.of("-Xmx128m"), environment, "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);
      SigningClient frontend = new SigningClient(api, SECRET);

      come(api.getPort(), part);
      SigningClient.assertSuccess(frontend.call("getMeetingInfo", "meetingID=lesson"));
      leave();

      awaitAnswers(frontend);
      process.terminate();
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out() + process.err()).doesNotContain("OutOfMemory", "out of memory");
    }
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void tomcatAnswersAfterwards(Part part) throws IOException {
    Map<String, String> environment =
        Map.of(
            "TINYSCALE_SECRET",
            SECRET,
            "TINYSCALE_SERVERS",
            poolFile.toString(),
            "JDK_JAVA_OPTIONS",
            "-Xmx128m");
    try (Container.Running tomcat =
        Container.TOMCAT_10.start(folder.resolve("base"), "ROOT", Map.of(), environment)) {
      URI api = tomcat.awaitApi();

      come(api.getPort(), part);
      leave();

      awaitAnswers(new SigningClient(api, SECRET));
    }
  }
}
