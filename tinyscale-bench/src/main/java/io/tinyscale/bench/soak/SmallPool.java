package io.tinyscale.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** tinyscale in front of three simulated servers, each in its own process. */
final class SmallPool implements AutoCloseable {

  private static final int SERVERS = 3;
  private static final long BETWEEN_LOOKS_MILLIS = 50;
  private static final long PATIENCE_NANOS = 180_000_000_000L;
  private static final String SECRET = "figures-front-ends";

  private final List<ServerProcess> servers = new ArrayList<>();
  private final TinyscaleProcess tinyscale;

  SmallPool(Path war, Path folder, Map<String, String> settings) throws IOException {
    Files.createDirectories(folder);
    try {
      for (int i = 1; i <= SERVERS; i++) {
        servers.add(new ServerProcess("bbb" + i, "secret-of-bbb" + i, folder));
      }
      Path poolFile = folder.resolve("servers.json");
      new PoolFile(List.of(poolFile), servers);
      tinyscale = new TinyscaleProcess(war, folder, poolFile, SECRET, settings, 0);
    } catch (RuntimeException e) {
      servers.forEach(ServerProcess::close);
      throw e;
    }
  }

  SignedCalls calls() {
    return new SignedCalls(tinyscale::port, SECRET);
  }

  List<ServerProcess> servers() {
    return List.copyOf(servers);
  }

  /** The server that holds a meeting. */
  ServerProcess holder(String meetingId) {
    return servers.stream()
        .filter(
            server ->
                server.meetings().stream()
                    .anyMatch(meeting -> meeting.meetingId().equals(meetingId)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no server holds " + meetingId));
  }

  /** Waits until tinyscale judges no server down. */
  void awaitAllUp() {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (Verdicts.in(tinyscale.name(), List.of(tinyscale.outputs().get(0)), List.of()).stream()
        .anyMatch(verdict -> verdict.span().to() == Span.OPEN)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("a server stays down");
      }
      Pause.millis(BETWEEN_LOOKS_MILLIS);
    }
  }

  @Override
  public void close() {
    tinyscale.close();
    servers.forEach(ServerProcess::close);
  }
}
