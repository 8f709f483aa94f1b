package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Reads a text file that an operator keeps, and says in an operator's words what went wrong. */
final class SmallFile {

  /** Why a file could not be had; the message completes "file.txt: ...". */
  static final class UnreadableException extends Exception {
    UnreadableException(String why) {
      super(why);
    }
  }

  private SmallFile() {}

  /** A warning if other users of the machine may read the file, which holds secrets. */
  static Optional<String> exposure(ConfigKey key, Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
          ? Optional.of(
              Problem.of(
                      key.key(),
                      file + " is readable for every user of this machine",
                      "",
                      "Run chmod o-r on it.")
                  .toString())
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      // Without POSIX permissions there is nothing to see.
      return Optional.empty();
    }
  }

  /** The file's text in UTF-8, without a byte order mark. */
  static String text(Path file, int mostBytes) throws UnreadableException {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes(file, mostBytes)))
              .toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UnreadableException("not in UTF-8");
    }
  }

  /** The file's bytes. */
  static byte[] bytes(Path file, int mostBytes) throws UnreadableException {
    if (Files.isDirectory(file)) {
      throw new UnreadableException("a directory");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw new UnreadableException("larger than " + Units.text(mostBytes));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new UnreadableException("no such file");
    } catch (AccessDeniedException e) {
      throw new UnreadableException("not readable for this user");
    } catch (IOException e) {
      throw new UnreadableException("not readable (" + e.getClass().getSimpleName() + ")");
    }
  }
}
