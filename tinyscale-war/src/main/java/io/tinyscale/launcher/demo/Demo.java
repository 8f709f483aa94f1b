package io.tinyscale.launcher.demo;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.health.StartupException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Two simulated servers and all the configuration that a balancer in front of them needs, made up
 * on the spot. The one place that prints a secret and signed URLs, which is what it is for: the
 * secret is good for nothing else.
 */
public final class Demo implements AutoCloseable {

  private static final List<String> NAMES = List.of("bbb1", "bbb2");

  private static final String LOOPBACK = "127.0.0.1";

  /** Short, because somebody kills a server and watches. */
  private static final String INTERVAL = "2s";

  private final List<Process> processes;
  private final List<DemoServer> servers;
  private final DemoFrontEnd frontEnd;
  private final Path poolFile;
  private final String secret;
  private final String adminToken;

  private Demo(
      List<Process> processes,
      List<DemoServer> servers,
      DemoFrontEnd frontEnd,
      Path poolFile,
      String secret,
      String adminToken) {
    this.adminToken = adminToken;
    this.processes = processes;
    this.servers = servers;
    this.frontEnd = frontEnd;
    this.poolFile = poolFile;
    this.secret = secret;
  }

  /**
   * Starts the servers on free loopback ports, each in a process of its own, and the front end.
   *
   * @param out where the front end tells what reaches it
   * @throws StartupException if one of them does not start
   */
  static Demo start(PrintStream out) {
    // All of them start at the same time.
    Map<String, Process> processes = new LinkedHashMap<>();
    List<DemoServer> servers = new ArrayList<>();
    try {
      for (String name : NAMES) {
        processes.put(name, DemoServer.launch(name));
      }
      processes.forEach((name, process) -> servers.add(DemoServer.await(name, process)));
      String secret = random();
      Path poolFile = writePoolFile(servers);
      DemoFrontEnd frontEnd = DemoFrontEnd.start(secret, out);
      return new Demo(
          List.copyOf(processes.values()),
          List.copyOf(servers),
          frontEnd,
          poolFile,
          secret,
          "tsk_" + random());
    } catch (IOException e) {
      DemoServer.end(processes.values());
      throw new StartupException("The demo does not start. " + e.getMessage());
    } catch (RuntimeException e) {
      DemoServer.end(processes.values());
      throw e;
    }
  }

  private static String random() {
    byte[] bytes = new byte[20];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Path writePoolFile(List<DemoServer> servers) throws IOException {
    // A temporary file is its owner's alone.
    Path file = Files.createTempFile("tinyscale-demo-", ".json");
    file.toFile().deleteOnExit();
    String entries = servers.stream().map(DemoServer::entry).collect(Collectors.joining(",\n  "));
    Files.writeString(file, "[\n  " + entries + "\n]\n");
    return file;
  }

  /**
   * The configuration: nothing of it comes from the environment.
   *
   * @param port where the servers reach tinyscale
   * @param anyPort whether the admin door, too, may be at any port
   */
  TinyscaleConfig config(ConfigSource options, int port, boolean anyPort) {
    Map<String, String> values = new HashMap<>();
    values.put("tinyscale.secret", secret);
    values.put("tinyscale.admin.token", adminToken);
    values.put("tinyscale.servers", poolFile.toString());
    values.put("tinyscale.host", LOOPBACK);
    values.put("tinyscale.health.interval", INTERVAL);
    values.put("tinyscale.relay.url", "http://" + LOOPBACK + ":" + port);
    values.put("tinyscale.relay.allow", LOOPBACK);
    if (anyPort) {
      values.put("tinyscale.admin.listen", LOOPBACK + ":0");
    }
    return TinyscaleConfig.readForExecutable(
        List.of(options, ConfigSource.properties("the demo", values)));
  }

  /**
   * What to paste next, and what to expect.
   *
   * @param adminAddress of the admin door, if there is one
   */
  String instructions(String address, Optional<String> adminAddress) {
    String api = address + "/bigbluebutton/api/";
    return """
        %s
        Two simulated BigBlueButton servers stand behind it, each in a process of its own:
          %s
        The secret of this demo: %s

        Make a meeting:
          curl '%s'
        Join it (a redirect to the server that has it):
          curl -i '%s'
        List the meetings of all servers:
          curl '%s'
        End it, and see which callbacks reach the front end, which the demo plays, too:
          curl '%s'
        The server signs them with its own secret; tinyscale verifies them and signs them with the secret
        above. The log says callback.delivered, and the front end says what it got.

        Kill a server, and watch this log:
          kill -9 %d
        Within 10 seconds the log says server.down. Then `create` makes the meetings of the killed
        server on the other server; until then `join` still leads to the killed one. Nothing starts
        the killed server again: end the demo and start it anew.

        Let a server take no new meetings: add "state": "cordoned" to its entry in
          %s
        The log says pool.changed. The server keeps the meetings that it has.

        All processes end with the demo.
        """
        .formatted(
            adminAddress.map(this::page).orElse(""),
            servers.stream().map(DemoServer::line).collect(Collectors.joining("\n  ")),
            secret,
            api + signed("create", "name=Demo&meetingID=demo&record=true" + frontEnd.callbacks()),
            api + signed("join", "fullName=Ada&meetingID=demo&role=MODERATOR"),
            api + signed("getMeetings", ""),
            api + signed("end", "meetingID=demo"),
            servers.get(0).pid(),
            poolFile);
  }

  /** A browser never sends what stands behind the #. */
  private String page(String door) {
    return """

        The status page, which shows what happens below as it happens:
          %1$s/#token=%2$s
        The same by commands, in another terminal:
          TINYSCALE_URL=%1$s TINYSCALE_TOKEN=%2$s java -jar tinyscale.war servers
        """
        .formatted(door, adminToken);
  }

  /** The token of its admin door. */
  public String adminToken() {
    return adminToken;
  }

  /** A call with its checksum, to stand behind the address of the API. */
  public String signed(String call, String query) {
    QueryString parameters = new QueryString(query);
    String checksum =
        Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.named(call), parameters, Secret.of(secret));
    return call + "?" + parameters.with("checksum", checksum).raw();
  }

  @Override
  public void close() {
    DemoServer.end(processes);
    frontEnd.close();
    try {
      Files.deleteIfExists(poolFile);
    } catch (IOException e) {
      // Left in the folder for temporary files; its secrets are void.
    }
  }
}
