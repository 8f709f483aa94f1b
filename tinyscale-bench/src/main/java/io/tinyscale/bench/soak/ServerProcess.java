package io.tinyscale.bench.soak;

import io.tinyscale.bench.process.ChildProcess;
import io.tinyscale.bench.process.Jdk;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * A simulated BBB server in a separate process, which always starts on the same port. Only one act
 * affects it at a time, because on a busy machine a start may take longer than scheduled.
 */
final class ServerProcess {

  private static final Pattern READY = Pattern.compile("ready url=http://127\\.0\\.0\\.1:(\\d+)/");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORT_PATIENCE = Duration.ofMillis(200);

  private final String name;
  private final String secret;
  private final Path folder;
  private final List<Long> ends = new CopyOnWriteArrayList<>();
  private ChildProcess process;
  private int port;
  private int starts;

  ServerProcess(String name, String secret, Path folder) {
    this.name = name;
    this.secret = secret;
    this.folder = folder;
    this.process = start();
    awaitReady();
  }

  private ChildProcess start() {
    starts++;
    List<String> command =
        List.of(
            Jdk.program("java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            simulator().toString(),
            "io.tinyscale.simulator.Main",
            "--name",
            name,
            "--port",
            String.valueOf(port),
            "--secret",
            secret,
            "--webhooks",
            "--end-delay",
            Timing.END_DELAY_MILLIS + "ms",
            "--journal",
            journal().toString());
    return ChildProcess.start(folder.resolve(name + "-" + starts + ".out"), command, Map.of());
  }

  private static Path simulator() {
    try {
      return Path.of(
          SimulatedServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitReady() {
    port = Integer.parseInt(process.awaitOutput(READY).group(1));
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  /** The journal of the server; all its processes write to it. */
  Path journal() {
    return folder.resolve(name + ".journal");
  }

  /** When its processes were ended, in microseconds since 1970. */
  List<Long> ends() {
    return List.copyOf(ends);
  }

  /** Its entry in a pool file. */
  String entry(String state, int weight) {
    return String.format(
        "{\"host\": \"http://127.0.0.1:%d\", \"secret\": \"%s\", \"name\": \"%s\","
            + " \"state\": \"%s\", \"weight\": %d}",
        port, secret, name, state, weight);
  }

  synchronized void kill() {
    ends.add(Span.now());
    process.kill();
  }

  synchronized void terminate() {
    ends.add(Span.now());
    process.terminate();
  }

  synchronized void startAgain() {
    process = start();
    awaitReady();
  }

  synchronized void stop() {
    process.signal("STOP");
  }

  synchronized void goOn() {
    process.signal("CONT");
  }

  /** Applies a fault, written as {@code [CALL=]SPEC}. */
  synchronized void fault(String text) {
    int equals = text.indexOf('=');
    String spec = text.substring(equals + 1);
    control(
        "POST",
        "fault?spec="
            + URLEncoder.encode(spec, StandardCharsets.UTF_8)
            + (equals < 0 ? "" : "&call=" + text.substring(0, equals)));
  }

  synchronized void clearFaults() {
    control("POST", "clear");
  }

  /** Makes a meeting there without tinyscale. Nothing comes of it if the server does not work. */
  void open(String room) {
    HttpCaller.send(
        port,
        Request.post("/simulator/create?meetingID=" + room + FrontEnd.PASSWORDS),
        SHORT_PATIENCE);
  }

  /** The present meetings of the server, with external and internal id. */
  List<Reply.Listed> meetings() {
    return control("GET", "meetings")
        .lines()
        .map(line -> line.split(" "))
        .map(words -> new Reply.Listed(words[0], words[1]))
        .toList();
  }

  private String control(String method, String command) {
    Reply reply =
        HttpCaller.send(port, new Request(method, "/simulator/" + command, "", ""), PATIENCE);
    if (reply.status() != 200) {
      throw new IllegalStateException(name + " " + command + ": " + reply.summary());
    }
    return reply.body();
  }

  synchronized void close() {
    process.kill();
  }
}
