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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Simulated servers and all the configuration that a balancer in front of them needs, made up on
 * the spot. The one place that prints a secret and signed URLs, which is what it is for: the secret
 * is good for nothing else.
 */
public final class Demo implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  /** Short, because somebody kills a server and watches. */
  private static final String INTERVAL = "2s";

  private final DemoKind kind;
  private final DemoServers servers;
  private final DemoFrontEnd frontEnd;
  private final Path poolFile;
  private final String secret;
  private final String adminToken;

  private Demo(
      DemoKind kind,
      DemoServers servers,
      DemoFrontEnd frontEnd,
      Path poolFile,
      String secret,
      String adminToken) {
    this.kind = kind;
    this.servers = servers;
    this.frontEnd = frontEnd;
    this.poolFile = poolFile;
    this.secret = secret;
    this.adminToken = adminToken;
  }

  /**
   * Starts the servers and the front end.
   *
   * @param out where the front end tells what reaches it
   * @throws StartupException if one of them does not start
   */
  static Demo start(DemoKind kind, PrintStream out) {
    DemoServers servers =
        DemoServers.start(
            IntStream.rangeClosed(1, kind.servers()).mapToObj(i -> "bbb" + i).toList());
    try {
      String secret = random();
      Path poolFile = writePoolFile(servers.all());
      DemoFrontEnd frontEnd = DemoFrontEnd.start(secret, out);
      return new Demo(kind, servers, frontEnd, poolFile, secret, "tsk_" + random());
    } catch (IOException e) {
      servers.close();
      throw new StartupException("The demo does not start. " + e.getMessage());
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
    if (kind == DemoKind.SCHOOL) {
      // Rooms fill after their create, and new ones shall find the server that is empty.
      values.put("tinyscale.placement", "expected-load");
    }
    if (anyPort) {
      values.put("tinyscale.admin.listen", LOOPBACK + ":0");
    }
    return TinyscaleConfig.readForExecutable(
        List.of(options, ConfigSource.properties("the demo", values)));
  }

  /**
   * What to do next, and what to expect.
   *
   * @param address of tinyscale
   * @param adminAddress of the admin door, if there is one
   */
  String instructions(String address, Optional<String> adminAddress) {
    Instructions instructions =
        new Instructions(adminAddress, adminToken, servers.all(), secret, poolFile);
    return kind == DemoKind.SCHOOL
        ? instructions.ofSchool()
        : instructions.ofEmptyServers(
            (call, query) -> signed(address, call, query), frontEnd.callbacks());
  }

  /** The simulated servers. */
  DemoServers servers() {
    return servers;
  }

  /** The token of its admin door. */
  public String adminToken() {
    return adminToken;
  }

  /**
   * The whole address of a call, with its checksum.
   *
   * @param address of tinyscale
   */
  public String signed(String address, String call, String query) {
    QueryString parameters = new QueryString(query);
    String checksum =
        Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.named(call), parameters, Secret.of(secret));
    return address
        + "/bigbluebutton/api/"
        + call
        + "?"
        + parameters.with("checksum", checksum).raw();
  }

  @Override
  public void close() {
    servers.close();
    frontEnd.close();
    try {
      Files.deleteIfExists(poolFile);
    } catch (IOException e) {
      // Left in the folder for temporary files; its secrets are void.
    }
  }
}
