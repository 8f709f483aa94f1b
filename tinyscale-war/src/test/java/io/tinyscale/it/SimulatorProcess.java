package io.tinyscale.it;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** A simulated server in a process of its own: {@code java -jar tinyscale-simulator.jar}. */
final class SimulatorProcess implements AutoCloseable {

  private final String name;
  private final ChildProcess process;
  private final URI api;
  private final String secret;

  private SimulatorProcess(String name, ChildProcess process, URI api, String secret) {
    this.name = name;
    this.process = process;
    this.api = api;
    this.secret = secret;
  }

  /** Starts one and waits until it is ready. */
  static SimulatorProcess start(String name, Path folder, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ChildProcess.java(),
                "-jar",
                Path.of(System.getProperty("it.simulator")).toAbsolutePath().toString(),
                "--name",
                name));
    command.addAll(List.of(arguments));
    ChildProcess process = ChildProcess.start("simulator-" + name, folder, command, Map.of());
    Matcher ready = process.awaitOutput("^ready url=(\\S+) secret=(\\S+)$");
    return new SimulatorProcess(name, process, URI.create(ready.group(1)), ready.group(2));
  }

  /** Its entry in a pool file. */
  String entry() {
    return String.format(
        "{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"%s\"}", api, secret, name);
  }

  /** Its pool file entry's address. */
  URI api() {
    return api;
  }

  /** Whether it holds a meeting, asked directly. */
  boolean holds(String meetingId) {
    return new SigningClient(api, secret)
        .call("getMeetingInfo", "meetingID=" + meetingId)
        .body()
        .contains("SUCCESS");
  }

  /** Ends it with SIGKILL. */
  @Override
  public void close() {
    process.close();
  }
}
