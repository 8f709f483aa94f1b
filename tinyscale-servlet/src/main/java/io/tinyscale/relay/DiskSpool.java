package io.tinyscale.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps each callback in a file of its own, whose name says when it is sent next. A file is written
 * under another name, forced to the disk, renamed, and then the directory is forced, too: whenever
 * the process dies, a callback is there as a whole or was never promised.
 */
final class DiskSpool implements Spool {

  private static final Pattern NAME = Pattern.compile("([0-9]{1,18})-([0-9a-f]{16})\\.callback");
  private static final String UNFINISHED = ".tmp";
  private static final Pattern UNFINISHED_NAME = Pattern.compile("[0-9a-f]{16}\\.tmp");
  private static final String BROKEN = "broken";
  private static final String LOCK = ".lock";
  private static final int PIECE = 64 << 10;

  private final Path directory;
  private final FileChannel lockFile;
  private final SpoolRoom room;
  private final LongSupplier randomIds;
  private final List<Waiting> found = new ArrayList<>();
  private final boolean openToOthers;
  private int broken;
  private int unread;

  /**
   * Opens the spool: what a former process left unfinished is deleted, what is no callback is put
   * aside, what cannot be read now stays for the next time, the rest waits.
   *
   * @param directory made for this user alone if it is not there; otherwise left as it is
   * @param randomIds name the files
   * @throws IOException if another process has it, or it cannot be used
   */
  DiskSpool(Path directory, int mostCallbacks, long mostBytes, LongSupplier randomIds)
      throws IOException {
    this.directory = directory;
    this.room = new SpoolRoom(mostCallbacks, mostBytes);
    this.randomIds = randomIds;
    makeDirectory(directory);
    openToOthers = isOpenToOthers(directory);
    lockFile =
        FileChannel.open(
            directory.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            onlyOurs("rw-------"));
    try {
      lock();
      readAll();
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      lock = null;
    }
    if (lock == null) {
      throw new IOException("another process uses it");
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(directory, onlyOurs("rwx------"));
    }
  }

  /** Files are readable for their user alone, but whoever may write here can remove them. */
  private static boolean isOpenToOthers(Path directory) throws IOException {
    return isPosix()
        && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Whether everybody may write to the directory. */
  boolean isOpenToOthers() {
    return openToOthers;
  }

  private static FileAttribute<?>[] onlyOurs(String permissions) {
    if (!isPosix()) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> ours = PosixFilePermissions.fromString(permissions);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(ours)};
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private void readAll() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      all.forEach(files::add);
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      Matcher matcher = NAME.matcher(name);
      if (UNFINISHED_NAME.matcher(name).matches() && Files.isRegularFile(file)) {
        Files.delete(file);
      } else if (matcher.matches()) {
        readOne(file, Long.parseLong(matcher.group(1)), matcher.group(2));
      }
    }
  }

  private void readOne(Path file, long next, String id) throws IOException {
    try {
      SpoolFile.Read read = SpoolFile.read(file);
      found.add(Waiting.of(id, next, read.callback(), read.size()));
      room.found(read.size());
    } catch (MalformedFileException noCallback) {
      putAside(file);
    } catch (NoSuchFileException deleted) {
      // By an operator, just now.
    } catch (IOException notNow) {
      // The service matters more than one callback.
      unread++;
    }
  }

  /** How many files could not be read when the spool was opened; the next opening reads them. */
  int unread() {
    return unread;
  }

  /** How many files held no callback when the spool was opened. */
  int broken() {
    return broken;
  }

  @Override
  public List<Waiting> waiting() {
    return List.copyOf(found);
  }

  private Path file(Waiting waiting) {
    return directory.resolve(waiting.noted() + "-" + waiting.id() + ".callback");
  }

  @Override
  public Waiting keep(Callback callback, byte[] body, long next) throws IOException {
    byte[] line = SpoolFile.line(callback);
    long size = line.length + body.length;
    room.take(size);
    String id = HexFormat.of().toHexDigits(randomIds.getAsLong());
    Waiting waiting = Waiting.of(id, next, callback, size);
    boolean kept = false;
    try {
      write(waiting, line, body);
      kept = true;
      return waiting;
    } finally {
      // Whatever went wrong, a lack of memory included.
      if (!kept) {
        room.giveBack(size);
        forgetUnfinished(waiting);
      }
    }
  }

  private Path unfinished(String id) {
    return directory.resolve(id + UNFINISHED);
  }

  private void write(Waiting waiting, byte[] line, byte[] body) throws IOException {
    Path unfinished = unfinished(waiting.id());
    write(unfinished, line, body);
    Files.move(unfinished, file(waiting), StandardCopyOption.ATOMIC_MOVE);
    forceDirectory();
  }

  private static void write(Path file, byte[] line, byte[] body) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            onlyOurs("rw-------"))) {
      writeAll(channel, line);
      writeAll(channel, body);
      channel.force(true);
    }
  }

  /** In pieces: the JDK keeps a buffer as large as the largest piece for each thread. */
  private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    for (int start = 0; start < bytes.length; start += PIECE) {
      ByteBuffer piece = ByteBuffer.wrap(bytes, start, Math.min(PIECE, bytes.length - start));
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
    }
  }

  /** Makes sure that the name of a file is on the disk, too. Windows does that by itself. */
  private void forceDirectory() throws IOException {
    if (isPosix()) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** The service does not depend on it: what stays is sent once more. */
  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException nothingElseToDo) {
      // The disk has failed already, and the caller hears of that.
    }
  }

  @Override
  public Kept read(Waiting waiting) throws IOException {
    Path file = file(waiting);
    SpoolFile.Read read = SpoolFile.read(file);
    return new Kept(read.callback(), read.body(file));
  }

  @Override
  public Waiting postpone(Waiting waiting, long next) throws IOException {
    Path file = file(waiting);
    Waiting later = waiting.again(next);
    SpoolFile.Read read = SpoolFile.read(file);
    if (!read.isOurs()) {
      rewrite(file, read, later);
      return later;
    }
    SpoolFile.count(file, read.lineLength(), later.tries());
    Files.move(file, file(later), StandardCopyOption.ATOMIC_MOVE);
    return later;
  }

  /** Somebody has edited the file. Whatever fails, one file is left: two would be sent. */
  private void rewrite(Path file, SpoolFile.Read read, Waiting later) throws IOException {
    byte[] all = Files.readAllBytes(file);
    byte[] line = SpoolFile.line(read.callback().withTries(later.tries()));
    boolean rewritten = false;
    try {
      write(later, line, Arrays.copyOfRange(all, read.lineLength(), all.length));
      Files.deleteIfExists(file);
      rewritten = true;
    } finally {
      if (!rewritten) {
        forgetUnfinished(later);
      }
    }
  }

  private void forgetUnfinished(Waiting waiting) {
    deleteQuietly(unfinished(waiting.id()));
    deleteQuietly(file(waiting));
  }

  @Override
  public void remove(Waiting waiting) throws IOException {
    room.giveBack(waiting.size());
    Files.deleteIfExists(file(waiting));
  }

  @Override
  public void putAside(Waiting waiting) {
    room.giveBack(waiting.size());
    try {
      putAside(file(waiting));
    } catch (IOException stays) {
      // It is found again at the next start.
    }
  }

  private void putAside(Path file) throws IOException {
    broken++;
    Path aside = directory.resolve(BROKEN);
    makeDirectory(aside);
    Files.move(file, aside.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException theLockIsGone) {
      // Nothing was written to it.
    }
  }
}
