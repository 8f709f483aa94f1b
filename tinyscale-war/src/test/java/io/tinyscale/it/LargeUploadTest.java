package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Captions that are larger than the heap of the balancer, which is a process of its own. */
@Tag("slow")
class LargeUploadTest {

  private static final long SIZE = 100_000_000;

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("other", "owner");

  private final SimulatedServer owner = pool.server("owner");
  private final SimulatedServer other = pool.server("other");

  private String run(TestContainer.Kind kind, String limit) throws Exception {
    Path poolFile = pool.writePoolFile(pool.servers());
    String recordId = owner.meetings().addRecording("math").recordId();
    try (ChildProcess process =
        ChildProcess.startJava(
            "large-upload-" + kind,
            poolFile.getParent(),
            List.of("-Xmx64m"),
            LargeUploadMain.class,
            kind.name(),
            poolFile.toString(),
            Long.toString(SIZE),
            "recordID=" + recordId + "&kind=captions&lang=en&label=English",
            limit)) {
      assertThat(process.awaitExit(Duration.ofMinutes(3))).as(process.err()).isZero();
      return process.out();
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void captionsOf100MegabytesAreStreamedWithin64MiB(TestContainer.Kind kind) throws Exception {
    String output = run(kind, "128MiB");

    assertThat(output.lines().filter(line -> line.startsWith("answer ")))
        .hasSize(2)
        .allMatch(line -> line.contains("upload_text_track_success"));
    String sha256 =
        output.lines().filter(line -> line.startsWith("sha256 ")).findFirst().orElseThrow();
    List<ReceivedRequest> received =
        owner.requests().stream()
            .filter(request -> request.call().equals("putRecordingTextTrack"))
            .toList();
    assertThat(received)
        .hasSize(2)
        .allSatisfy(
            request -> {
              assertThat(request.bodyLength()).isGreaterThan(SIZE);
              assertThat("sha256 " + request.bodySha256()).isEqualTo(sha256);
            });
    assertThat(other.received("putRecordingTextTrack")).isZero();
  }
}
