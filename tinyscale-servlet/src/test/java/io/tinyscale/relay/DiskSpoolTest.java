package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bbb.CallbackKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskSpoolTest {

  private static final Callback CALLBACK =
      new Callback(
          CallbackKind.RECORDING_READY,
          "house",
          "https://fe.example/ready?x=ä\"\\",
          "text/x",
          "Agent/1",
          "HS256",
          "{\"meeting_id\":\"room7\",\"n\":1.0}",
          1_700_000_000_000L,
          0);

  private static final byte[] BODY = "line\nä{}\u0000".getBytes(StandardCharsets.UTF_8);

  @TempDir Path parent;

  private final AtomicLong ids = new AtomicLong(0xabc);
  private DiskSpool spool;

  @AfterEach
  void close() {
    if (spool != null) {
      spool.close();
    }
  }

  private Path directory() {
    return parent.resolve("a/spool");
  }

  private DiskSpool open() throws IOException {
    return open(100, 1 << 20);
  }

  private DiskSpool open(int files, long bytes) throws IOException {
    close();
    spool = new DiskSpool(directory(), files, bytes, ids::getAndIncrement);
    return spool;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] bytes(Content content) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) content.length() + 1);
    try (ReadableByteChannel channel = content.open()) {
      while (channel.read(bytes) > 0) {
        // Goes on.
      }
    }
    byte[] all = new byte[bytes.flip().remaining()];
    bytes.get(all);
    return all;
  }

  @Test
  void keepsOneFileForEachCallback() throws IOException {
    open().keep(CALLBACK, BODY, 1_700_000_000_123L);

    Path file = directory().resolve("1700000000123-0000000000000abc.callback");
    assertThat(names()).containsExactly(".lock", "1700000000123-0000000000000abc.callback");
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"v\":1,\"kind\":\"r\",\"tenant\":\"house\","
                + "\"url\":\"https://fe.example/ready?x=ä\\\"\\\\\",\"contentType\":\"text/x\","
                + "\"userAgent\":\"Agent/1\",\"alg\":\"HS256\","
                + "\"claims\":{\"meeting_id\":\"room7\",\"n\":1.0},"
                + "\"created\":1700000000000,\"tries\":  0}\nline\nä{}\u0000");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void givesBackWhatItKept() throws IOException {
    Waiting waiting = open().keep(CALLBACK, BODY, 5);

    Spool.Kept kept = spool.read(waiting);

    assertThat(kept.callback()).isEqualTo(CALLBACK);
    assertThat(bytes(kept.body())).isEqualTo(BODY);
    assertThat(waiting.host()).isEqualTo("fe.example");
  }

  @Test
  void keepsCallbacksOverARestart() throws IOException {
    Waiting first = open().keep(CALLBACK, BODY, 5);
    Waiting second = spool.keep(CALLBACK.withTries(3), new byte[0], 7);

    open();

    assertThat(spool.waiting()).containsExactlyInAnyOrder(first, second);
    assertThat(spool.read(second).callback().tries()).isEqualTo(3);
    assertThat(spool.broken()).isZero();
  }

  @Test
  void notesATryInNameAndLine() throws IOException {
    Waiting first = open().keep(CALLBACK, BODY, 5);

    Waiting again = spool.postpone(first, 9_000);

    assertThat(names()).contains("9000-" + first.id() + ".callback").hasSize(2);
    assertThat(spool.read(again).callback()).isEqualTo(CALLBACK.withTries(1));
    assertThat(bytes(spool.read(again).body())).isEqualTo(BODY);
    open();
    assertThat(spool.waiting()).containsExactly(again);
  }

  @Test
  void forgetsWhatIsDone() throws IOException {
    Waiting waiting = open().keep(CALLBACK, BODY, 5);

    spool.remove(waiting);

    assertThat(names()).containsExactly(".lock");
    assertThatThrownBy(() -> spool.read(waiting)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesMoreCallbacksThanItHasRoomFor() throws IOException {
    Waiting first = open(2, 1 << 20).keep(CALLBACK, BODY, 5);
    spool.keep(CALLBACK, BODY, 5);

    assertThatThrownBy(() -> spool.keep(CALLBACK, BODY, 5)).isInstanceOf(IOException.class);

    assertThat(names()).hasSize(3);
    spool.remove(first);
    spool.keep(CALLBACK, BODY, 5);
  }

  @Test
  void refusesMoreBytesThanItHasRoomFor() throws IOException {
    open(100, 2_000);
    Waiting large = spool.keep(CALLBACK, new byte[1_500], 5);

    assertThatThrownBy(() -> spool.keep(CALLBACK, new byte[500], 5))
        .isInstanceOf(IOException.class);

    spool.remove(large);
    spool.keep(CALLBACK, new byte[500], 5);
  }

  @Test
  void countsWhatWasThereBefore() throws IOException {
    open(2, 1 << 20).keep(CALLBACK, BODY, 5);
    spool.keep(CALLBACK, BODY, 5);

    open(2, 1 << 20);

    assertThatThrownBy(() -> spool.keep(CALLBACK, BODY, 5)).isInstanceOf(IOException.class);
  }

  @Test
  void leavesNothingBehindWhenTheDiskFails() throws IOException {
    Waiting waiting = open(1, 1 << 20).keep(CALLBACK, BODY, 5);
    spool.remove(waiting);
    Path away = parent.resolve("away");
    Files.move(directory(), away);

    assertThatThrownBy(() -> spool.keep(CALLBACK, BODY, 5)).isInstanceOf(IOException.class);

    Files.move(away, directory());
    assertThat(names()).containsExactly(".lock");
    spool.keep(CALLBACK, BODY, 5);
  }

  @Test
  void belongsToOneProcessAlone() throws IOException {
    open();

    assertThatThrownBy(() -> new DiskSpool(directory(), 1, 1, ids::get))
        .isInstanceOf(IOException.class)
        .hasMessage("another process uses it");
  }

  /** What a process does with files before it dies; true if it is done before. */
  private interface Work {
    void with(DiskSpool mortal) throws IOException;
  }

  /** Does work in a process that dies after some steps, and opens the spool anew. */
  private boolean isDoneBeforeDeathAfter(int steps, Work work) throws IOException {
    close();
    Files.createDirectories(directory());
    MortalDisk disk = new MortalDisk(directory());
    DiskSpool mortal = new DiskSpool(disk.folder(), 100, 1 << 20, ids::getAndIncrement);
    disk.dieAfter(steps);
    boolean done;
    try {
      work.with(mortal);
      done = true;
    } catch (MortalDisk.Killed killed) {
      done = false;
    }
    mortal.close();
    open();
    assertThat(names()).noneMatch(name -> name.endsWith(".tmp"));
    assertThat(spool.broken()).isZero();
    return done;
  }

  /** Whenever the process dies, the callback is there as a whole, or was never promised. */
  @Test
  void keepsWhatItPromisedWheneverItIsKilled() throws IOException {
    boolean promised = false;
    for (int steps = 0; !promised; steps++) {
      promised = isDoneBeforeDeathAfter(steps, mortal -> mortal.keep(CALLBACK, BODY, 5));

      List<Waiting> found = spool.waiting();
      assertThat(found).as("after %d steps", steps).hasSizeBetween(promised ? 1 : 0, 1);
      for (Waiting waiting : found) {
        assertThat(spool.read(waiting).callback()).isEqualTo(CALLBACK);
        assertThat(bytes(spool.read(waiting).body())).isEqualTo(BODY);
        spool.remove(waiting);
      }
    }
  }

  /** A computer that loses its power keeps what was forced to the disk. */
  @Test
  void forcesTheFileAndThenItsNameBeforeItPromises() throws IOException {
    Files.createDirectories(directory());
    MortalDisk disk = new MortalDisk(directory());
    spool = new DiskSpool(disk.folder(), 100, 1 << 20, ids::getAndIncrement);
    disk.dieAfter(Integer.MAX_VALUE);

    spool.keep(CALLBACK, BODY, 5);

    assertThat(disk.steps().stream().distinct())
        .containsExactly(
            "open tmp", "write tmp", "force tmp", "move tmp", "open spool", "force spool");
  }

  @Test
  void postponesWhollyOrNotAtAllWheneverItIsKilled() throws IOException {
    Waiting kept = open().keep(CALLBACK, BODY, 5);
    boolean noted = false;
    for (int steps = 0; !noted; steps++) {
      noted =
          isDoneBeforeDeathAfter(steps, mortal -> mortal.postpone(mortal.waiting().get(0), 9_000));

      Waiting found = spool.waiting().get(0);
      assertThat(spool.waiting()).as("after %d steps", steps).hasSize(1);
      assertThat(found.id()).isEqualTo(kept.id());
      assertThat(found.next()).isEqualTo(noted ? 9_000 : 5);
      assertThat(found.tries()).isIn(0, 1);
      assertThat(spool.read(found).callback()).isEqualTo(CALLBACK.withTries(found.tries()));
      assertThat(bytes(spool.read(found).body())).isEqualTo(BODY);
      // As before, whatever was counted already.
      if (!noted) {
        Path file = directory().resolve("5-" + kept.id() + ".callback");
        SpoolFile.count(file, SpoolFile.read(file).lineLength(), 0);
      }
    }
  }

  @Test
  void removesWhollyOrNotAtAllWheneverItIsKilled() throws IOException {
    open().keep(CALLBACK, BODY, 5);
    boolean removed = false;
    for (int steps = 0; !removed; steps++) {
      removed = isDoneBeforeDeathAfter(steps, mortal -> mortal.remove(mortal.waiting().get(0)));

      assertThat(spool.waiting()).as("after %d steps", steps).hasSize(removed ? 0 : 1);
    }
  }

  /** What a process leaves that is killed after each step of keeping a callback. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void forgetsWhatWasNotPromised(int step) throws IOException {
    open();
    byte[] line = SpoolFile.line(CALLBACK);
    Path unfinished = directory().resolve("0000000000000001.tmp");
    switch (step) {
      case 0 -> Files.createFile(unfinished);
      case 1 -> Files.write(unfinished, new byte[] {line[0], line[1]});
      default -> Files.write(unfinished, line);
    }

    open();

    assertThat(spool.waiting()).isEmpty();
    assertThat(names()).containsExactly(".lock");
  }

  /** Killed after the renaming, before or after the answer. */
  @Test
  void sendsWhatMayHaveBeenPromised() throws IOException {
    open();
    Files.write(directory().resolve("5-0000000000000001.callback"), SpoolFile.line(CALLBACK));

    open();

    assertThat(spool.waiting()).extracting(Waiting::id).containsExactly("0000000000000001");
    assertThat(spool.read(spool.waiting().get(0)).callback()).isEqualTo(CALLBACK);
  }

  /** Killed between counting a try and renaming the file. */
  @Test
  void sendsAgainWhatWasCountedButNotRenamed() throws IOException {
    Waiting waiting = open().keep(CALLBACK, BODY, 5);
    Path file = directory().resolve("5-" + waiting.id() + ".callback");
    SpoolFile.count(file, SpoolFile.read(file).lineLength(), 1);

    open();

    assertThat(spool.waiting()).extracting(Waiting::tries).containsExactly(1);
    assertThat(spool.read(spool.waiting().get(0)).callback()).isEqualTo(CALLBACK.withTries(1));
  }

  @Test
  void leavesADirectoryThatIsThereAsItIs() throws IOException {
    Files.createDirectories(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(directory().resolve("another.tmp"), "a stranger's");
    Files.createDirectory(directory().resolve("0123456789abcdef.tmp"));

    open();

    assertThat(spool.isOpenToOthers()).isTrue();
    assertThat(names()).containsExactly(".lock", "0123456789abcdef.tmp", "another.tmp");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwxrwxrwx");
  }

  /** An operator has edited the line: the number of tries stands elsewhere. */
  private void writeEdited(String body) throws IOException {
    String line = new String(SpoolFile.line(CALLBACK), StandardCharsets.UTF_8);
    Files.writeString(
        directory().resolve("5-0000000000000001.callback"),
        line.replace("\"tries\":  0}", "\"tries\":7}") + body);
  }

  @Test
  void keepsAnEditedFileOverATry() throws IOException {
    open();
    writeEdited("body");
    open();

    Waiting later = spool.postpone(spool.waiting().get(0), 9_000);

    assertThat(names()).containsExactly(".lock", "9000-0000000000000001.callback");
    open();
    assertThat(spool.waiting()).extracting(Waiting::tries).containsExactly(8);
    assertThat(new String(bytes(spool.read(later).body()), StandardCharsets.UTF_8))
        .isEqualTo("body");
  }

  @Test
  void keepsOneFileOfAnEditedOneThatCannotBeRemoved() throws IOException {
    open();
    writeEdited("");
    close();
    MortalDisk disk = new MortalDisk(directory());
    spool = new DiskSpool(disk.folder(), 100, 1 << 20, ids::getAndIncrement);
    Waiting waiting = spool.waiting().get(0);
    disk.keepAFile();

    assertThatThrownBy(() -> spool.postpone(waiting, 9_000)).isInstanceOf(IOException.class);

    assertThat(names()).containsExactly(".lock", "5-0000000000000001.callback");
    spool.postpone(waiting, 9_000);
    assertThat(names()).containsExactly(".lock", "9000-0000000000000001.callback");
  }

  /** A link to itself cannot be opened, as no file can be without a file descriptor. */
  @Test
  void losesNothingThatItCannotReadAtTheStart() throws IOException {
    Waiting waiting = open().keep(CALLBACK, BODY, 5);
    Path file = directory().resolve("5-" + waiting.id() + ".callback");
    Path away = parent.resolve("away");
    Files.move(file, away);
    Files.createSymbolicLink(file, file);

    assertThat(open().waiting()).isEmpty();
    assertThat(spool.unread()).isEqualTo(1);
    assertThat(spool.broken()).isZero();
    spool.close();

    Files.move(away, file, StandardCopyOption.REPLACE_EXISTING);
    open();
    assertThat(spool.waiting()).containsExactly(waiting);
    assertThat(spool.broken()).isZero();
  }

  @Test
  void tellsWhatItCannotReadNowFromWhatIsGone() throws IOException {
    Waiting waiting = open().keep(CALLBACK, BODY, 5);
    Path file = directory().resolve("5-" + waiting.id() + ".callback");
    Files.delete(file);
    assertThatThrownBy(() -> spool.read(waiting)).isInstanceOf(NoSuchFileException.class);

    Files.createSymbolicLink(file, file);
    assertThatThrownBy(() -> spool.read(waiting))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NoSuchFileException.class)
        .isNotInstanceOf(MalformedFileException.class);

    Files.delete(file);
    Files.writeString(file, "x");
    assertThatThrownBy(() -> spool.read(waiting)).isInstanceOf(MalformedFileException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no line",
        "{\"v\":1,\"kind\":\"h\",\"tenant\":\"house\",\"claims\":{},\"created\":1,\"tries\":0}\n",
        "{\"v\":1,\"kind\":\"e\",\"tenant\":\"a\\nb\",\"claims\":{},\"created\":1,\"tries\":0}\n",
        "{\"v\":1,\"kind\":\"r\",\"tenant\":\"house\",\"alg\":\"none\",\"claims\":{},\"created\":1,"
            + "\"tries\":0}\n",
        "{}\n",
        "[]\n",
        "x\n",
        "{\"v\":2,\"kind\":\"r\"}\n",
        "{\"v\":1,\"kind\":\"x\",\"claims\":{},\"created\":1,\"tries\":0}\n",
        "{\"v\":1,\"kind\":\"r\",\"claims\":[],\"created\":1,\"tries\":0}\n",
        "{\"v\":1,\"kind\":\"r\",\"claims\":{},\"tries\":0}\n",
        "{\"v\":1,\"kind\":\"r\",\"claims\":{},\"created\":\"x\",\"tries\":0}\n",
        "{\"v\":null,\"kind\":\"r\",\"claims\":{},\"created\":1,\"tries\":0}\n",
        "{\"v\":1,\"kind\":\"r\",\"claims\":{},\"created\":1,\"tries\":{}}\n",
        "{\"v\":1,\"kind\":[1,2],\"claims\":{},\"created\":1,\"tries\":0}\n"
      })
  void putsAsideWhatItCannotRead(String content) throws IOException {
    open();
    Files.writeString(directory().resolve("5-0000000000000001.callback"), content);
    Files.writeString(directory().resolve("notes.txt"), "an operator's");

    open();

    assertThat(spool.waiting()).isEmpty();
    assertThat(spool.broken()).isEqualTo(1);
    assertThat(names()).containsExactly(".lock", "broken", "notes.txt");
    assertThat(directory().resolve("broken/5-0000000000000001.callback")).hasContent(content);
  }

  @Test
  void readsALineOfAnyLengthThatItWrote() throws IOException {
    String claims = "{\"meeting_id\":\"" + "\\u2028".repeat(20_000) + "\"}";
    Callback large =
        new Callback(
            CallbackKind.RECORDING_READY,
            "house",
            "https://a.example/",
            "",
            "",
            "HS256",
            claims,
            1,
            0);

    Waiting waiting = open().keep(large, BODY, 5);

    assertThat(spool.read(waiting).callback()).isEqualTo(large);
    assertThat(bytes(spool.read(waiting).body())).isEqualTo(BODY);
  }

  @Test
  void keepsNoLineThatItCouldNotRead() throws IOException {
    String claims = "{\"meeting_id\":\"" + "x".repeat(1 << 20) + "\"}";
    Callback large =
        new Callback(
            CallbackKind.RECORDING_READY,
            "house",
            "https://a.example/",
            "",
            "",
            "HS256",
            claims,
            1,
            0);

    assertThatThrownBy(() -> open(10, 8 << 20).keep(large, BODY, 5))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly(".lock");
  }

  @Test
  void putsAsideWhatBecomesUnreadable() throws IOException {
    Waiting waiting = open(1, 1 << 20).keep(CALLBACK, BODY, 5);
    Files.writeString(directory().resolve("5-" + waiting.id() + ".callback"), "x");

    assertThatThrownBy(() -> spool.read(waiting)).isInstanceOf(IOException.class);
    spool.putAside(waiting);

    assertThat(names()).containsExactly(".lock", "broken");
    spool.keep(CALLBACK, BODY, 5);
  }

  @Test
  void countsAThousandTriesWithoutMovingTheBody() throws IOException {
    Waiting waiting = open().keep(CALLBACK.withTries(1_234), BODY, 5);

    assertThat(spool.read(waiting).callback().tries()).isEqualTo(999);
    assertThat(bytes(spool.read(waiting).body())).isEqualTo(BODY);
  }
}
