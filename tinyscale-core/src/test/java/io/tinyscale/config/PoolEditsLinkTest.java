package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.FileReplacement.Step;
import io.tinyscale.config.PoolEdited.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Root edits the pool file in a folder whose owner puts links to other files into it meanwhile. */
class PoolEditsLinkTest {

  private static final String POOL =
      """
      [ {"name": "one", "host": "https://bbb1.example.org", "secret": "the secret of bbb1"} ]
      """;

  private static final PoolEdit WEIGHT = new PoolEdit.Change("one", ServerFields.NONE.weight(5));

  private static final PoolEdit.Add ONE =
      new PoolEdit.Add(
          "one", "https://bbb1.example.org", Secret.of("the secret of bbb1"), ServerFields.NONE);

  private static final int NOBODY = 65534;

  @TempDir Path folder;
  @TempDir Path elsewhere;
  private Path file;
  private Path victim;
  private List<Object> access = List.of();

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("servers.json");
    victim = Files.writeString(elsewhere.resolve("victim"), "of root alone");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
    access = access();
  }

  private List<Object> access() throws IOException {
    PosixFileAttributes now = Files.readAttributes(victim, PosixFileAttributes.class);
    return List.of(now.owner(), now.group(), now.permissions());
  }

  /** The path belongs to another user, if this one may give it away, as root may. */
  private static void giveToNobody(Path path) {
    try {
      Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      // What the rest of a test shows does not need it.
    }
  }

  private void beginWith(String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    giveToNobody(file);
  }

  private PoolEdits edits(Step when) {
    return new PoolEdits(
        file,
        step -> {
          if (step == when) {
            Path fresh = fresh();
            Files.delete(fresh);
            Files.createSymbolicLink(fresh, victim);
          }
        });
  }

  private Path fresh() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.toString().endsWith(".new")).findFirst().orElseThrow();
    }
  }

  private static void assertRefused(PoolEdited result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.READ_ONLY);
              assertThat(refused.problems())
                  .singleElement()
                  .asString()
                  .contains("somebody has replaced the new file");
            });
  }

  @AfterEach
  void theOtherFileIsAsItWas() throws IOException {
    assertThat(victim).hasContent("of root alone");
    assertThat(access()).isEqualTo(access);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"WRITE", "KEEP_ACCESS"})
  void refusesAnEditIfALinkIsInThePlaceOfTheNewFile(Step when) throws IOException {
    beginWith(POOL);

    PoolEdited result = edits(when).apply(WEIGHT);

    assertRefused(result);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertThat(file).hasContent(POOL);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"WRITE", "KEEP_ACCESS"})
  void makesNoFileOfALink(Step when) throws IOException {
    giveToNobody(folder);

    PoolEdited result = edits(when).addOrBegin(ONE);

    assertRefused(result);
    assertThat(folder).isEmptyDirectory();
  }

  /** The link may come later, too: then it is the file of its maker that is wrong. */
  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"FORCE", "COMPARE", "MOVE"})
  void doesNothingToAFileToWhichALaterLinkLeads(Step when) throws IOException {
    beginWith(POOL);

    edits(when).apply(WEIGHT);

    assertThat(Files.isSymbolicLink(file)).isTrue();
  }

  @Test
  void takesNoAccessRightsFromALinkInThePlaceOfTheOldFile() throws IOException {
    beginWith(POOL);
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.KEEP_ACCESS) {
                Files.delete(file);
                Files.createSymbolicLink(file, victim);
              }
            });

    PoolEdited result = edits.apply(WEIGHT);

    assertThat(result).isInstanceOf(PoolEdited.Refused.class);
    assertThat(Files.isSymbolicLink(file)).isTrue();
  }
}
