package io.tinyscale.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** One canned server in a thread of the test, with the meetings m0 to m9 and a large answer. */
public final class RunningServers implements AutoCloseable {

  private static final long LARGE = 5_000_000;

  private final CannedServers servers;
  private final Thread thread;

  public RunningServers(Duration delay) throws IOException {
    servers = new CannedServers(1, new CannedAnswers(1, 10, LARGE), delay);
    thread = new Thread(this::serve, "canned-servers");
    thread.start();
  }

  private void serve() {
    try {
      servers.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return servers.ports().get(0);
  }

  /** How often a call came so far. */
  public long count(String call) {
    return servers.count(call);
  }

  /** Returns when no port is open any more. */
  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    servers.close();
  }
}
