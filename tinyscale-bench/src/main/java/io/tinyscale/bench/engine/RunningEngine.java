package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * An engine that listens.
 *
 * @param name the engine's name
 * @param jvms its processes that are JVMs
 * @param others its other processes; they may have started more
 * @param ports where it listens, on the loopback address; callers may use any of them
 */
public record RunningEngine(
    String name, List<ChildProcess> jvms, List<ChildProcess> others, List<Integer> ports)
    implements AutoCloseable {

  public RunningEngine {
    jvms = List.copyOf(jvms);
    others = List.copyOf(others);
    ports = List.copyOf(ports);
  }

  /** An engine that is one JVM. */
  static RunningEngine inJava(String name, ChildProcess jvm, int port) {
    return new RunningEngine(name, List.of(jvm), List.of(), List.of(port));
  }

  /** An engine that is one process, which may have started more, but no JVM. */
  static RunningEngine program(String name, ChildProcess child, int port) {
    return new RunningEngine(name, List.of(), List.of(child), List.of(port));
  }

  /** Whether it is written in Java, whatever else runs beside it. */
  public boolean isJava() {
    return !jvms.isEmpty();
  }

  /** User and system time of all its processes so far, without processes that have ended. */
  public Duration cpuTime() {
    return processes()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Memory in use by all its processes, in kB; 0 if the system does not tell. */
  public long residentKilobytes() throws IOException {
    long sum = 0;
    for (ProcessHandle process : processes().toList()) {
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

  private Stream<ProcessHandle> processes() {
    return Stream.concat(jvms.stream(), others.stream())
        .flatMap(child -> child.processes().stream());
  }

  @Override
  public void close() {
    jvms.forEach(ChildProcess::close);
    others.forEach(ChildProcess::close);
  }
}
