package io.tinyscale.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.debian.Built.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A copy of this machine: root's shell in it. Closing it ends all its processes. */
final class Machine implements AutoCloseable {

  /** The package, as the copy sees it. */
  static final String DEB = "/tmp/built/" + Built.DEB.getFileName();

  private static final String SIMULATOR = "/tmp/simulator/" + Built.SIMULATOR.getFileName();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Behind the output of each command, with the command's exit code. */
  private final String mark = UUID.randomUUID() + " ";

  private final Process shell;
  private final String layer;
  private final Writer input;
  private final BufferedReader output;

  private Machine(Process shell, String layer) {
    this.shell = shell;
    this.layer = layer;
    this.input = shell.outputWriter(StandardCharsets.UTF_8);
    this.output = shell.inputReader(StandardCharsets.UTF_8);
  }

  static Machine start(List<String> command, String layer) {
    try {
      Machine machine =
          new Machine(
              new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start(),
              layer);
      machine.succeed("true");
      return machine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where its changes are. */
  String layer() {
    return layer;
  }

  /** Runs a command of bash to its end. */
  Result run(String command) {
    StringBuilder written = new StringBuilder();
    try {
      input.write("(\n" + command + "\n) < /dev/null 2>&1; printf '\\n" + mark + "%d\\n' $?\n");
      input.flush();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(mark)) {
          int code = Integer.parseInt(line.substring(mark.length()));
          return new Result(code, written.toString().strip());
        }
        written.append(line).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(command + "\n" + written, e);
    }
    throw new IllegalStateException("the copy of this machine has ended: " + written);
  }

  /** Runs a command that must succeed, and returns what it writes. */
  String succeed(String command) {
    Result result = run(command);
    assertThat(result.code()).as(command + "\n" + result.output()).isZero();
    return result.output();
  }

  /** Waits until a command succeeds. */
  void awaitSuccess(String command) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> succeed(command));
  }

  /** Installs the package, and returns what it says. */
  String install() {
    return succeed("dpkg --install " + DEB);
  }

  /** Starts a simulated server, and returns its address and its secret. */
  Server startServer(String name) {
    String log = "/tmp/" + name;
    succeed(
        "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "
            + SIMULATOR
            + " --name "
            + name
            + " > "
            + log
            + " 2>&1 &");
    awaitSuccess("grep '^ready' " + log);
    String[] words = succeed("grep '^ready' " + log).split("[ =]");
    return new Server(words[2], words[4]);
  }

  /** A simulated server. */
  record Server(String url, String secret) {}

  /** Starts a server and adds it to the pool of the installed package. */
  void addServer() {
    Server server = startServer("bbb1");
    succeed(
        "echo "
            + server.secret()
            + " | tinyscale add bbb1 --secret-file - --file /var/lib/tinyscale/servers.json --host "
            + server.url());
  }

  /**
   * Starts the program of the unit as systemd does, in the service's user, without capabilities,
   * with a file system of which only the folder of its state and that of temporary files can be
   * written.
   */
  void startService() {
    String program = succeed("sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/tinyscale.service");
    succeed(
        "unshare --mount sh -c '"
            + "mount --bind /var/lib/tinyscale /var/lib/tinyscale"
            + " && mount -t tmpfs -o mode=1777 tmpfs /tmp"
            + " && mount -o remount,bind,ro /"
            + " && exec setpriv --reuid=tinyscale --regid=tinyscale --init-groups --no-new-privs"
            + " --bounding-set=-all env -i LANG=C.UTF-8 PATH=$PATH "
            + program
            + "' > /run/tinyscale.log 2>&1 & echo $! > /run/tinyscale.pid");
  }

  /** What the service has written. */
  String log() {
    return succeed("cat /run/tinyscale.log");
  }

  /** Waits until the service takes calls. */
  void awaitReady() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> log().contains("\nadmin door: "));
  }

  /** The answer to a call of a front end that has the secret which the package made. */
  String call(String call, String query) {
    return succeed(
        """
        secret=$(cat /etc/tinyscale/secret)
        checksum=$(printf %%s '%1$s%2$s'"$secret" | sha256sum | cut -d ' ' -f 1)
        exec 3<> /dev/tcp/127.0.0.1/3005
        printf 'GET /bigbluebutton/api/%1$s?%2$s&checksum=%%s HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' $checksum >&3
        cat <&3
        """
            .formatted(call, query));
  }

  @Override
  public void close() {
    try {
      input.close();
      assertThat(shell.waitFor(1, TimeUnit.MINUTES)).as("the shell ends with its input").isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      shell.destroyForcibly();
    }
  }
}
