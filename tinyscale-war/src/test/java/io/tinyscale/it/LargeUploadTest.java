package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    File output = new File("target/large-upload-" + kind + ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                LargeUploadMain.class.getName(),
                kind.name(),
                poolFile.toString(),
                Long.toString(SIZE),
                "recordID=" + recordId + "&kind=captions&lang=en&label=English",
                limit)
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("it ends, see " + output).isTrue();
      assertThat(process.exitValue()).as("see " + output).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output.toPath());
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
