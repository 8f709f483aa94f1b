package io.tinyscale.valkey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A {@code redis-server} of this machine, or the program that the system property {@code
 * redis.server} names, in a process of its own, on a free port, which keeps nothing. For one
 * thread.
 */
public final class RedisServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Any program that speaks as Redis does and takes its options, such as Valkey's. */
  private static final String PROGRAM = System.getProperty("redis.server", "redis-server");

  private final int port;
  private final List<String> command;
  private final Path folder;
  private final Thread atExit = new Thread(this::kill);
  private Process process;

  private RedisServer(int port, Path folder, List<String> command) throws IOException {
    this.port = port;
    this.command = command;
    this.folder = folder;
    this.process = launch();
    Runtime.getRuntime().addShutdownHook(atExit);
    awaitAnswer();
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @param options more of its options, such as {@code --requirepass}
   */
  public static RedisServer start(String... options) {
    return startOn(freePort(), options);
  }

  /** Starts a server on this port, and waits until it answers. */
  public static RedisServer startOn(int port, String... options) {
    try {
      Path folder = Files.createTempDirectory("redis");
      List<String> command = new ArrayList<>(List.of(PROGRAM, "--save", "", "--appendonly", "no"));
      command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
      command.addAll(List.of("--dir", folder.toString()));
      command.addAll(List.of(options));
      return new RedisServer(port, folder, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a sentinel that alone decides, and waits until it answers.
   *
   * @param name what it calls the store
   */
  public static RedisServer startSentinel(String name, RedisServer master) {
    int port = freePort();
    try {
      Path folder = Files.createTempDirectory("sentinel");
      Path config = folder.resolve("sentinel.conf");
      Files.write(
          config,
          List.of(
              "port " + port,
              "bind 127.0.0.1",
              "dir " + folder,
              "sentinel monitor " + name + " 127.0.0.1 " + master.port() + " 1",
              "sentinel down-after-milliseconds " + name + " 1000",
              "sentinel failover-timeout " + name + " 5000"));
      return new RedisServer(port, folder, List.of(PROGRAM, config.toString(), "--sentinel"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that nobody listens on. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("log").toFile())
          .start();
    } catch (IOException e) {
      throw new IOException(PROGRAM + " is missing; Debian's package is redis-server", e);
    }
  }

  private void awaitAnswer() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        kill();
        throw new IOException("no answer: " + Files.readString(folder.resolve("log")));
      }
      Thread.onSpinWait();
    }
  }

  private boolean answers() {
    try (Jedis client = client()) {
      client.ping();
      return true;
    } catch (JedisConnectionException notYet) {
      return false;
    } catch (JedisDataException wantsPassword) {
      return true;
    }
  }

  /** A connection of Jedis' own kind, to look what the store holds. */
  public Jedis client() {
    return new Jedis("127.0.0.1", port);
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** What {@code balancers.store} says for it. */
  public String address() {
    return "redis://127.0.0.1:" + port;
  }

  /** Stops it as a power cut would. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again, empty, on the same port. */
  public void restart() {
    kill();
    try {
      process = launch();
      awaitAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it stand still (SIGSTOP): it accepts connections, and answers nothing. */
  public void pause() {
    signal("-STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(atExit);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
