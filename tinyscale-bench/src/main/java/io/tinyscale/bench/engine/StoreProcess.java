package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A real Redis in a separate process. It keeps nothing on disk, and always starts on the same port,
 * empty. Thread-safe.
 */
public final class StoreProcess implements AutoCloseable {

  /** The program; Debian's package has the same name. */
  public static final String PROGRAM = "redis-server";

  private static final Pattern READY = Pattern.compile("Ready to accept connections");

  private final Path program;
  private final Path folder;
  private final int port;
  private ChildProcess process;
  private int starts;

  /** Starts the program, with its logs in this folder. */
  public StoreProcess(Path program, Path folder) throws IOException {
    this.program = program;
    this.folder = folder;
    this.port = FreePort.find();
    this.process = start();
  }

  /** Where the program is; empty if this machine does not have it. */
  public static Optional<Path> program() {
    return Installed.find(PROGRAM);
  }

  private ChildProcess start() {
    starts++;
    ChildProcess started =
        ChildProcess.start(
            folder.resolve("store-" + starts + ".out"),
            List.of(
                program.toString(),
                "--save",
                "",
                "--appendonly",
                "no",
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--dir",
                folder.toString()),
            Map.of());
    started.awaitOutput(READY);
    return started;
  }

  /** Where it listens, on the loopback address. */
  public int port() {
    return port;
  }

  /** The process that runs now. */
  synchronized ChildProcess child() {
    return process;
  }

  /** Kills the process; nobody listens on the port then. */
  public synchronized void kill() {
    process.kill();
  }

  /** Starts the program again after {@link #kill}. */
  public synchronized void startAgain() {
    process = start();
  }

  /** Stops the process: it takes connections, and answers nothing. */
  public synchronized void freeze() {
    process.signal("STOP");
  }

  /** Lets a stopped process go on. */
  public synchronized void goOn() {
    process.signal("CONT");
  }

  @Override
  public synchronized void close() {
    process.kill();
  }
}
