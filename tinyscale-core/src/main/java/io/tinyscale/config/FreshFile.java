package io.tinyscale.config;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file for its owner alone, made beside another one whose place it is to take. The folder may
 * belong to a user who is trusted less than the one who runs this, as root edits the pool file of a
 * service, and that user may put a link in the file's place at any time. So the file is opened
 * once, when it is made, and no link is followed at its path. (A hard link to a file of somebody
 * else is refused by the kernel, see {@code fs.protected_hardlinks}.) Blocks; not thread-safe.
 */
final class FreshFile implements Closeable {

  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path path;
  private final FileChannel channel;

  private FreshFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Makes it, under a name that nobody can guess. */
  static FreshFile beside(Path file) throws IOException {
    String random = Long.toUnsignedString(new SecureRandom().nextLong());
    Path path = file.resolveSibling("." + file.getFileName() + "." + random + ".new");
    return new FreshFile(path, FileChannel.open(path, NEW, forUsAlone(path)));
  }

  private static FileAttribute<?>[] forUsAlone(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  Path path() {
    return path;
  }

  void write(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** All of it reaches the disk. */
  void force() throws IOException {
    channel.force(true);
  }

  /**
   * Its owner, group and mode; null where files have none.
   *
   * @throws IOException if there is something else in its place
   */
  @Nullable PosixFileAttributeView access() throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null && !view.readAttributes().isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "somebody has replaced the new file");
    }
    return view;
  }

  /** Deletes what is left at its path, if anything is. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It does no harm: nothing reads it.
    }
  }
}
