package io.tinyscale.bench.server;

import io.tinyscale.bench.engine.ParentWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the servers until the standard input ends. */
@Command(name = "servers", hidden = true, description = "Trivial servers with canned answers.")
public final class CannedServersCommand implements Callable<Integer> {

  @Option(names = "--servers", defaultValue = "1")
  private int servers;

  @Option(names = "--meetings", defaultValue = "1000")
  private int meetings;

  @Option(names = "--delay-ms", defaultValue = "0")
  private long delayMillis;

  @Option(names = "--large-body", defaultValue = "0")
  private long largeBody;

  @Override
  public Integer call() throws IOException {
    CannedServers running =
        new CannedServers(
            servers,
            new CannedAnswers(servers, meetings, largeBody),
            Duration.ofMillis(delayMillis));
    ParentWatch.exitWithParent();
    System.out.println(
        "ready: " + running.ports().stream().map(String::valueOf).collect(Collectors.joining(",")));
    running.run();
    return 0;
  }
}
