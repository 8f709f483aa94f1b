package io.tinyscale.launcher;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Two simulated servers and all the configuration that a balancer in front of them needs, made up
 * on the spot. The one place that prints a secret and signed URLs, which is what it is for: the
 * secret is good for nothing else.
 */
final class Demo implements Main.Closing {

  private static final int SERVERS = 2;

  private static final String LOOPBACK = "127.0.0.1";

  private final SimulatedPool pool;
  private final Path poolFile;
  private final String secret;

  private Demo(SimulatedPool pool, Path poolFile, String secret) {
    this.pool = pool;
    this.poolFile = poolFile;
    this.secret = secret;
  }

  /** Starts the servers on free loopback ports. */
  static Demo start() {
    byte[] random = new byte[20];
    new SecureRandom().nextBytes(random);
    SimulatedPool pool = SimulatedPool.start(SERVERS, server -> server.webhooks(true));
    try {
      return new Demo(pool, writePoolFile(pool), HexFormat.of().formatHex(random));
    } catch (IOException e) {
      pool.close();
      throw new UncheckedIOException("no temporary file for the demo", e);
    }
  }

  private static Path writePoolFile(SimulatedPool pool) throws IOException {
    // A temporary file is its owner's alone.
    Path file = Files.createTempFile("tinyscale-demo-", ".json");
    file.toFile().deleteOnExit();
    String servers = pool.servers().stream().map(Demo::entry).collect(Collectors.joining(",\n  "));
    Files.writeString(file, "[\n  " + servers + "\n]\n");
    return file;
  }

  private static String entry(SimulatedServer server) {
    return String.format(
        "{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"%s\"}",
        server.uri(), server.secret(), server.name());
  }

  /** The configuration: nothing of it comes from the environment. */
  TinyscaleConfig config(ConfigSource options) {
    return TinyscaleConfig.readForExecutable(
        List.of(
            options,
            ConfigSource.properties(
                "the demo",
                Map.of(
                    "tinyscale.secret",
                    secret,
                    "tinyscale.servers",
                    poolFile.toString(),
                    "tinyscale.host",
                    LOOPBACK))));
  }

  /** What to paste next. */
  String instructions(String address) {
    String api = address + "/bigbluebutton/api/";
    return """

        Two simulated BigBlueButton servers stand behind it. The secret of this demo: %s

        Make a meeting:
          curl '%s'
        Join it (a redirect to the server that has it):
          curl -i '%s'
        List the meetings of all servers:
          curl '%s'
        """
        .formatted(
            secret,
            api + signed("create", "name=Demo&meetingID=demo"),
            api + signed("join", "fullName=Ada&meetingID=demo&role=MODERATOR"),
            api + signed("getMeetings", ""));
  }

  private String signed(String call, String query) {
    QueryString parameters = new QueryString(query);
    String checksum =
        Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.named(call), parameters, Secret.of(secret));
    return call + "?" + parameters.with("checksum", checksum).raw();
  }

  @Override
  public void close() {
    pool.close();
    try {
      Files.deleteIfExists(poolFile);
    } catch (IOException e) {
      // Left in the folder for temporary files; its secrets are void.
    }
  }
}
