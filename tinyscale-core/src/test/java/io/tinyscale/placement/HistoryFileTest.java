package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.tenant.MeetingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {

  private static final long MATH = MeetingHistory.key(new MeetingId("math-secret-room"));

  @TempDir private Path folder;

  private final List<String> warnings = new ArrayList<>();
  private final MeetingHistory history = MeetingHistory.in(LoadScene.BERLIN);

  private Path path() {
    return folder.resolve("history");
  }

  private HistoryFile file(MeetingHistory of) {
    return new HistoryFile(path(), of, warnings::add);
  }

  /** What a new process knows. */
  private MeetingHistory readAgain() {
    MeetingHistory read = MeetingHistory.in(LoadScene.BERLIN);
    file(read).read();
    return read;
  }

  private static List<String> rows(MeetingHistory of) {
    List<String> rows = new ArrayList<>();
    of.forEach(
        (key, minutes, costs) -> {
          StringBuilder row = new StringBuilder().append(key);
          for (int i = 0; i < minutes.length; i++) {
            row.append(' ').append(minutes[i]).append(' ').append(costs[i]);
          }
          rows.add(row.toString());
        });
    return rows;
  }

  @Test
  void aNewFileIsNoReasonForAWarning() {
    assertThat(readAgain().size()).isZero();
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatIsWrittenIsKnownAfterARestart() {
    history.remember(MATH, 600, 41.5);
    history.remember(MATH, 2040, 12);
    history.remember(-1, 10079, 0.1);
    HistoryFile file = file(history);
    file.read();
    file.write();

    assertThat(rows(readAgain())).isEqualTo(rows(history)).hasSize(2);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFullHistoryIsTheSameAfterARestart() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < MeetingHistory.MOST_IDS; i++) {
      long key = random.nextLong();
      for (int session = 0; session < MeetingHistory.MOST_SESSIONS; session++) {
        history.remember(key, session * 200, 1 + random.nextFloat() * 300);
      }
    }
    file(history).write();

    assertThat(rows(readAgain())).isEqualTo(rows(history)).hasSize(MeetingHistory.MOST_IDS);
    assertThat(Files.size(path())).isLessThan(4 << 20);
  }

  @Test
  void theFileTellsNoIds() throws IOException {
    history.remember(MATH, 600, 41.5);
    file(history).write();

    assertThat(Files.readString(path()))
        .isEqualTo("tinyscale-history 1\n" + String.format("%016x", MATH) + " 600:41.5\n")
        .doesNotContain("math");
  }

  @Test
  void writesOnlyWhatHasChanged() throws IOException {
    history.remember(MATH, 600, 41.5);
    HistoryFile file = file(history);
    file.write();
    Files.delete(path());
    file.write();
    assertThat(path()).doesNotExist();

    history.remember(MATH, 600, 50);
    file.write();
    assertThat(path()).exists();
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void whatWasReadIsNotWrittenAgain() throws IOException {
    history.remember(MATH, 600, 41.5);
    file(history).write();
    MeetingHistory read = MeetingHistory.in(LoadScene.BERLIN);
    HistoryFile file = file(read);
    file.read();
    Files.delete(path());
    file.write();

    assertThat(path()).doesNotExist();
  }

  @Test
  void anEmptyFileIsANewOne() throws IOException {
    Files.createFile(path());
    history.remember(MATH, 600, 41.5);
    HistoryFile file = file(history);
    file.read();
    file.write();

    assertThat(warnings).isEmpty();
    assertThat(readAgain().size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "58a6d6801ae771e6",
        "58a6d6801ae771e6 ",
        "58a6d6801ae771e6 600",
        "58a6d6801ae771e6 10080:1",
        "58a6d6801ae771e6 -1:1",
        "58a6d6801ae771e6 600:NaN",
        "58a6d6801ae771e6 600:-4",
        "58a6d6801ae771e6 600:0",
        "58a6d6801ae771e6 600:Infinity",
        "58a6d6801ae771e6 600:1e30",
        "58a6d6801ae771e6 600:1 700:",
        "58a6d6801ae771e6 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1",
        "58a6d6801ae771e6  600:1",
        "58a6d680 600:1",
        "+8a6d6801ae771e6 600:1",
        "zzzzzzzzzzzzzzzz 600:1",
        "\u0000\u0000",
        ""
      })
  void aDamagedLineIsReportedOnceAndTheOthersAreKept(String line) throws IOException {
    Files.writeString(
        path(),
        "tinyscale-history 1\n0000000000000001 600:5\n" + line + "\n0000000000000002 1:1\n");
    HistoryFile file = file(history);
    file.read();
    assertThat(history.size()).isEqualTo(2);
    file.write();

    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("placement.history: " + path() + " (expected: a file that tinyscale wrote")
        .contains("but it is: damaged in line 3)");
    assertThat(rows(readAgain())).isEqualTo(rows(history)).hasSize(2);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void aFileThatWasCutIsDamaged() throws IOException {
    Files.writeString(path(), "tinyscale-history 1\n0000000000000001 600:5\n0000000000000002 60");

    assertThat(readAgain().size()).isEqualTo(1);
    assertThat(warnings).singleElement().asString().contains("damaged in line 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"servers\": []}", "tinyscale-history 2\n", "tinyscale-history 1", "\n"})
  void aFileOfSomethingElseIsReportedAndNeverWritten(String content) throws IOException {
    Files.writeString(path(), content);
    HistoryFile file = file(history);
    file.read();
    history.remember(MATH, 600, 41.5);
    file.write();
    history.remember(MATH, 600, 50);
    file.write();

    assertThat(warnings).singleElement().asString().contains("something else than a history");
    assertThat(Files.readString(path())).isEqualTo(content);
  }

  @Test
  void anOversizedFileIsDamaged() throws IOException {
    Files.writeString(path(), "tinyscale-history 1\n" + "0000000000000001 600:5\n".repeat(400_000));

    assertThat(readAgain().size()).isEqualTo(1);
    assertThat(warnings).singleElement().asString().contains("damaged");
  }

  @Test
  void aDirectoryInPlaceOfTheFileIsReportedOnce() throws IOException {
    Files.createDirectory(path());
    HistoryFile file = file(history);
    file.read();
    history.remember(MATH, 600, 41.5);
    file.write();

    assertThat(warnings).singleElement().asString().contains("no regular file");
    assertThat(history.size()).isEqualTo(1);
  }

  @Test
  void aMissingDirectoryIsReportedOnceAndUsedWhenItIsThere() throws IOException {
    Path later = folder.resolve("later");
    HistoryFile file = new HistoryFile(later.resolve("history"), history, warnings::add);
    file.read();
    history.remember(MATH, 600, 41.5);
    file.write();
    file.write();
    assertThat(warnings).singleElement().asString().contains("its directory does not exist");

    Files.createDirectory(later);
    file.write();
    history.remember(MATH, 2040, 7);
    file.write();
    assertThat(Files.readString(later.resolve("history"))).contains("600:41.5 2040:7.0");
    assertThat(warnings).hasSize(1);
  }

  @Test
  void aForeignFileThatIsDeletedAsAdvisedMakesRoomForGood() throws IOException {
    Files.writeString(path(), "mine");
    HistoryFile file = file(history);
    file.read();
    history.remember(MATH, 600, 41.5);
    file.write();
    assertThat(path()).hasContent("mine");

    Files.delete(path());
    file.write();
    history.remember(MATH, 2040, 7);
    file.write();

    assertThat(rows(readAgain())).isEqualTo(rows(history));
    assertThat(warnings).hasSize(1);
  }

  @Test
  void aFileThatBecomesAnotherOneWhileTinyscaleRunsIsNotWritten() throws IOException {
    HistoryFile file = file(history);
    file.read();
    history.remember(MATH, 600, 41.5);
    file.write();
    Files.writeString(path(), "mine");
    history.remember(MATH, 600, 50);
    file.write();

    assertThat(path()).hasContent("mine");
    assertThat(warnings).singleElement().asString().contains("something else than a history");
  }

  @Test
  void aFileThatCanBeReadLaterLosesNothing() throws IOException {
    history.remember(-1, 600, 5);
    file(history).write();
    Path aside = Files.move(path(), folder.resolve("aside"));
    Files.createDirectory(path());
    MeetingHistory other = MeetingHistory.in(LoadScene.BERLIN);
    HistoryFile file = file(other);
    file.read();
    other.remember(MATH, 600, 41.5);
    file.write();

    Files.delete(path());
    Files.move(aside, path());
    file.write();
    other.remember(MATH, 2040, 7);
    file.write();

    assertThat(rows(readAgain())).isEqualTo(rows(other)).hasSize(2);
  }

  @Test
  void aFileThatMayBeWrittenLaterIsWrittenAgainAndAgain() throws IOException {
    Assumptions.assumeTrue(isPosix(), "files have owners");
    history.remember(-1, 600, 5);
    file(history).write();
    MeetingHistory other = MeetingHistory.in(LoadScene.BERLIN);
    HistoryFile file = file(other);
    permit("r--r--r--");
    Assumptions.assumeFalse(Files.isWritable(path()), "permissions bind this user");
    file.read();
    assertThat(warnings).singleElement().asString().contains("but it is: not writable");

    permit("rw-r--r--");
    other.remember(MATH, 600, 41.5);
    file.write();
    other.remember(MATH, 2040, 7);
    file.write();

    assertThat(rows(readAgain())).isEqualTo(rows(other)).hasSize(2);
  }

  private void permit(String permissions) throws IOException {
    Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString(permissions));
  }

  private boolean isPosix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  @Test
  void nobodyElseCanReadTheFile() throws IOException {
    Assumptions.assumeTrue(isPosix(), "files have owners");
    Files.createFile(folder.resolve("history.tmp"));
    history.remember(MATH, 600, 41.5);
    file(history).write();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkStaysALink(boolean isFileThere) throws IOException {
    Path other = Files.createDirectory(folder.resolve("other")).resolve("sizes");
    if (isFileThere) {
      Files.createFile(other);
    }
    Files.createSymbolicLink(path(), Path.of("other/sizes"));
    history.remember(MATH, 600, 41.5);
    HistoryFile file = file(history);
    file.read();
    file.write();

    assertThat(path()).isSymbolicLink();
    assertThat(other).isRegularFile();
    assertThat(rows(readAgain())).isEqualTo(rows(history));
    assertThat(warnings).isEmpty();
  }

  @Test
  void aWriteThatFailsIsReportedOnceUntilOneSucceeds() throws IOException {
    Path draft = Files.createDirectory(folder.resolve("history.tmp"));
    HistoryFile file = file(history);
    file.read();
    history.remember(MATH, 600, 41.5);
    file.write();
    file.write();
    assertThat(warnings).hasSize(1);

    Files.delete(draft);
    file.write();
    assertThat(rows(readAgain())).isEqualTo(rows(history));

    Files.createDirectory(draft);
    history.remember(MATH, 600, 50);
    file.write();
    assertThat(warnings).hasSize(2);
  }

  @Test
  void deletingTheFileWhileTinyscaleRunsDoesNoHarm() throws IOException {
    history.remember(MATH, 600, 41.5);
    HistoryFile file = file(history);
    file.write();
    Files.delete(path());
    history.remember(-1, 600, 5);
    file.write();

    assertThat(rows(readAgain())).isEqualTo(rows(history)).hasSize(2);
    assertThat(warnings).isEmpty();
  }
}
