package io.tinyscale.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
    try {
      begin(Step.CREATE);
      if (!Files.isWritable(target)) {
        throw new IOException("the file is not writable");
      }
      try (FreshFile fresh = FreshFile.beside(target)) {
        return with(bytes, fresh);
      }
    } catch (IOException e) {
      throw new RefusedException(step, e);
    }
  }

  private Optional<FileVersion> with(byte[] bytes, FreshFile fresh) throws IOException {
    begin(Step.WRITE);
    fresh.write(bytes);
    begin(Step.KEEP_ACCESS);
    keepAccess(fresh);
    begin(Step.FORCE);
    fresh.force();
    begin(Step.COMPARE);
    if (!isAsRead()) {
      return Optional.empty();
    }
    FileVersion version = FileVersion.of(fresh.path());
    begin(Step.MOVE);
    Files.move(fresh.path(), target, StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
    return Optional.of(version);
  }

  private void begin(Step next) throws IOException {
    step = next;
    watcher.before(next);
  }

  private void keepAccess(FreshFile fresh) throws IOException {
    @Nullable PosixFileAttributeView access = fresh.access();
    if (access == null) {
      return;
    }
    // The target was no link; if it is one by now, it is not to be followed.
    PosixFileAttributes wanted =
        Files.readAttributes(target, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributes given = access.readAttributes();
    if (!given.group().equals(wanted.group())) {
      access.setGroup(wanted.group());
    }
    if (!given.owner().equals(wanted.owner())) {
      access.setOwner(wanted.owner());
    }
    access.setPermissions(wanted.permissions());
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
}
