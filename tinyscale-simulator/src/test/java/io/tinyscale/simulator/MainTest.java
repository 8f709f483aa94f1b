package io.tinyscale.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private Process process;

  private void run(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(Path.of("target", "classes").toString());
    command.add(Main.class.getName());
    command.addAll(Arrays.asList(args));
    process = new ProcessBuilder(command).start();
  }

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            java.net.http.HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  @Test
  void printsOneLineAnswersAndEndsAtATermSignal() throws Exception {
    run("--port", "0", "--secret", "abc", "--profile", "2.7", "--fault", "getMeetings=error:503");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);

    String line = out.readLine();
    String url = line.replaceFirst("ready url=(\\S+) secret=abc", "$1");

    assertThat(line).matches("ready url=http://127\\.0\\.0\\.1:\\d+/bigbluebutton/api secret=abc");
    assertThat(get(url).body()).contains("<version>2.0</version>").doesNotContain("graphql");
    assertThat(get(url + "/getMeetings").statusCode()).isEqualTo(503);
    // Not destroy(), which would close the stream that is read below.
    process.toHandle().destroy();
    assertThat(exitCode()).isZero();
    assertThat(out.readLine()).isNull();
  }

  @Test
  void endsWithItsInputIfToldTo() throws Exception {
    run("--end-with-input");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);

    assertThat(out.readLine()).startsWith("ready ");
    assertThat(process.isAlive()).isTrue();
    process.getOutputStream().close();

    assertThat(exitCode()).isZero();
  }

  @Test
  void listensWhereItIsToldToAndTellsItsAddress() throws Exception {
    run("--host", "127.0.0.2", "--name", "bbb1");

    String line = process.inputReader().readLine();
    String url = line.replaceFirst("ready url=(\\S+) .*", "$1");

    assertThat(url).matches("http://127\\.0\\.0\\.2:\\d+/bigbluebutton/api");
    assertThat(get(url).body()).contains("http://127.0.0.2:");
    int port = URI.create(url).getPort();
    assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void endsWithOneIfItCannotListenThere() throws Exception {
    run("--host", "192.0.2.1", "--port", "8091");

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("cannot listen on 192.0.2.1:8091: ");
    assertThat(exitCode()).isEqualTo(1);
  }

  @Test
  void makesUpASecret() throws Exception {
    run();

    assertThat(process.inputReader().readLine()).matches("ready url=\\S+ secret=[a-z0-9]{40}");
  }

  @Test
  void servesHttpsFromAKeystore(@TempDir Path folder) throws Exception {
    Path keystore = TestKeystore.create(folder, "secret");

    run("--tls-keystore", keystore.toString(), "--tls-password", "secret");

    assertThat(process.inputReader().readLine()).startsWith("ready url=https://127.0.0.1:");
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    run("--help");

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains(
            "--host",
            "--port",
            "--secret",
            "--profile",
            "--callback-waits",
            "--fault",
            "2.4, 2.6, 2.7, 3.0, 4.0");
    assertThat(exitCode()).isZero();
  }

  @Test
  void badArgumentsEndWithTwo() throws Exception {
    run("--port", "x");

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("--port: x (expected: 0 to 65535)");
    assertThat(exitCode()).isEqualTo(2);
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense",
        "--host",
        "--port",
        "--port 65536",
        "--profile 1.0",
        "--fault nonsense",
        "--tls-keystore x",
        "--end-delay 5",
        "--hook-signing md5",
        "--callback-waits -1",
        "--callback-waits x"
      })
  void argumentsAreChecked(String line) {
    assertThatThrownBy(() -> Options.parse(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
