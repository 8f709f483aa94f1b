package io.tinyscale.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a text file that an operator keeps, and says in an operator's words what went wrong. */
final class SmallFile {

  /** Why a file could not be had; the message completes "file.txt: ...". */
  static final class UnreadableException extends Exception {
    UnreadableException(String why) {
      super(why);
    }
  }

  private SmallFile() {}

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
