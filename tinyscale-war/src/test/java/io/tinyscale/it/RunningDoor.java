package io.tinyscale.it;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code java -jar tinyscale.war} with an admin door and tokens, in front of simulated servers. */
final class RunningDoor implements AutoCloseable {

  static final String SECRET = "hKq8sFk2pZ4711";
  static final String ADMIN = "tsk_admin_0123456789abcdefghijklmnopqrs";
  static final String OPERATE = "tsk_operate_0123456789abcdefghijklmnopq";
  static final String READ = "tsk_read_0123456789abcdefghijklmnopqrst";

  private final Path folder;
  private final SimulatedPool pool;
  private final Path poolFile;
  private final Path tokens;
  private final Map<String, String> environment = new HashMap<>();
  private ChildProcess process;
  private URI api;
  private URI door;
  private int starts;

  /** Starts everything; settings are names and values of the environment in turn. */
  RunningDoor(Path folder, String... settings) {
    this(folder, SimulatedPool.start(2), settings);
  }

  private RunningDoor(Path folder, SimulatedPool pool, String... settings) {
    this(folder, pool, PoolFiles.write(folder, pool), settings);
  }

  private RunningDoor(Path folder, SimulatedPool pool, Path poolFile, String... settings) {
    this.folder = folder;
    this.pool = pool;
    this.poolFile = poolFile;
    tokens = folder.resolve("tokens");
    writeTokens(
        "# who  scope  token\n"
            + ("anna admin " + ADMIN + "\n")
            + ("bert operate " + OPERATE + "\n")
            + ("grafana read " + READ + "\n"));
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", poolFile.toString());
    environment.put("TINYSCALE_ADMIN_LISTEN", "127.0.0.1:0");
    environment.put("TINYSCALE_ADMIN_TOKENS_FILE", tokens.toString());
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    if (environment.putIfAbsent("TINYSCALE_HEALTH_INTERVAL", "1s") == null) {
      // In place of half a second: a list that is late on a busy machine is told as a trouble.
      environment.putIfAbsent("TINYSCALE_HEALTH_TIMEOUT", "950ms");
    }
    startBalancer();
  }

  /** In front of servers in processes of their own, which go on when this is closed. */
  static RunningDoor before(List<SimulatorProcess> servers, Path folder) {
    String entries =
        servers.stream().map(SimulatorProcess::entry).collect(Collectors.joining(",", "[", "]"));
    return new RunningDoor(folder, SimulatedPool.start(0), PoolFiles.write(folder, entries));
  }

  /** With a pool file of this text, in a folder of its own; the servers are somebody else's. */
  static RunningDoor withPool(String json, Path folder, String... settings) {
    return new RunningDoor(folder, SimulatedPool.start(0), PoolFiles.write(folder, json), settings);
  }

  private void startBalancer() {
    starts++;
    process = ExecutableWar.start("door-" + starts, folder, environment, "--port", "0");
    api = ExecutableWar.awaitReady(process);
    door = URI.create(process.awaitOutput("(?m)^admin door: (\\S+)$").group(1));
  }

  /** The same in front of more servers, or fewer. */
  static RunningDoor ofServers(int servers, Path folder, String... settings) {
    return new RunningDoor(folder, SimulatedPool.start(servers), settings);
  }

  /** Stops the balancer and starts it again; the servers go on. */
  void restart() {
    process.close();
    startBalancer();
  }

  /** Replaces the file of tokens. */
  void writeTokens(String text) {
    try {
      Files.writeString(tokens, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ChildProcess process() {
    return process;
  }

  Path poolFile() {
    return poolFile;
  }

  /** What the pool file says. */
  String poolText() {
    try {
      return Files.readString(poolFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SimulatedServer server(int index) {
    return pool.servers().get(index);
  }

  /** Where front ends call. */
  URI api() {
    return api;
  }

  /** Where administrators call. */
  URI door() {
    return door;
  }

  /** An administrator with every right. */
  AdminCaller admin() {
    return new AdminCaller(door, ADMIN);
  }

  SigningClient frontEnd() {
    return new SigningClient(api, SECRET);
  }

  /** Makes a meeting. */
  void create(String meetingId) {
    SigningClient.assertSuccess(frontEnd().call("create", "name=Room&meetingID=" + meetingId));
  }

  @Override
  public void close() {
    process.close();
    pool.close();
  }
}
