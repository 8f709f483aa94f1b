package io.tinyscale.bench.micro;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.ListingScanner;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.Answer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.stream.XMLStreamException;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** getMeetings of 10,000 meetings, about 10 MB: read from one server, and merged from ten. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ListBenchmark {

  private static final int MEETINGS = 10_000;
  private static final int SERVERS = 10;
  private static final int LARGEST = 256 << 20;
  private static final double MEGABYTE = 1e6;

  /** Counts the bytes. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Volume {
    /** Megabytes of XML. */
    public double megabytes;
  }

  private final ApiRequest call = WholeCore.request(ApiCall.GET_MEETINGS, "");
  private String whole = "";
  private WholeCore core;

  /** Makes the lists. The lists of the servers differ, so the merge sees each meeting once. */
  @Setup
  public void fill() {
    whole = ListedMeetings.document(0, MEETINGS);
    int share = MEETINGS / SERVERS;
    InstantServers[] servers = new InstantServers[SERVERS];
    for (int i = 0; i < SERVERS; i++) {
      servers[i] = new InstantServers(ListedMeetings.document(i * share, share));
    }
    AtomicInteger turn = new AtomicInteger();
    core =
        WholeCore.of(
            (request, cancellation) ->
                servers[Math.floorMod(turn.getAndIncrement(), SERVERS)].send(request, cancellation),
            SERVERS,
            0);
  }

  /** Stops its threads. */
  @TearDown
  public void stop() {
    core.balancer().close();
  }

  /** Cuts the list into its meetings and checks each, as every sweep does. */
  @Benchmark
  public int scans(Volume volume) throws XMLStreamException {
    int[] count = new int[1];
    ListingScanner scanner = new ListingScanner(ListingKind.MEETINGS, item -> count[0]++);
    scanner.feed(whole);
    scanner.end();
    if (count[0] != MEETINGS) {
      throw new IllegalStateException(count[0] + " meetings");
    }
    volume.megabytes += whole.length() / MEGABYTE;
    return count[0];
  }

  /** Asks ten servers and merges their lists. */
  @Benchmark
  public int merges(Volume volume) {
    Answer answer = core.gateway().handle(call, new Cancellation()).toCompletableFuture().join();
    byte[] merged =
        BodyCollector.collect(((Answer.Document) answer).body(), LARGEST)
            .toCompletableFuture()
            .join();
    if (merged.length < whole.length() * 9L / 10) {
      throw new IllegalStateException(merged.length + " bytes");
    }
    volume.megabytes += merged.length / MEGABYTE;
    return merged.length;
  }
}
