package io.tinyscale.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.debian.Built.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the package, and what programs of Debian say of it. */
@Tag("parts")
class PackageIT {

  private static final String DOCUMENTS = "./usr/share/doc/tinyscale/docs/";
  private static final String UNIT = "src/main/deb/root/usr/lib/systemd/system/tinyscale.service";

  /** 2.0, in tenths. */
  private static final int LARGEST_EXPOSURE = 20;

  @Test
  void holdsItsFilesWithTheirOwnersAndModes() {
    List<String> files =
        succeed("dpkg-deb", "--contents", Built.DEB.toString())
            .lines()
            .filter(line -> !line.startsWith("d"))
            .map(line -> line.split("\\s+"))
            .map(words -> String.join(" ", words[0], words[1], words[5]))
            .filter(file -> !file.contains(DOCUMENTS))
            .toList();

    assertThat(files)
        .containsExactlyInAnyOrder(
            "-rw-r--r-- root/root ./etc/tinyscale/tinyscale.conf",
            "-rwxr-xr-x root/root ./usr/bin/tinyscale",
            "-rw-r--r-- root/root ./usr/lib/systemd/system/tinyscale.service",
            "-rwxr-xr-x root/root ./usr/lib/tinyscale/archive",
            "-rw-r--r-- root/root ./usr/lib/tinyscale/presets",
            "-rwxr-xr-x root/root ./usr/lib/tinyscale/run",
            "-rw-r--r-- root/root ./usr/lib/tinyscale/settings.sh",
            "-rw-r--r-- root/root ./usr/share/bash-completion/completions/tinyscale",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/CHANGELOG.md.gz",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/README.md",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/changelog.gz",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/copyright",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/examples/alerts.yml",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/examples/prometheus.yml",
            "-rw-r--r-- root/root ./usr/share/doc/tinyscale/examples/tinyscale.json",
            "-rw-r--r-- root/root ./usr/share/man/man1/tinyscale.1.gz",
            "-rw-r--r-- root/root ./usr/share/man/man5/tinyscale.conf.5.gz",
            "-rw-r--r-- root/root ./usr/share/tinyscale/tinyscale.war");
  }

  @Test
  void holdsEachDocumentSoThatLinksLeadToFiles() throws IOException {
    try (Stream<Path> documents = Files.list(Path.of("../docs"))) {
      List<String> expected =
          documents
              .map(document -> document.getFileName().toString())
              .filter(name -> name.endsWith(".md"))
              .map(name -> "-rw-r--r-- root/root " + DOCUMENTS + name)
              .toList();

      assertThat(
              succeed("dpkg-deb", "--contents", Built.DEB.toString())
                  .lines()
                  .filter(line -> !line.startsWith("d") && line.contains(DOCUMENTS))
                  .map(line -> line.split("\\s+"))
                  .map(words -> String.join(" ", words[0], words[1], words[5])))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void waitsForAStopAsLongAsTheGuideLetsItTake() throws IOException {
    int stopWait =
        number(Path.of("../docs/several-balancers.md"), "(?m)^export TINYSCALE_STOP_WAIT=(\\d+)s$");

    // Calls under way then have 10 s, and callbacks 5 s.
    assertThat(number(Path.of(UNIT), "(?m)^TimeoutStopSec=(\\d+)$"))
        .isGreaterThanOrEqualTo(stopWait + 10 + 5);
  }

  private static int number(Path file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
    assertThat(matcher.find()).as(pattern).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  @Test
  void directoriesBelongToRootAndAreOpenToAll() {
    assertThat(
            succeed("dpkg-deb", "--contents", Built.DEB.toString())
                .lines()
                .filter(line -> line.startsWith("d")))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("drwxr-xr-x root/root"));
  }

  @Test
  void hasTheVersionOfTheProject() {
    String version = System.getProperty("it.version").replace("-SNAPSHOT", "~snapshot");

    assertThat(succeed("dpkg-deb", "--field", Built.DEB.toString(), "Version").strip())
        .isEqualTo(version);
  }

  @Test
  void lintianFindsNoErrorAndWarning() {
    Result lintian =
        Built.run(
            "lintian",
            "--allow-root",
            "--fail-on=error,warning",
            "--tag-display-limit=0",
            Built.DEB.toString());

    assertThat(lintian.code()).as(lintian.output()).isZero();
    assertThat(lintian.output()).doesNotContain("E: ").doesNotContain("W: ");
  }

  @Test
  void theServiceCanReachLittle() {
    Result analysis =
        Built.run(
            "systemd-analyze",
            "security",
            "--no-pager",
            "--offline=true",
            "--threshold=" + LARGEST_EXPOSURE,
            Path.of(UNIT).toAbsolutePath().toString());

    assertThat(analysis.code()).as(analysis.output()).isZero();
    assertThat(analysis.output()).contains("Overall exposure level for tinyscale.service");
  }

  /** 2 is a wrong configuration. */
  @Test
  void theServiceTriesAgainUnlessTheConfigurationIsWrong() throws IOException {
    assertThat(Files.readAllLines(Path.of(UNIT)))
        .contains("Restart=on-failure", "RestartPreventExitStatus=2", "StartLimitIntervalSec=0");
  }

  /** Java ends with 143 if it is told to stop before tinyscale can say that this is in order. */
  @Test
  void aStopInTheFirstSecondsOfAStartIsNoFailure() throws IOException {
    assertThat(Files.readAllLines(Path.of(UNIT))).contains("SuccessExitStatus=143");
  }

  private static String succeed(String... command) {
    Result result = Built.run(command);
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }
}
