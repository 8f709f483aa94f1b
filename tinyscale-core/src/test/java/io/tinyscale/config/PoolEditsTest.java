package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.FileReplacement.Step;
import io.tinyscale.config.PoolEdited.Reason;
import io.tinyscale.config.ServerFields.Field;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PoolEditsTest {

  private static final String POOL =
      """
      [
        { "host": "https://bbb1.example.org", "secret": "the secret of bbb1",
          "_note": "rack 7", "weight": 2 },

        { "host": "https://bbb2.example.org", "secret": "the secret of bbb2", "name": "two" }
      ]
      """;

  private static final PoolEdit WEIGHT = new PoolEdit.Change("two", ServerFields.NONE.weight(5));

  private static final String WITH_WEIGHT = POOL.replace("\"two\" }", "\"two\", \"weight\": 5 }");

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("servers.json");
    Files.writeString(file, POOL);
  }

  private PoolEdited apply(PoolEdit edit) {
    return new PoolEdits(file).apply(edit);
  }

  private void assertRefused(PoolEdit edit, Reason reason, String... words) throws IOException {
    assertRefused(apply(edit), reason, words);
  }

  private void assertRefused(PoolEdited result, Reason reason, String... words) throws IOException {
    assertThat(result)
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              String problems = String.join("\n", refused.problems());
              assertThat(List.of(words)).allSatisfy(word -> assertThat(problems).contains(word));
            });
    assertThat(Files.readString(file)).isEqualTo(POOL);
    assertNothingElseIsThere();
  }

  private void assertNothingElseIsThere() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void findsAServerWithoutANameByItsHost() throws IOException {
    apply(new PoolEdit.Change("bbb1.example.org", ServerFields.NONE.state(AdminState.CORDONED)));

    assertThat(Files.readString(file))
        .isEqualTo(POOL.replace("\"weight\": 2 }", "\"weight\": 2, \"state\": \"cordoned\" }"));
  }

  @Test
  void addsAServerInTheLayoutOfTheLast() throws IOException {
    apply(
        new PoolEdit.Add(
            "three",
            "https://bbb3.example.org",
            Secret.of("a \"secret\" \\ \u00e9"),
            ServerFields.NONE.tags(List.of("gpu", "eu"))));

    assertThat(Files.readString(file))
        .isEqualTo(
            POOL.replace(
                "\"two\" }",
                "\"two\" },\n\n  { \"name\": \"three\", \"host\": \"https://bbb3.example.org\","
                    + " \"secret\": \"a \\\"secret\\\" \\\\ \u00e9\", \"tags\": [\"gpu\","
                    + " \"eu\"] }"));
  }

  @Test
  void enablingAServerEndsItsDrain() throws IOException {
    Drain drain =
        new Drain(Instant.parse("2026-11-25T22:00:00Z"), true, Drain.Then.DISABLED, "Bye.");
    PoolEdited drained =
        apply(
            new PoolEdit.Change("two", ServerFields.NONE.state(AdminState.CORDONED).drain(drain)));
    assertThat(((PoolEdited.Done) drained).content().servers())
        .last()
        .extracting(Server::drain)
        .isEqualTo(drain);
    assertThat(Files.readString(file))
        .contains(
            "\"state\": \"cordoned\", \"drain\": {\"deadline\": \"2026-11-25T22:00:00Z\","
                + " \"end\": true, \"then\": \"disabled\", \"message\": \"Bye.\"} }");

    apply(new PoolEdit.Change("two", ServerFields.NONE.state(AdminState.ENABLED)));

    assertThat(Files.readString(file))
        .isEqualTo(POOL.replace("\"two\" }", "\"two\", \"state\": \"enabled\" }"));
  }

  @Test
  void keepsLinksModeAndOwner() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.json"), file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Object owner = Files.getOwner(file);
    Object group = Files.getAttribute(file, "posix:group");

    new PoolEdits(link).apply(WEIGHT);

    assertThat(link).isSymbolicLink();
    assertThat(file).isRegularFile().hasContent(WITH_WEIGHT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat((Object) Files.getOwner(file)).isEqualTo(owner);
    assertThat(Files.getAttribute(file, "posix:group")).isEqualTo(group);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FORCE_FOLDER"})
  void aFailureAtAnyStepLeavesTheOldFile(Step broken) throws IOException {
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == broken) {
                throw new FileSystemException("servers.json", null, "Read-only file system");
              }
            });

    assertRefused(edits.apply(WEIGHT), Reason.READ_ONLY, "servers.json", "Read-only file system");
  }

  @Test
  void aFolderThatCannotBeForcedLeavesTheNewFile() throws IOException {
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.FORCE_FOLDER) {
                throw new IOException("not supported");
              }
            });

    assertThat(edits.apply(WEIGHT)).isInstanceOf(PoolEdited.Done.class);

    assertThat(file).hasContent(WITH_WEIGHT);
    assertNothingElseIsThere();
  }

  /** What the rename of a file that is a mount point answers. */
  @Test
  void saysWhatToDoIfTheFileIsMountedByItself() throws IOException {
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.MOVE) {
                throw new FileSystemException(".new", "servers.json", "Device or resource busy");
              }
            });

    assertRefused(
        edits.apply(WEIGHT), Reason.READ_ONLY, "Mount the folder that holds it, not the file");
  }

  @Test
  void keepsAnEditByHandThatCameInBetween() throws IOException {
    AtomicInteger comparisons = new AtomicInteger();
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.COMPARE && comparisons.getAndIncrement() == 0) {
                Files.writeString(file, POOL.replace("rack 7", "rack 8"));
              }
            });

    assertThat(edits.apply(WEIGHT)).isInstanceOf(PoolEdited.Done.class);

    assertThat(file).hasContent(WITH_WEIGHT.replace("rack 7", "rack 8"));
    assertThat(comparisons).hasValue(2);
    assertNothingElseIsThere();
  }

  @Test
  void keepsAnEditByHandThatReplacedTheFile() throws IOException {
    AtomicInteger comparisons = new AtomicInteger();
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.COMPARE && comparisons.getAndIncrement() == 0) {
                Path fresh = Files.writeString(directory.resolve("x"), POOL.replace("2 }", "3 }"));
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
              }
            });

    edits.apply(WEIGHT);

    assertThat(file).hasContent(WITH_WEIGHT.replace("2 }", "3 }"));
  }

  @Test
  void refusesAnEditIfAnEditByHandHasMadeItWrong() throws IOException {
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.COMPARE) {
                Files.writeString(file, POOL.replace("\"two\"", "\"another\""));
              }
            });

    assertThat(edits.apply(WEIGHT))
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.SERVER_UNKNOWN));
    assertThat(file).hasContent(POOL.replace("\"two\"", "\"another\""));
  }

  @Test
  void givesUpIfTheFileKeepsChanging() throws IOException {
    AtomicInteger racks = new AtomicInteger();
    PoolEdits edits =
        new PoolEdits(
            file,
            step -> {
              if (step == Step.COMPARE) {
                Files.writeString(file, POOL.replace("rack 7", "rack " + racks.get()));
                racks.incrementAndGet();
              }
            });

    assertThat(edits.apply(WEIGHT))
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.BUSY));
    assertThat(file).hasContent(POOL.replace("rack 7", "rack " + (racks.get() - 1)));
    assertNothingElseIsThere();
  }

  @Test
  void editsFromSeveralThreadsLoseNothing() {
    PoolEdits edits = new PoolEdits(file);

    IntStream.range(0, 40)
        .parallel()
        .forEach(
            i ->
                edits.apply(
                    new PoolEdit.Add(
                        "new" + i,
                        "https://new" + i + ".example.org",
                        Secret.of("the secret of new " + i),
                        ServerFields.NONE)));

    assertThat(PoolFile.read(file).servers())
        .extracting(Server::name)
        .hasSize(42)
        .containsAll(IntStream.range(0, 40).mapToObj(i -> "new" + i).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "nobody, SERVER_UNKNOWN",
    "TWO, SERVER_UNKNOWN",
    "https://bbb2.example.org, SERVER_UNKNOWN"
  })
  void refusesToChangeAServerThatIsNotThere(String name, Reason reason) throws IOException {
    assertRefused(new PoolEdit.Change(name, ServerFields.NONE.weight(3)), reason, name);
    assertRefused(new PoolEdit.Remove(name), reason, name);
  }

  @Test
  void refusesWhatTheReaderOfTheFileRefuses() throws IOException {
    assertRefused(
        new PoolEdit.Change("two", ServerFields.NONE.weight(5000)),
        Reason.INVALID_SERVER,
        "servers[1].weight: 5000",
        "from 1 to 1000");
    assertRefused(
        new PoolEdit.Change("two", ServerFields.NONE.tags(List.of("none"))),
        Reason.INVALID_SERVER,
        "servers[1].tags[0]");
    assertRefused(
        new PoolEdit.Change("two", ServerFields.NONE.host("bbb3.example.org")),
        Reason.INVALID_SERVER,
        "https://bbb3.example.org");
    assertRefused(
        new PoolEdit.Change("two", ServerFields.NONE.secret(Secret.of(" pasted badly"))),
        Reason.INVALID_SERVER,
        "servers[1].secret");
    assertRefused(
        new PoolEdit.Change("two", ServerFields.NONE.without(Field.SECRET)),
        Reason.INVALID_SERVER,
        "secret: missing");
    assertRefused(
        new PoolEdit.Change(
            "two", ServerFields.NONE.drain(new Drain(null, false, Drain.Then.CORDONED, ""))),
        Reason.INVALID_SERVER,
        "servers[1].drain",
        "Cordon the server");
    assertRefused(
        new PoolEdit.Add("a b", "https://bbb3.example.org", Secret.of("s"), ServerFields.NONE),
        Reason.INVALID_SERVER,
        "servers[2].name");
    assertRefused(
        new PoolEdit.Add("b", "https://b b", Secret.of("s"), ServerFields.NONE),
        Reason.INVALID_SERVER,
        "servers[2].host");
    assertRefused(
        new PoolEdit.Change(
            "two",
            ServerFields.NONE
                .state(AdminState.CORDONED)
                .drain(new Drain(null, false, Drain.Then.CORDONED, "half \uD83D"))),
        Reason.INVALID_SERVER,
        "half a character");
  }

  @Test
  void refusesANameOrAnAddressThatIsTaken() throws IOException {
    Secret secret = Secret.of("a secret that is long enough");
    assertRefused(
        new PoolEdit.Add("two", "https://bbb3.example.org", secret, ServerFields.NONE),
        Reason.NAME_TAKEN,
        "two");
    assertRefused(
        new PoolEdit.Add("3", "HTTPS://BBB1.example.org:443/", secret, ServerFields.NONE),
        Reason.ADDRESS_TAKEN,
        "bbb1.example.org");
    assertRefused(
        new PoolEdit.Change("two", ServerFields.NONE.host("https://bbb1.example.org")),
        Reason.ADDRESS_TAKEN,
        "bbb1.example.org");
  }

  @Test
  void refusesToTakeAwayTheLastServer() throws IOException {
    Files.writeString(file, POOL.replace("\"two\"", "\"two\", \"state\": \"disabled\""));
    for (PoolEdit edit :
        List.of(
            new PoolEdit.Remove("bbb1.example.org"),
            new PoolEdit.Change(
                "bbb1.example.org", ServerFields.NONE.state(AdminState.DISABLED)))) {
      assertThat(apply(edit))
          .isInstanceOfSatisfying(
              PoolEdited.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.LAST_SERVER));
    }
  }

  /** Two servers of one host have its port in their names, but one alone does not. */
  @Test
  void refusesToRenameAServerThatHasNoNameOfItsOwn() throws IOException {
    assertRefused(
        new PoolEdit.Change("bbb1.example.org", ServerFields.NONE.host("https://b.example.org")),
        Reason.RENAMES,
        "bbb1.example.org",
        "Write its name into its entry");
    assertRefused(
        new PoolEdit.Add(
            "bbb1.example.org", "https://b.example.org", Secret.of("s"), ServerFields.NONE),
        Reason.NAME_TAKEN);
    String pool =
        POOL.replace("bbb2.example.org", "bbb1.example.org:8443")
            .replace(", \"name\": \"two\"", "");
    Files.writeString(file, pool);
    assertThat(apply(new PoolEdit.Remove("bbb1.example.org-8443")))
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.RENAMES));
    assertThat(file).hasContent(pool);
  }

  @Test
  void refusesToEditAFileWithMistakes() throws IOException {
    Files.writeString(file, POOL.replace("\"weight\"", "\"wieght\""));

    assertThat(apply(WEIGHT))
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.FILE_INVALID);
              assertThat(refused.problems()).singleElement().asString().contains("weight?");
            });
    Files.delete(file);
    assertThat(apply(WEIGHT))
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused ->
                assertThat(refused.problems()).singleElement().asString().contains("no such file"));
  }

  @Test
  void leavesAServerThatHasChangedSince() throws IOException {
    assertRefused(
        new PoolEdit.Change(
            "two", ServerFields.NONE.weight(7), server -> server.state() == AdminState.CORDONED),
        Reason.NOT_WANTED,
        "two has changed");
    assertRefused(
        new PoolEdit.Remove("two", server -> server.state() == AdminState.CORDONED),
        Reason.NOT_WANTED,
        "two has changed");
  }

  @Test
  void noProblemShowsASecret() {
    PoolEdited result =
        apply(
            new PoolEdit.Add(
                "two three",
                "https://bbb1.example.org/?x=hidden-thing",
                Secret.of("hidden-thing\u200b"),
                ServerFields.NONE.secret(Secret.of("hidden-thing "))));

    assertThat(((PoolEdited.Refused) result).problems())
        .isNotEmpty()
        .noneMatch(problem -> problem.contains("hidden-thing"));
    assertThat(new PoolEdit.Change("two", ServerFields.NONE.secret(Secret.of("hidden"))).toString())
        .doesNotContain("hidden");
  }
}
