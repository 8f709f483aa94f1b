package io.tinyscale.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One replacement of a small file as a whole: readers see the old bytes or the new ones, also after
 * a crash. Links are followed; the new file has the mode, owner and group of the old one. Never
 * writes into the file that is there. Blocks; not thread-safe.
 */
final class FileReplacement {

  /** What is done one after the other. */
  enum Step {
    /** A file is made beside the old one. */
    CREATE,
    /** It gets the new bytes. */
    WRITE,
    /** It gets the access rights of the old one. */
    KEEP_ACCESS,
    /** It reaches the disk. */
    FORCE,
    /** The old file is compared with what was read. */
    COMPARE,
    /** The new file takes the place of the old one. */
    MOVE,
    /** The folder reaches the disk. */
    FORCE_FOLDER
  }

  /** Is told before each step. */
  @FunctionalInterface
  interface Watcher {
    void before(Step step) throws IOException;
  }

  /** The file cannot be replaced. */
  static final class RefusedException extends Exception {

    private final Step step;

    RefusedException(Step step, IOException cause) {
      super(cause);
      this.step = step;
    }

    Step step() {
      return step;
    }
  }

  private final Path file;
  private final Path target;
  private final byte[] old;
  private final int mostBytes;
  private final Watcher watcher;
  private Step step = Step.CREATE;

  private FileReplacement(Path file, Path target, byte[] old, int mostBytes, Watcher watcher) {
    this.file = file;
    this.target = target;
    this.old = old;
    this.mostBytes = mostBytes;
    this.watcher = watcher;
  }

  /** Reads the file that is to be replaced. */
  static FileReplacement of(Path file, int mostBytes, Watcher watcher)
      throws SmallFile.UnreadableException {
    try {
      Path target = file.toRealPath();
      return new FileReplacement(
          file, target, SmallFile.bytes(target, mostBytes), mostBytes, watcher);
    } catch (IOException e) {
      // No such file, most likely: the reader finds the words.
      SmallFile.bytes(file, mostBytes);
      throw new SmallFile.UnreadableException("not to be found");
    }
  }

  /** The bytes that were read. */
  byte[] old() {
    return old;
  }

  /** The folder in which the file itself is, links followed. */
  Path folder() {
    Path folder = target.getParent();
    return folder == null ? target : folder;
  }

  /**
   * Replaces the file.
   *
   * @return the version of the new file; empty if the old one has changed since it was read, and
   *     nothing was done
   */
  Optional<FileVersion> with(byte[] bytes) throws RefusedException {
    @Nullable Path fresh = null;
    try {
      begin(Step.CREATE);
      if (!Files.isWritable(target)) {
        throw new IOException("the file is not writable");
      }
      // Made for its owner alone.
      fresh = Files.createTempFile(folder(), "." + target.getFileName() + ".", ".new");
      write(fresh, bytes);
      begin(Step.KEEP_ACCESS);
      keepAccess(fresh);
      begin(Step.COMPARE);
      if (!isAsRead()) {
        return Optional.empty();
      }
      FileVersion version = FileVersion.of(fresh);
      begin(Step.MOVE);
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      fresh = null;
      forceFolder();
      return Optional.of(version);
    } catch (IOException e) {
      throw new RefusedException(step, e);
    } finally {
      delete(fresh);
    }
  }

  private void begin(Step next) throws IOException {
    step = next;
    watcher.before(next);
  }

  private void write(Path fresh, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      begin(Step.WRITE);
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      begin(Step.FORCE);
      channel.force(true);
    }
  }

  private void keepAccess(Path fresh) throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    PosixFileAttributes wanted = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributes given = view.readAttributes();
    if (!given.group().equals(wanted.group())) {
      view.setGroup(wanted.group());
    }
    if (!given.owner().equals(wanted.owner())) {
      view.setOwner(wanted.owner());
    }
    view.setPermissions(wanted.permissions());
  }

  private boolean isAsRead() throws IOException {
    try {
      return file.toRealPath().equals(target)
          && Arrays.equals(SmallFile.bytes(target, mostBytes), old);
    } catch (SmallFile.UnreadableException e) {
      return false;
    }
  }

  /** Only a loss of power can undo the move now, and the old file is whole, too. */
  private void forceFolder() {
    try {
      begin(Step.FORCE_FOLDER);
      try (FileChannel folder = FileChannel.open(folder(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      // Some file systems know no such thing.
    }
  }

  private static void delete(@Nullable Path fresh) {
    if (fresh == null) {
      return;
    }
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      // It does no harm: nothing reads it.
    }
  }
}
