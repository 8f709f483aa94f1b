package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Simulated servers for one test, and the filter in front of them when the test starts it. The
 * servers start with the object, so a test keeps it in a field of its instance, and stop after the
 * test. The secret of a server is {@code secret-of-} and its name, if no setting says otherwise.
 */
final class SimulatedPoolExtension implements AfterEachCallback {

  private final Map<String, UnaryOperator<SimulatedServer.Builder>> settings = new HashMap<>();
  private final List<SimulatedServer> servers = new ArrayList<>();
  private final Path directory;

  private SimulatedPoolExtension() {
    try {
      directory = Files.createTempDirectory("simulated-pool");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts servers of these names with the simulator's defaults. */
  static SimulatedPoolExtension of(String... names) {
    SimulatedPoolExtension pool = new SimulatedPoolExtension();
    for (String name : names) {
      pool.with(name, UnaryOperator.identity());
    }
    return pool;
  }

  /** Starts one more server, with these settings. */
  SimulatedPoolExtension with(String name, UnaryOperator<SimulatedServer.Builder> more) {
    settings.put(name, more);
    servers.add(start(name, more, 0));
    return this;
  }

  private static SimulatedServer start(
      String name, UnaryOperator<SimulatedServer.Builder> more, int port) {
    return more.apply(SimulatedServer.builder().name(name).secret("secret-of-" + name).port(port))
        .start();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    servers.forEach(SimulatedServer::close);
    Files.deleteIfExists(poolFile());
    Files.delete(directory);
  }

  /** The servers in the order of their names in the test; the list changes when one is replaced. */
  List<SimulatedServer> servers() {
    return Collections.unmodifiableList(servers);
  }

  SimulatedServer server(String name) {
    return servers.stream()
        .filter(server -> server.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no server " + name));
  }

  /** The one server that holds a meeting; fails if there is none, or another. */
  SimulatedServer ownerOf(String meetingId) {
    List<SimulatedServer> owners =
        servers.stream().filter(server -> server.meetings().contains(meetingId)).toList();
    assertThat(owners).as("servers with " + meetingId).hasSize(1);
    return owners.get(0);
  }

  /** How many requests of a call have come to all servers together. */
  long received(String call) {
    return servers.stream().mapToLong(server -> server.received(call)).sum();
  }

  /** The requests of a call that have come to any server. */
  List<ReceivedRequest> requests(String call) {
    return servers.stream()
        .flatMap(server -> server.requests().stream())
        .filter(request -> request.call().equals(call))
        .toList();
  }

  /** The one request of a call that has come to the servers; fails if there is none, or another. */
  ReceivedRequest only(String call) {
    List<ReceivedRequest> requests = requests(call);
    assertThat(requests).as(call).hasSize(1);
    return requests.get(0);
  }

  /** Replaces a server that was closed by the same one, without any of its meetings. */
  SimulatedServer startAgain(SimulatedServer closed) {
    return replace(closed, UnaryOperator.identity());
  }

  /** Replaces a server that was closed by one with other settings, at the same address. */
  SimulatedServer replace(SimulatedServer closed, UnaryOperator<SimulatedServer.Builder> changes) {
    UnaryOperator<SimulatedServer.Builder> before = settings.get(closed.name());
    SimulatedServer started =
        start(closed.name(), builder -> changes.apply(before.apply(builder)), closed.port());
    servers.set(servers.indexOf(closed), started);
    return started;
  }

  /** Starts the filter in front of all servers with further settings, key and value in turn. */
  RunningFilter start(TestContainer.Kind kind, String... settings) throws Exception {
    return start(kind, servers, settings);
  }

  /** Starts the filter of the WAR in front of all servers. */
  RunningFilter startWebapp(TestContainer.Kind kind, String... settings) throws Exception {
    return RunningFilter.startWebapp(kind, directory, servers, settings);
  }

  /** Starts the filter in front of these servers only. */
  RunningFilter start(TestContainer.Kind kind, List<SimulatedServer> some, String... settings)
      throws Exception {
    return RunningFilter.start(kind, directory, some, settings);
  }

  /** The pool file of the filter; it exists once a filter was started or the file was written. */
  Path poolFile() {
    return directory.resolve("servers.json");
  }

  /** Writes the pool file again, with these servers. */
  Path writePoolFile(List<SimulatedServer> some) throws IOException {
    return RunningFilter.writePoolFile(directory, some);
  }
}
