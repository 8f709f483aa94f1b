package io.tinyscale.launcher.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How commands call the admin door: address, token, and doors that are none. */
class AdminClientTest {

  @TempDir private Path folder;

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  private Optional<String> sentToken() {
    return door.calls().get(door.calls().size() - 1).header("Authorization");
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void saysThatTheDoorCannotBeReached() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    TestConsole.Result result =
        console.with("TINYSCALE_URL", "http://127.0.0.1:" + port).run("servers");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "Cannot reach http://127.0.0.1:"
                + port
                + ": connection refused. Is tinyscale running, and admin.listen not off?");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void doesNotWaitForASilentDoorWhenItCompletesNames() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TestConsole.Result result =
          console
              .with("TINYSCALE_URL", "http://127.0.0.1:" + silent.getLocalPort())
              .run("completion-names");

      assertThat(result.code()).isEqualTo(4);
      assertThat(result.err()).contains("no answer in 1 s");
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void doesNotReadWithoutEndFromADoorThatDrips() throws Exception {
    try (ServerSocket dripping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread drops = new Thread(() -> drip(dripping), "dripping-door");
      drops.start();

      TestConsole.Result result =
          console
              .with("TINYSCALE_URL", "http://127.0.0.1:" + dripping.getLocalPort())
              .run("completion-names");

      assertThat(result.code()).isEqualTo(4);
      assertThat(result.err()).contains("no answer in");
      drops.join(20_000);
      assertThat(drops.isAlive()).isFalse();
    }
  }

  /** Sends a byte every 100 ms until the caller leaves. */
  private static void drip(ServerSocket door) {
    try (Socket caller = door.accept();
        OutputStream out = caller.getOutputStream()) {
      out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(US_ASCII));
      while (true) {
        out.write(' ');
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    } catch (IOException callerLeft) {
      // That is what the test waits for.
    }
  }

  @Test
  void followsNoRedirect() {
    try (FakeDoor elsewhere = FakeDoor.open().answer("GET /servers", "{\"servers\":[]}")) {
      door.answer(
          "GET /servers",
          302,
          new byte[0],
          Map.of("Location", elsewhere.url() + "/api/v1/servers"));

      TestConsole.Result result = console.run("servers");

      assertThat(result.code()).isEqualTo(4);
      assertThat(result.err()).contains("answers with a redirect, which is not followed");
      assertThat(elsewhere.calls()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>hello</html>",
        "[]",
        "{\"servers\":",
        "{} {}",
        "{'servers':[]}",
        "{\"a\":\"\u001B\"}",
        "null"
      })
  void takesNothingButAJsonObject(String answer) {
    door.answer("GET /servers", answer);

    TestConsole.Result result = console.run("servers", "--json");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err())
        .contains("answers with something that is no JSON object. Is it tinyscale's admin door?");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void survivesAnswersThatAreNestedDeeply() {
    door.answer("GET /servers", "{\"a\":" + "[".repeat(1_000_000));

    assertThat(console.run("servers").code()).isEqualTo(4);
  }

  @Test
  void readsNoHugeAnswer() {
    byte[] huge = new byte[AdminClient.MOST_BYTES + 100_000];
    Arrays.fill(huge, (byte) ' ');
    door.answer("GET /servers", 200, huge, Map.of());

    TestConsole.Result result = console.run("servers");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("answers with more than 16 MiB");
  }

  @Test
  void takesFieldsOfOtherKindsForAbsent() {
    door.answer(
        "GET /servers",
        "{\"servers\":[1,{\"name\":[],\"state\":7,\"load\":\"x\",\"since\":\"soon\",\"drain\":[],"
            + "\"weight\":-1,\"tags\":{},\"ejectedUntil\":{}}]}");

    assertThat(console.run("servers").code()).isZero();
  }

  @Test
  void readsTheTokenOutOfAFile() throws IOException {
    door.answer("GET /servers", "{\"servers\":[]}");
    Path alone = Files.writeString(folder.resolve("alone"), "# mine\n\n  tsk_alone  \n");
    Path list =
        Files.writeString(folder.resolve("list"), "anna admin sha256:00\nlocal admin tsk_listed\n");

    console.run("servers", "--token-file", alone.toString());
    assertThat(sentToken()).contains("Bearer tsk_alone");
    console.with("TINYSCALE_TOKEN_FILE", list.toString()).run("servers");
    assertThat(sentToken()).contains("Bearer " + TestConsole.TOKEN);
    console.without("TINYSCALE_TOKEN").run("servers");
    assertThat(sentToken()).contains("Bearer tsk_listed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "anna admin sha256:00; holds hashes of tokens alone",
        "#; holds no token",
        "tsk_\u00e4; no token, which has printable characters only"
      })
  void saysWhyAFileGivesNoToken(String content, String message) throws IOException {
    Path file = folder.resolve("token");
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));

    TestConsole.Result result = console.run("servers", "--token-file", file.toString());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(message).doesNotContain("tsk_");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1",
        "127.0.0.1:3006",
        "http://anna:hidden@127.0.0.1",
        "http://127.0.0.1/?x=hidden",
        "http://",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://hidden host"
      })
  void refusesOtherAddresses(String url) {
    TestConsole.Result result = console.run("servers", "--url", url);

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("--url: not the address").doesNotContain("hidden");
  }

  @Test
  void findsADoorBelowAPath() {
    door.answer("GET /lb/tinyscale/api/v1/servers", "{\"servers\":[]}");

    assertThat(console.run("servers", "--url", door.url() + "/lb/tinyscale/").code()).isZero();
  }

  @Test
  void showsNoTokenEvenIfTheDoorRepeatsIt() {
    door.answer("GET /servers", "{\"servers\":[{\"name\":\"" + TestConsole.TOKEN + "\"}]}");

    assertThat(console.run("servers").out()).contains("***").doesNotContain(TestConsole.TOKEN);
    assertThat(console.run("servers", "--json").out()).doesNotContain(TestConsole.TOKEN);
  }
}
