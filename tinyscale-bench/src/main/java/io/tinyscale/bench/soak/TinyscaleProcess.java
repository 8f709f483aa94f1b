package io.tinyscale.bench.soak;

import io.tinyscale.bench.process.ChildProcess;
import io.tinyscale.bench.process.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The executable WAR in a separate process. It is restarted on the same port. */
final class TinyscaleProcess {

  private static final Pattern READY =
      Pattern.compile("^tinyscale .* ready: http://localhost:(\\d+)/", Pattern.MULTILINE);

  private final Path war;
  private final Path folder;
  private final Map<String, String> environment;
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<Span> restarts = new ArrayList<>();
  private volatile int port;

  TinyscaleProcess(Path war, Path folder, Path poolFile, String secret) {
    this.war = war;
    this.folder = folder;
    this.environment = new HashMap<>(Timing.environment());
    environment.put("TINYSCALE_SECRET", secret);
    environment.put("TINYSCALE_SERVERS", poolFile.toString());
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    start();
  }

  private synchronized void start() {
    ChildProcess process =
        ChildProcess.start(
            folder.resolve("tinyscale-" + (processes.size() + 1) + ".out"),
            List.of(
                Jdk.program("java").toString(),
                "-Xmx128m",
                "-jar",
                war.toString(),
                "--port",
                String.valueOf(port)),
            environment);
    processes.add(process);
    port = Integer.parseInt(process.awaitOutput(READY).group(1));
  }

  int port() {
    return port;
  }

  synchronized long pid() {
    return current().pid();
  }

  private ChildProcess current() {
    return processes.get(processes.size() - 1);
  }

  /** Ends the process, waits and starts it again. */
  synchronized void restart(boolean kill, long pauseMillis) {
    long begun = Span.now();
    if (kill) {
      current().kill();
    } else {
      current().terminate();
    }
    Pause.millis(pauseMillis);
    start();
    restarts.add(new Span(begun, Span.now()));
  }

  synchronized List<Span> restarts() {
    return List.copyOf(restarts);
  }

  /** The output of each process, in their order. */
  synchronized List<String> outputs() {
    return processes.stream().map(ChildProcess::output).toList();
  }

  synchronized void close() {
    current().kill();
  }
}
