package io.tinyscale.placement;

import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps a {@link MeetingHistory} over a restart. Whatever is wrong with the file, the history goes
 * on in memory, and one warning says what to do; a file of something else is never written.
 * Deleting the file does no harm. Thread-safe.
 *
 * <p>The file has a line for each id, the longest unused first: the hash of the id, and for each
 * session the minute of the week and the size, such as {@code 00c0ffee00c0ffee 600:41.5 2040:12.0}.
 */
final class HistoryFile {

  private static final String HEAD = "tinyscale-history 1";

  /** More than all ids with all their sessions need. */
  private static final int MOST_BYTES = 8 << 20;

  private static final String EXPECTED = "a file that tinyscale wrote, or a path for a new file";
  private static final String IN_MEMORY = "Until then the sizes of meetings are kept in memory.";
  private static final String PERMISSIONS = "Correct the path or the file's permissions.";
  private static final Set<StandardOpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<PosixFilePermission> FOR_US_ALONE =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final MeetingHistory history;
  private final Consumer<String> warnings;

  /** Whether the history has what the file held. */
  private boolean isRead;

  private boolean isWarned;
  private long written;

  /**
   * A file that is not read yet.
   *
   * @param warnings is told in an operator's words what is wrong with the file
   */
  HistoryFile(Path file, MeetingHistory history, Consumer<String> warnings) {
    this.file = file;
    this.history = history;
    this.warnings = warnings;
  }

  /** Adds what the file holds to the history. */
  synchronized void read() {
    boolean isFirst = history.changes() == 0;
    try {
      boolean isSound = restore();
      if (isSound && isFirst) {
        written = history.changes();
      }
      checkThatItCanBeWritten();
    } catch (IOException e) {
      warn(cause(e, "not readable for this user"), PERMISSIONS);
    }
  }

  /** The text of the file; empty if there is no file. */
  private String text(int mostBytes) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, "no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      // What is in other characters does not begin or go on as a history.
      return new String(in.readNBytes(mostBytes), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Whether this is the beginning of a file of something else, of which the operator hears. */
  private boolean isForeign(String text) {
    boolean isForeign = !text.isEmpty() && !text.startsWith(HEAD + "\n");
    if (isForeign) {
      warn("something else than a history of this version", "Name another file, or delete it.");
    }
    return isForeign;
  }

  private void checkThatItCanBeWritten() throws IOException {
    Path folder = target().toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FileSystemException(file.toString(), null, "its directory does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw new FileSystemException(
          file.toString(), null, "in a directory that is not writable for this user");
    }
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw new FileSystemException(file.toString(), null, "not writable for this user");
    }
  }

  /** The file itself, if a link has its name. */
  private Path target() throws IOException {
    if (Files.exists(file)) {
      return file.toRealPath();
    }
    return Files.isSymbolicLink(file) ? file.resolveSibling(Files.readSymbolicLink(file)) : file;
  }

  /**
   * Adds the meetings of the file that the history does not know.
   *
   * @return whether the history has all that the file holds
   */
  private boolean restore() throws IOException {
    // What is longer is cut, and so damaged.
    String text = text(MOST_BYTES + 1);
    if (isForeign(text)) {
      return false;
    }
    isRead = true;
    if (text.isEmpty()) {
      return true;
    }
    String[] lines = text.split("\n", -1);
    MeetingHistory read = history.empty();
    int first = 0;
    int damaged = 0;
    for (int i = 1; i < lines.length; i++) {
      boolean isLast = i == lines.length - 1;
      if (isLast ? !lines[i].isEmpty() : !isRestored(read, lines[i])) {
        // The text of the line may be anything: it stays out of the log.
        damaged++;
        first = damaged == 1 ? i + 1 : first;
      }
    }
    read.forEach(history::restoreMissing);
    if (damaged > 0) {
      warn(
          "damaged in line " + first + (damaged > 1 ? " and " + (damaged - 1) + " more" : ""),
          "tinyscale keeps the other lines, and replaces the file within minutes.");
    }
    return damaged == 0;
  }

  private static boolean isRestored(MeetingHistory history, String line) {
    try {
      restore(history, line);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void restore(MeetingHistory history, String line) {
    String[] words = line.split(" ", MeetingHistory.MOST_SESSIONS + 2);
    if (words.length < 2 || words.length > MeetingHistory.MOST_SESSIONS + 1) {
      throw new IllegalArgumentException("a line of " + words.length + " words");
    }
    if (words[0].length() != 16) {
      throw new IllegalArgumentException("a line without the hash of an id");
    }
    long key = HexFormat.fromHexDigitsToLong(words[0]);
    short[] minutes = new short[words.length - 1];
    float[] costs = new float[words.length - 1];
    for (int i = 0; i < minutes.length; i++) {
      String[] session = words[i + 1].split(":", 2);
      if (session.length < 2) {
        throw new IllegalArgumentException("a session without a size");
      }
      minutes[i] = Short.parseShort(session[0]);
      costs[i] = Float.parseFloat(session[1]);
    }
    history.restore(key, minutes, costs);
  }

  /** Writes the history, if it has changed. */
  synchronized void write() {
    if (history.changes() == written) {
      return;
    }
    try {
      // The file may have been put right, or may have become another one, since the last time.
      boolean isOurs = isRead ? !isForeign(text(HEAD.length() + 1)) : restore() || isRead;
      if (isOurs) {
        checkThatItCanBeWritten();
        replace();
      }
    } catch (IOException e) {
      warn(cause(e, "not readable for this user"), PERMISSIONS);
    }
  }

  private void replace() {
    long changes = history.changes();
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    history.forEach(
        (key, minutes, costs) -> {
          text.append(HexFormat.of().toHexDigits(key));
          for (int i = 0; i < minutes.length; i++) {
            text.append(' ').append(minutes[i]).append(':').append(costs[i]);
          }
          text.append('\n');
        });
    try {
      replace(text.toString().getBytes(StandardCharsets.US_ASCII));
      written = changes;
      isWarned = false;
    } catch (IOException e) {
      warn(
          cause(e, "not writable for this user"),
          "Let tinyscale write this file and its directory.");
    }
  }

  /** A file that is half written never bears the name. */
  private void replace(byte[] bytes) throws IOException {
    Path target = target();
    Path draft = target.resolveSibling(target.getFileName() + ".tmp");
    if (Files.isDirectory(draft, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          file.toString(), null, "in a place where the directory " + draft + " is in the way");
    }
    Files.deleteIfExists(draft);
    try (FileChannel channel = FileChannel.open(draft, NEW_FILE, attributes(target))) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Nobody else on the machine need know when which rooms are used. */
  private static FileAttribute<?>[] attributes(Path target) {
    return target.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FOR_US_ALONE)}
        : new FileAttribute<?>[0];
  }

  private static String cause(IOException e, String denied) {
    if (e instanceof AccessDeniedException) {
      return denied;
    }
    if (e instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    String reason = e instanceof FileSystemException told ? told.getReason() : null;
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  /** Says it once, until a file could be written. */
  private void warn(String is, String fix) {
    if (!isWarned) {
      isWarned = true;
      warnings.accept(
          Problem.of(
                  ConfigKey.PLACEMENT_HISTORY.key(),
                  file.toString(),
                  EXPECTED + ", but it is: " + is,
                  fix + " " + IN_MEMORY)
              .toString());
    }
  }
}
