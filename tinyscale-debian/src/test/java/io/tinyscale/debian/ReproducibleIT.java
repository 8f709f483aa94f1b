package io.tinyscale.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever builds the package gets the same bytes, with the usual umask: Maven writes the modes of
 * the folders of classes into its jars.
 */
@Tag("parts")
class ReproducibleIT {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> LEFT_OUT = Set.of("target", ".git");
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  @TempDir private Path folder;

  @Test
  void isTheSameFromAnotherFolderInAnotherZoneAndLanguage() throws IOException {
    Path copy = folder.resolve("a folder");
    copyProject(copy);
    List<String> build =
        List.of(
            "sh",
            "-c",
            "umask 022; exec \"$0\" \"$@\"",
            System.getProperty("it.maven") + "/bin/mvn",
            "--offline",
            "--batch-mode",
            "-Dmaven.repo.local=" + System.getProperty("it.repository"),
            "-Pdeb",
            "-DskipTests",
            "-Dspotless.check.skip",
            "--projects",
            "tinyscale-debian",
            "--also-make",
            "package");
    Map<String, String> environment =
        Map.of("TZ", "Asia/Kathmandu", "LC_ALL", "C", "JAVA_HOME", System.getProperty("java.home"));

    try (ChildProcess process = ChildProcess.start("again", copy, build, environment)) {
      assertThat(process.awaitExit(PATIENCE)).as(process.out()).isZero();
    }

    Path again = copy.resolve("tinyscale-debian/target").resolve(Built.DEB.getFileName());
    assertThat(again).hasSameBinaryContentAs(Built.DEB);
  }

  private static void copyProject(Path target) throws IOException {
    Files.walkFileTree(
        PROJECT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (LEFT_OUT.contains(from.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(target.resolve(PROJECT.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (!LEFT_OUT.contains(from.getFileName().toString())) {
              Files.copy(from, target.resolve(PROJECT.relativize(from)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
