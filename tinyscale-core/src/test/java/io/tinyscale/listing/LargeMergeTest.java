package io.tinyscale.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + spools,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();

    assertThat(ended).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }
}
