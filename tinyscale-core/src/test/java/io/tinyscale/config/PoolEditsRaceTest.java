package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.config.FileReplacement.Step;
import io.tinyscale.config.PoolEdited.Reason;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Edits of the pool file while others change it. */
class PoolEditsRaceTest {

  /** Before these steps another change is noticed; one that comes later replaces what we wrote. */
  private static final List<Step> NOTICED =
      List.of(Step.CREATE, Step.WRITE, Step.FORCE, Step.KEEP_ACCESS, Step.COMPARE);

  private static final int ROUNDS = 500;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("servers.json");
  }

  private static String pool(int weightOfOne, int weightOfTwo) {
    return """
        [ {"name": "one", "host": "https://bbb1.example.org", "secret": "the secret of bbb1",
           "weight": %d},
          {"name": "two", "host": "https://bbb2.example.org", "secret": "the secret of bbb2",
           "weight": %d} ]
        """
        .formatted(weightOfOne, weightOfTwo);
  }

  private static PoolEdit weightOfTwo(int weight) {
    return new PoolEdit.Change("two", ServerFields.NONE.weight(weight));
  }

  private void replace(Path target, String text) throws IOException {
    Path fresh = Files.writeString(directory.resolve("fresh"), text);
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"CREATE", "WRITE", "FORCE", "KEEP_ACCESS", "COMPARE"})
  void keepsAnEditByHandBeforeAnyStep(Step step) throws IOException {
    Files.writeString(file, pool(1, 1));
    AtomicBoolean isChanged = new AtomicBoolean();
    PoolEdits edits =
        new PoolEdits(
            file,
            now -> {
              if (now == step && !isChanged.getAndSet(true)) {
                replace(file, pool(7, 1));
              }
            });

    edits.apply(weightOfTwo(5));

    assertThat(file).hasContent(pool(7, 5));
  }

  @Test
  void neitherSideLosesAnEditInFiveHundredRounds() throws IOException {
    Files.writeString(file, pool(1, 1));
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      int byHand = 1 + random.nextInt(999);
      int ours = 1 + random.nextInt(999);
      int before = PoolFile.read(file).servers().get(1).weight();
      Step step = NOTICED.get(random.nextInt(NOTICED.size()));
      boolean inPlace = random.nextBoolean();
      AtomicBoolean isChanged = new AtomicBoolean();
      PoolEdits edits =
          new PoolEdits(
              file,
              now -> {
                if (now == step && !isChanged.getAndSet(true)) {
                  if (inPlace) {
                    Files.writeString(file, pool(byHand, before));
                  } else {
                    replace(file, pool(byHand, before));
                  }
                }
              });

      // An edit that changes nothing writes nothing, so no step comes.
      PoolEdited edited = edits.apply(weightOfTwo(ours == before ? 1000 : ours));

      assertThat(edited).isInstanceOf(PoolEdited.Done.class);
      assertThat(PoolFile.read(file).servers())
          .extracting(Server::weight)
          .containsExactly(byHand, ours == before ? 1000 : ours);
    }
  }

  /** A mounted ConfigMap is a folder behind a link, and the link is exchanged. */
  @Test
  void editsTheFileBehindALinkThatWasExchanged() throws IOException {
    Path first = Files.createDirectory(directory.resolve("..1"));
    Path second = Files.createDirectory(directory.resolve("..2"));
    Files.writeString(first.resolve("servers.json"), pool(1, 1));
    Files.writeString(second.resolve("servers.json"), pool(2, 1));
    Path data = Files.createSymbolicLink(directory.resolve("..data"), first);
    Files.createSymbolicLink(file, Path.of("..data/servers.json"));
    AtomicBoolean isExchanged = new AtomicBoolean();
    PoolEdits edits =
        new PoolEdits(
            file,
            now -> {
              if (now == Step.COMPARE && !isExchanged.getAndSet(true)) {
                Path link = Files.createSymbolicLink(directory.resolve("..link"), second);
                Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
              }
            });

    edits.apply(weightOfTwo(5));

    assertThat(first.resolve("servers.json")).hasContent(pool(1, 1));
    assertThat(second.resolve("servers.json")).hasContent(pool(2, 5));
    assertThat(file).isSymbolicLink();
    assertThat(data).isSymbolicLink();
    assertThat(first).isDirectoryNotContaining(path -> path.toString().endsWith(".new"));
  }

  @Test
  void refusesAnEditOfAnotherRevision() throws IOException {
    Files.writeString(file, pool(1, 1));
    WatchedPoolFile watched = new WatchedPoolFile(file, List.of());
    long first = watched.revision();

    assertThat(watched.edit(weightOfTwo(5), OptionalLong.of(first)))
        .isInstanceOf(PoolEdited.Done.class);
    long second = watched.revision();
    assertThat(second).isGreaterThan(first);

    assertThat(watched.edit(weightOfTwo(6), OptionalLong.of(first)))
        .isInstanceOfSatisfying(
            PoolEdited.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.CHANGED);
              assertThat(refused.problems())
                  .singleElement()
                  .asString()
                  .startsWith("servers: the pool file has changed");
            });
    assertThat(file).hasContent(pool(1, 5));
    assertThat(watched.revision()).isEqualTo(second);
  }

  @Test
  void anEditByHandIsANewRevisionBeforeItIsSeen() throws IOException {
    Files.writeString(file, pool(1, 1));
    WatchedPoolFile watched = new WatchedPoolFile(file, List.of());
    long first = watched.revision();
    replace(file, pool(7, 1));

    assertThat(watched.edit(weightOfTwo(5), OptionalLong.of(first)))
        .isInstanceOf(PoolEdited.Refused.class);
    assertThat(watched.revision()).isGreaterThan(first);
  }

  @Test
  void aFileThatIsTouchedKeepsItsRevision() throws IOException {
    Files.writeString(file, pool(1, 1));
    WatchedPoolFile watched = new WatchedPoolFile(file, List.of());
    long first = watched.revision();
    replace(file, pool(1, 1));

    watched.changed();
    assertThat(watched.changed()).isPresent();

    assertThat(watched.revision()).isEqualTo(first);
    assertThat(watched.edit(weightOfTwo(5), OptionalLong.of(first)))
        .isInstanceOf(PoolEdited.Done.class);
  }
}
