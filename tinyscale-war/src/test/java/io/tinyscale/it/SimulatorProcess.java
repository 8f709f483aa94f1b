package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** A simulated server in a process of its own: {@code java -jar tinyscale-simulator.jar}. */
final class SimulatorProcess implements AutoCloseable {

  private static final String READY = "^ready url=(\\S+) secret=(\\S+)$";
  private static final HttpClient CONTROL = HttpClient.newHttpClient();

  private final String name;
  private final Path folder;
  private ChildProcess process;
  private final URI api;
  private final String secret;

  private SimulatorProcess(String name, Path folder, ChildProcess process, URI api, String secret) {
    this.name = name;
    this.folder = folder;
    this.process = process;
    this.api = api;
    this.secret = secret;
  }

  /** Starts a server and waits until it is ready. */
  static SimulatorProcess start(String name, Path folder, String... arguments) {
    ChildProcess process = launch(name, folder, arguments);
    Matcher ready = process.awaitOutput(READY);
    return new SimulatorProcess(name, folder, process, URI.create(ready.group(1)), ready.group(2));
  }

  private static ChildProcess launch(String name, Path folder, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ChildProcess.jdk("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Path.of(System.getProperty("it.simulator")).toAbsolutePath().toString(),
                "--name",
                name));
    command.addAll(List.of(arguments));
    return ChildProcess.start("simulator-" + name, folder, command, Map.of());
  }

  /** Starts the server again after its end, without its meetings. */
  void startAgain() {
    process = launch(name, folder, "--port", String.valueOf(api.getPort()), "--secret", secret);
    process.awaitOutput(READY);
  }

  /** Sends SIGSTOP: the server answers nothing until {@link #goOn}. */
  void stop() {
    process.signal("STOP");
  }

  /** Sends SIGCONT. */
  void goOn() {
    process.signal("CONT");
  }

  /** Gives the server a fault for every call. */
  void fault(String spec) {
    control("POST", "fault?spec=" + URLEncoder.encode(spec, StandardCharsets.UTF_8));
  }

  /** Gives the server a fault for one call. */
  void fault(String call, String spec) {
    control(
        "POST", "fault?call=" + call + "&spec=" + URLEncoder.encode(spec, StandardCharsets.UTF_8));
  }

  void clearFaults() {
    control("POST", "clear");
  }

  /** Makes a meeting without the balancer. */
  void create(String meetingId) {
    control("POST", "create?name=Room&meetingID=" + meetingId);
  }

  void join(String meetingId, String fullName) {
    control("POST", "join?meetingID=" + meetingId + "&fullName=" + fullName);
  }

  void leave(String meetingId, String fullName) {
    control("POST", "leave?meetingID=" + meetingId + "&fullName=" + fullName);
  }

  /** How many requests of a call have come. */
  int received(String call) {
    return control("GET", "counters")
        .lines()
        .filter(line -> line.startsWith(call + "="))
        .mapToInt(line -> Integer.parseInt(line.substring(call.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private String control(String method, String command) {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve("/simulator/" + command))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<String> response = CONTROL.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(command + ": " + response.body()).isEqualTo(200);
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String name() {
    return name;
  }

  /** The entry of the server in a pool file. */
  String entry() {
    return String.format(
        "{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"%s\"}", api, secret, name);
  }

  /** The address of the server in its pool file entry. */
  URI api() {
    return api;
  }

  /** Whether the server holds a meeting; asks the simulator, not the balancer. */
  boolean holds(String meetingId) {
    return control("GET", "meetings").lines().anyMatch(line -> line.startsWith(meetingId + " "));
  }

  /** Ends the server with SIGKILL. */
  @Override
  public void close() {
    process.close();
  }
}
