package io.tinyscale.config;

import io.tinyscale.config.FileReplacement.Step;
import io.tinyscale.config.FileReplacement.Watcher;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import org.jspecify.annotations.Nullable;

/** Makes a small file that holds secrets, as a whole or not at all. Blocks. */
final class NewFile {

  private NewFile() {}

  /**
   * Makes the file, for its owner alone. If we may say so, that is the owner of its folder: an
   * administrator makes the file of a service.
   *
   * @throws IOException if it cannot be made, or is there already
   */
  static void write(Path file, byte[] bytes, Watcher watcher) throws IOException {
    Path whole = file.toAbsolutePath();
    Path folder = whole.getParent();
    if (folder == null) {
      throw new IOException("no folder");
    }
    watcher.before(Step.CREATE);
    try (FreshFile fresh = FreshFile.beside(whole)) {
      watcher.before(Step.WRITE);
      fresh.write(bytes);
      watcher.before(Step.KEEP_ACCESS);
      giveTo(folder, fresh);
      watcher.before(Step.FORCE);
      fresh.force();
      watcher.before(Step.MOVE);
      put(fresh.path(), file);
    }
  }

  /** Replaces nothing that somebody else has made meanwhile, where there are links. */
  private static void put(Path fresh, Path file) throws IOException {
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | IOException noLinks) {
      Files.move(fresh, file);
    }
  }

  private static void giveTo(Path folder, FreshFile fresh) throws IOException {
    @Nullable PosixFileAttributeView access = fresh.access();
    if (access == null) {
      return;
    }
    try {
      PosixFileAttributes wanted = Files.readAttributes(folder, PosixFileAttributes.class);
      access.setGroup(wanted.group());
      access.setOwner(wanted.owner());
    } catch (IOException e) {
      // Only root gives files away; else the file is its maker's.
    }
  }
}
