package io.tinyscale.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder");
    }
    Path fresh = Files.createTempFile(folder, "." + file.getFileName() + ".", ".new");
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      giveTo(folder, fresh);
      put(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
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

  private static void giveTo(Path folder, Path fresh) {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    try {
      PosixFileAttributes wanted = Files.readAttributes(folder, PosixFileAttributes.class);
      view.setGroup(wanted.group());
      view.setOwner(wanted.owner());
    } catch (IOException e) {
      // Only root gives files away; else the file is its maker's.
    }
  }
}
