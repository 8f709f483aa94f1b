package io.tinyscale.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are larger than the heap, in a process of its own. */
@Tag("slow")
class LargeMergeTest {

  @TempDir Path directory;

  @Test
  void mergesTenThousandMeetingsWithin64MiB() throws Exception {
    run(LargeMergeMain.class);
  }

  @Test
  void survivesAnswersWithoutEndWithin64MiB() throws Exception {
    run(EndlessAnswersMain.class);
  }

  private void run(Class<?> program) throws Exception {
    Path spools = Files.createDirectory(directory.resolve("tmp"));
    try (ChildProcess process =
        ChildProcess.startJava(
            program.getSimpleName(),
            directory,
            List.of("-Xmx64m", "-XX:-UsePerfData", "-Djava.io.tmpdir=" + spools),
            program)) {
      assertThat(process.awaitExit(Duration.ofMinutes(5)))
          .as(process.out() + process.err())
          .isZero();
    }
  }
}
