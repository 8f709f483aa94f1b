package io.tinyscale.bench.soak;

import io.tinyscale.bench.process.ChildProcess;
import io.tinyscale.bench.process.Jdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The executable WAR in a separate process. It is restarted on the same port. */
final class TinyscaleProcess {

  private static final Pattern READY =
      Pattern.compile("^tinyscale .* ready: http://localhost:(\\d+)/", Pattern.MULTILINE);

  private static final Duration SOON = Duration.ofSeconds(1);

  /** Descriptors may be closed and opened again while they are counted. */
  private static final int ALMOST = 3;

  /** The name of the only balancer. */
  static final String ALONE = "tinyscale";

  private final String name;
  private final Path war;
  private final Path folder;
  private final Map<String, String> environment;
  private final int descriptors;
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<Outage> outages = new ArrayList<>();
  private volatile int port;
  private long frozenSince;

  /**
   * Starts the only balancer.
   *
   * @param settings environment variables beside secret and servers
   * @param descriptors most files and sockets that it may open; 0 if there is no limit
   */
  TinyscaleProcess(
      Path war,
      Path folder,
      Path poolFile,
      String secret,
      Map<String, String> settings,
      int descriptors) {
    this(ALONE, war, folder, poolFile, secret, settings, descriptors);
  }

  /** Starts one of several balancers, with a name for its logs. */
  TinyscaleProcess(
      String name,
      Path war,
      Path folder,
      Path poolFile,
      String secret,
      Map<String, String> settings,
      int descriptors) {
    this.name = name;
    this.war = war;
    this.folder = folder;
    this.descriptors = descriptors;
    this.environment = new HashMap<>(settings);
    environment.put("TINYSCALE_SECRET", secret);
    environment.put("TINYSCALE_SERVERS", poolFile.toString());
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    start();
  }

  private synchronized void start() {
    List<String> command = new ArrayList<>();
    if (descriptors > 0) {
      command.addAll(
          List.of("sh", "-c", "ulimit -n $0 && exec \"$@\"", String.valueOf(descriptors)));
    }
    command.addAll(
        List.of(
            Jdk.program("java").toString(),
            "-Xmx128m",
            "-jar",
            war.toString(),
            "--port",
            String.valueOf(port)));
    ChildProcess process =
        ChildProcess.start(
            folder.resolve(name + "-" + (processes.size() + 1) + ".out"), command, environment);
    processes.add(process);
    port = Integer.parseInt(process.awaitOutput(READY).group(1));
  }

  String name() {
    return name;
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

  /**
   * Opens idle connections until tinyscale has no descriptors left.
   *
   * @return the connections, to be closed
   * @throws IllegalStateException if tinyscale has descriptors left all the same
   */
  synchronized IdleConnections useUpDescriptors() {
    IdleConnections idle = new IdleConnections(port, descriptors);
    long deadline = System.nanoTime() + SOON.toNanos();
    while (System.nanoTime() < deadline) {
      if (Footprint.openFiles(pid()).size() >= descriptors - ALMOST) {
        return idle;
      }
      Pause.millis(20);
    }
    idle.close();
    throw new IllegalStateException(
        name + " has opened only " + Footprint.openFiles(pid()).size() + " files");
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
    outages.add(new Outage(name, Outage.Kind.RESTART, new Span(begun, Span.now())));
  }

  /** Stops the process, which keeps what it knows and the requests in its sockets. */
  synchronized void freeze() {
    frozenSince = Span.now();
    current().signal("STOP");
  }

  /** Lets the process go on. */
  synchronized void goOn() {
    current().signal("CONT");
    outages.add(new Outage(name, Outage.Kind.FREEZE, new Span(frozenSince, Span.now())));
  }

  synchronized List<Outage> outages() {
    return List.copyOf(outages);
  }

  /** The output of each process, in their order. */
  synchronized List<String> outputs() {
    return processes.stream().map(ChildProcess::output).toList();
  }

  synchronized void close() {
    current().kill();
  }
}
