package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The executable with {@code -Xmx128m} in front of 100 servers with 10,000 meetings: a list of all,
 * 2,000 calls that wait at once, and 100 MB of uploads at once. Its output has the figures that
 * docs/limits.md gives.
 */
@Tag("slow")
class SmallHeapIT {

  private static final String SECRET = "hKq8sFk2pZ4711";
  private static final int SERVERS = 100;
  private static final int MEETINGS = 10_000;
  private static final int WAITING = 2000;
  private static final int UPLOADS = 10;
  private static final byte[] TEN_MEGABYTES = new byte[10_000_000];

  @TempDir private Path folder;

  @Test
  void carriesALargePoolInASmallHeap() {
    try (SimulatedPool pool = SimulatedPool.start(SERVERS)) {
      List<SimulatedServer> servers = pool.servers();
      for (int i = 0; i < MEETINGS; i++) {
        servers.get(i % SERVERS).meetings().create("meeting-" + i);
      }
      Map<String, String> environment =
          Map.of(
              "TINYSCALE_SECRET",
              SECRET,
              "TINYSCALE_SERVERS",
              PoolFiles.write(folder, pool).toString(),
              "TINYSCALE_TIMEOUT_CONNECT",
              "20s",
              "TINYSCALE_TIMEOUT_ANSWER",
              "28s",
              "TINYSCALE_TIMEOUT_LIST",
              "28s");
      try (ChildProcess process =
          ExecutableWar.start(
              "small-heap", folder, List.of("-Xmx128m"), environment, "--port", "0")) {
        URI api = ExecutableWar.awaitReady(process);
        SigningClient frontend = new SigningClient(api, SECRET);
        print(process, "started");

        HttpResponse<String> list = frontend.call("getMeetings", "");
        assertThat(list.headers().firstValue("X-Tinyscale-Partial")).isEmpty();
        assertThat(list.body().split("<meetingID>", -1)).hasSize(MEETINGS + 1);
        print(process, "listed " + list.body().length() + " characters");

        servers.forEach(s -> s.fault("isMeetingRunning", Fault.delay(Duration.ofSeconds(8))));
        List<CompletableFuture<HttpResponse<String>>> waiting =
            IntStream.range(0, WAITING)
                .mapToObj(i -> frontend.callAsync("isMeetingRunning", "meetingID=meeting-" + i))
                .toList();
        await()
            .until(
                () ->
                    servers.stream().mapToLong(s -> s.received("isMeetingRunning")).sum()
                        == WAITING);
        long answered = waiting.stream().filter(CompletableFuture::isDone).count();
        print(process, WAITING - answered + " calls wait for slow servers");
        process.status("Threads").ifPresent(threads -> assertThat(threads).isLessThan(110));
        waiting.forEach(call -> SigningClient.assertSuccess(call.join()));

        List<CompletableFuture<HttpResponse<String>>> uploads =
            IntStream.range(0, UPLOADS).mapToObj(i -> upload(frontend, i)).toList();
        uploads.forEach(upload -> SigningClient.assertSuccess(upload.join()));
        print(process, "uploaded " + UPLOADS + " times 10 MB at once");

        process.terminate();
        assertThat(process.awaitExit()).isZero();
        assertThat(process.err() + process.out()).doesNotContain("OutOfMemory");
      }
    }
  }

  private static CompletableFuture<HttpResponse<String>> upload(SigningClient frontend, int i) {
    URI uri =
        frontend.uri("insertDocument", "meetingID=meeting-" + i + "&simulatorSkipParsing=true");
    return HttpClient.newHttpClient()
        .sendAsync(
            HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/xml")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(TEN_MEGABYTES))
                .build(),
            BodyHandlers.ofString());
  }

  private static void print(ChildProcess process, String when) {
    System.out.printf(
        "%s: %d threads, %d MB resident, %d MB at most%n",
        when,
        process.status("Threads").orElse(0),
        process.status("VmRSS").orElse(0) / 1024,
        process.status("VmHWM").orElse(0) / 1024);
  }
}
