package io.tinyscale.simulator;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Objects;

/**
 * Runs one simulated server as a process. Prints one line when the server is ready and nothing
 * else. Ends with exit code 0 after SIGTERM or the end of the input, 1 if the port is taken, 2 if
 * the arguments are wrong.
 */
public final class Main {
  private Main() {}

  /** See {@link Options#USAGE}. */
  public static void main(String[] args) throws InterruptedException {
    Options options;
    SimulatedServer.Builder builder;
    try {
      options = Options.parse(args);
      if (options.help()) {
        System.out.println(Options.USAGE);
        return;
      }
      builder = options.builder();
    } catch (IllegalArgumentException | IOException | GeneralSecurityException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    SimulatedServer server;
    try {
      server = builder.start();
    } catch (UncheckedIOException e) {
      System.err.println(e.getMessage() + ": " + Objects.requireNonNull(e.getCause()).getMessage());
      System.exit(1);
      return;
    }
    options
        .faults()
        .forEach(
            fault -> {
              if (fault.call().isEmpty()) {
                server.fault(fault.fault());
              } else {
                server.fault(fault.call(), fault.fault());
              }
            });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  // Otherwise the exit code after SIGTERM would be 143, which looks like a failure.
                  Runtime.getRuntime().halt(0);
                }));
    System.out.println("ready url=" + server.uri() + " secret=" + server.secret());
    System.out.flush();
    if (options.endWithInput()) {
      awaitEndOfInput();
      System.exit(0);
    }
    Thread.currentThread().join();
  }

  /** Returns when whoever writes to this process has ended, for whatever reason. */
  private static void awaitEndOfInput() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // A broken pipe is an end, too.
    }
  }
}
