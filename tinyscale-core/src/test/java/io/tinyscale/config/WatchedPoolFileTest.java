package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedPoolFileTest {

  private static final String ONE = "[{\"host\": \"https://bbb1.example.org\", \"secret\": \"a\"}]";
  private static final String TWO = "[{\"host\": \"https://bbb2.example.org\", \"secret\": \"a\"}]";

  @TempDir Path directory;
  private Path file;
  private WatchedPoolFile watched;
  private int changes;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("servers.json");
    Files.writeString(file, ONE);
    watched = new WatchedPoolFile(file, List.of());
  }

  /** Gives every change another time, even if the clock of the file system is coarse. */
  private void touch(Path changed) throws IOException {
    changes++;
    Files.setLastModifiedTime(changed, FileTime.fromMillis(1_000_000_000_000L + changes * 1000L));
  }

  private void rewrite(String text) throws IOException {
    Files.writeString(file, text);
    touch(file);
  }

  private Optional<String> name() {
    return watched.changed().map(content -> content.servers().get(0)).map(Server::name);
  }

  @Test
  void readsTheFileOnceAtTheBeginningAndNothingWhileNothingChanges() {
    assertThat(name()).as("it may have changed since the configuration was read").isPresent();

    assertThat(name()).isEmpty();
    assertThat(name()).isEmpty();
  }

  @Test
  void readsAFileAgainThatWasPutRightWithoutANewVersion() throws IOException {
    String wrong = "x".repeat(TWO.length());
    rewrite(wrong);
    FileTime time = Files.getLastModifiedTime(file);
    name();
    assertThatThrownBy(this::name).isInstanceOf(ConfigException.class);

    // As after chmod: the version is the same.
    Files.writeString(file, TWO);
    Files.setLastModifiedTime(file, time);

    assertThat(name()).contains("bbb2.example.org");
    assertThat(name()).isEmpty();
  }

  @Test
  void readsAChangeOnceItHasSettled() throws IOException {
    rewrite(TWO);
    assertThat(name()).as("perhaps it is still being written").isEmpty();
    rewrite(TWO + " ");
    assertThat(name()).as("it was").isEmpty();

    assertThat(name()).contains("bbb2.example.org");
    assertThat(name()).isEmpty();
  }

  @Test
  void readsAFileThatTookThePlaceOfTheOther() throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    Path next = Files.writeString(directory.resolve("next"), TWO);
    Files.setLastModifiedTime(next, before);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

    name();

    assertThat(name()).contains("bbb2.example.org");
  }

  @Test
  void followsTheLinksOfAConfigMap() throws IOException {
    Path first = Files.createDirectory(directory.resolve("..2026_01"));
    Path second = Files.createDirectory(directory.resolve("..2026_02"));
    Files.writeString(first.resolve("servers.json"), ONE);
    Files.writeString(second.resolve("servers.json"), TWO);
    Path data = Files.createSymbolicLink(directory.resolve("..data"), first.getFileName());
    Path link = directory.resolve("linked.json");
    Files.createSymbolicLink(link, Path.of("..data/servers.json"));
    watched = new WatchedPoolFile(link, List.of());

    Path swap = Files.createSymbolicLink(directory.resolve("..tmp"), second.getFileName());
    Files.move(swap, data, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    name();

    assertThat(name()).contains("bbb2.example.org");
  }

  @Test
  void refusesAMistakeOncePerChange() throws IOException {
    rewrite("[{}]");
    name();
    assertThatThrownBy(this::name).isInstanceOf(ConfigException.class);
    assertThat(name()).isEmpty();

    touch(file);
    name();
    assertThatThrownBy(this::name)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("servers[0].host: missing")
        .hasMessageContaining("servers[0].secret: missing");
    assertThat(name()).isEmpty();

    rewrite(TWO);
    name();
    assertThat(name()).contains("bbb2.example.org");
  }

  @Test
  void aFileThatIsGoneIsAMistake() throws IOException {
    Files.delete(file);
    name();

    assertThatThrownBy(this::name)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no such file");
    assertThat(name()).isEmpty();
  }
}
