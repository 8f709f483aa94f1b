package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large bodies in every combination, in a process of its own with a small heap. */
@Tag("slow")
class StressTest {

  @ParameterizedTest
  @EnumSource
  void carriesTwoHundredLargeBodiesUpAndDownWithin64MiB(TestContainer.Kind kind) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                StressMain.class.getName(),
                kind.name(),
                "2",
                System.getProperty("stress.transfers", "200"),
                "20000000",
                "8")
            .redirectErrorStream(true)
            .redirectOutput(new File("target/stress-" + kind + ".txt"))
            .start();

    int exit = process.waitFor(); // its watchdog ends it

    assertThat(exit).as("see target/stress-" + kind + ".txt").isZero();
  }
}
