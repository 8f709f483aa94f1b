package io.tinyscale.launcher.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads a token from a file: either the token alone, or the file of tokens that tinyscale itself
 * reads, of which the first line with a token in it counts.
 */
final class TokenFile {

  private static final int MOST_KIB = 64;
  private static final String HASH = "sha256:";

  private TokenFile() {}

  static String read(Path file) {
    boolean hasHashes = false;
    for (String line : text(file).lines().toList()) {
      String[] words = line.strip().split("\\s+");
      String last = words[words.length - 1];
      if (last.isEmpty() || words[0].startsWith("#")) {
        continue;
      }
      if (last.startsWith(HASH)) {
        hasHashes = true;
      } else if (words.length == 1 || words.length == 3) {
        return checked(last, file.toString());
      }
    }
    throw CommandException.wrong(
        hasHashes
            ? file + " holds hashes of tokens alone. Write the token into a file of its own."
            : file + " holds no token.");
  }

  /** The token, if it can be one. It stays out of the message. */
  static String checked(String token, String source) {
    if (!token.matches("[\\x21-\\x7E]{1,512}")) {
      throw CommandException.wrong(source + ": no token, which has printable characters only.");
    }
    return token;
  }

  /** A small file's text. */
  static String text(Path file) {
    return text(file, MOST_KIB);
  }

  /** The text of a file that is no larger than so many KiB. */
  static String text(Path file, int mostKib) {
    try (InputStream in = Files.newInputStream(file)) {
      return small(in, file.toString(), mostKib);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(file, "this user may not read it");
    } catch (IOException e) {
      throw unreadable(file, "it is no readable file");
    }
  }

  /** All of a stream that is small. */
  static String small(InputStream in, String name) throws IOException {
    return small(in, name, MOST_KIB);
  }

  /** All of a stream that is no larger than so many KiB. */
  static String small(InputStream in, String name, int mostKib) throws IOException {
    int most = mostKib * 1024;
    byte[] bytes = in.readNBytes(most + 1);
    if (bytes.length > most) {
      throw CommandException.wrong(name + " is larger than " + mostKib + " KiB.");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static CommandException unreadable(Path file, String why) {
    return CommandException.wrong("Cannot read " + file + ": " + why + ".");
  }
}
