package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large bodies in every combination, in a process of its own with a small heap. */
@Tag("slow")
class StressTest {

  @ParameterizedTest
  @EnumSource
  void carriesManyLargeBodiesUpAndDownWithin64MiB(TestContainer.Kind kind) throws Exception {
    try (ChildProcess process =
        ChildProcess.startJava(
            "stress-" + kind,
            Path.of("."),
            List.of("-Xmx64m"),
            StressMain.class,
            kind.name(),
            "2",
            // Each of the 64 combinations twice.
            System.getProperty("stress.transfers", "128"),
            "20000000",
            "8")) {
      // Its own watchdog ends it much earlier.
      assertThat(process.awaitExit(Duration.ofHours(1))).as(process.err()).isZero();
    }
  }
}
