package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import io.tinyscale.bench.process.Jdk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The canned servers in a separate process.
 *
 * @param child the process
 * @param ports one for each server
 */
public record ServersProcess(ChildProcess child, List<Integer> ports) implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("^ready: (\\S+)$", Pattern.MULTILINE);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Starts the servers. */
  public static ServersProcess start(
      Path folder, int servers, int meetings, int delayMillis, long largeBody)
      throws IOException, InterruptedException {
    ChildProcess child =
        Subcommand.start(
            "servers",
            folder,
            Jdk.program("java"),
            List.of("-Xmx512m"),
            List.of(
                "servers",
                "--servers=" + servers,
                "--meetings=" + meetings,
                "--delay-ms=" + delayMillis,
                "--large-body=" + largeBody));
    return new ServersProcess(
        child,
        Stream.of(child.awaitOutput(READY).group(1).split(",")).map(Integer::parseInt).toList());
  }

  /** Number of requests of each call so far, on all servers together. */
  public Map<String, Long> counts() throws IOException, InterruptedException {
    Map<String, Long> counts = new HashMap<>();
    ask("counts")
        .lines()
        .map(line -> line.split(" "))
        .forEach(parts -> counts.put(parts[0], Long.parseLong(parts[1])));
    return counts;
  }

  /** Removes all meetings that were created. */
  public void forget() throws IOException, InterruptedException {
    ask("forget");
  }

  private String ask(String command) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + ports.get(0) + "/bench/" + command);
    return CLIENT
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Override
  public void close() {
    child.close();
  }
}
