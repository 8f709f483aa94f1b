package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An engine that listens.
 *
 * @param name the engine's name
 * @param child its process, which may have started others
 * @param port where it listens, on the loopback address
 * @param isJava whether it is one JVM
 */
public record RunningEngine(String name, ChildProcess child, int port, boolean isJava)
    implements AutoCloseable {

  /** User and system time of all its processes so far, without processes that have ended. */
  public Duration cpuTime() {
    return child.processes().stream()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Memory in use by all its processes, in kB; 0 if the system does not tell. */
  public long residentKilobytes() throws IOException {
    long sum = 0;
    for (ProcessHandle process : child.processes()) {
      Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
      if (Files.isReadable(status)) {
        sum +=
            Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
      }
    }
    return sum;
  }

  @Override
  public void close() {
    child.close();
  }
}
