package io.tinyscale.relay;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyscale.bbb.CallbackKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The form of a file with one callback: a line of JSON, and then the body as it is. The number of
 * tries stands at the end of the line and always has the same width, so that it can be written
 * over.
 */
final class SpoolFile {

  private static final int VERSION = 1;

  /** More than the longest form and the longest query can make. */
  private static final int LONGEST_LINE = 512 << 10;

  private static final int FIRST_PIECE = 4 << 10;
  private static final int TRIES_WIDTH = 3;
  private static final int MOST_TRIES = 999;

  /** The end of the object, and the line feed. */
  private static final int BEHIND_TRIES = 2;

  private static final Pattern OUR_END = Pattern.compile("\"tries\":[ 0-9]{2}[0-9]}");
  private static final int OUR_END_LENGTH = "\"tries\":  0}".length();
  private static final Pattern TENANT = Pattern.compile("[a-z0-9-]{1,24}");

  private SpoolFile() {}

  /**
   * The line, with its line feed.
   *
   * @throws IOException if it would be too long to be read again
   */
  static byte[] line(Callback callback) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("v", VERSION);
    json.addProperty("kind", String.valueOf(callback.kind().letter()));
    json.addProperty("tenant", callback.tenant());
    json.addProperty("url", callback.url());
    addUnlessEmpty(json, "contentType", callback.contentType());
    addUnlessEmpty(json, "userAgent", callback.userAgent());
    addUnlessEmpty(json, "alg", callback.algorithm());
    json.add("claims", JsonParser.parseString(callback.claims()));
    json.addProperty("created", callback.created());
    String start = json.toString();
    String line =
        start.substring(0, start.length() - 1) + ",\"tries\":" + tries(callback.tries()) + "}\n";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_LINE) {
      throw new IOException("the line is too long");
    }
    return bytes;
  }

  private static void addUnlessEmpty(JsonObject json, String name, String value) {
    if (!value.isEmpty()) {
      json.addProperty(name, value);
    }
  }

  private static String tries(int tries) {
    String digits = Integer.toString(Math.min(tries, MOST_TRIES));
    return " ".repeat(TRIES_WIDTH - digits.length()) + digits;
  }

  /**
   * What a file says.
   *
   * @param isOurs whether the number of tries stands where we write it
   */
  record Read(Callback callback, int lineLength, long size, boolean isOurs) {

    /** The body of the file, wherever the file is now. */
    Content body(Path file) {
      return new Content() {
        @Override
        public long length() {
          return size - lineLength;
        }

        @Override
        public ReadableByteChannel open() throws IOException {
          FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
          return channel.position(lineLength);
        }
      };
    }
  }

  /**
   * Reads the line of a file.
   *
   * @throws MalformedFileException if it is none of ours
   * @throws IOException if it cannot be read now
   */
  static Read read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(FIRST_PIECE);
      int length = 0;
      while (true) {
        boolean more = channel.read(start) >= 0;
        while (length < start.position() && start.get(length) != '\n') {
          length++;
        }
        if (length < start.position()) {
          String line = new String(start.array(), 0, length, StandardCharsets.UTF_8);
          return new Read(callback(line), length + 1, channel.size(), isOurs(line));
        }
        if (!more || length >= LONGEST_LINE) {
          throw new MalformedFileException("no line");
        }
        if (!start.hasRemaining()) {
          start = ByteBuffer.allocate(2 * start.capacity()).put(start.flip());
        }
      }
    }
  }

  private static boolean isOurs(String line) {
    return OUR_END.matcher(line.substring(Math.max(0, line.length() - OUR_END_LENGTH))).matches();
  }

  private static Callback callback(String line) throws MalformedFileException {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      if (required(json, "v").getAsInt() != VERSION) {
        throw new MalformedFileException("another version");
      }
      String letter = text(json, "kind");
      CallbackKind kind =
          Arrays.stream(CallbackKind.values())
              .filter(one -> letter.equals(String.valueOf(one.letter())))
              .findFirst()
              .orElseThrow(() -> new MalformedFileException("another kind"));
      String tenant = text(json, "tenant");
      String algorithm = text(json, "alg");
      boolean signed = kind == CallbackKind.RECORDING_READY || kind == CallbackKind.ANALYTICS;
      if (kind == CallbackKind.WEBHOOK
          || !TENANT.matcher(tenant).matches()
          || signed && !Jwt.isOurs(algorithm)) {
        throw new MalformedFileException("no callback of ours");
      }
      return new Callback(
          kind,
          tenant,
          text(json, "url"),
          text(json, "contentType"),
          text(json, "userAgent"),
          algorithm,
          required(json, "claims").getAsJsonObject().toString(),
          required(json, "created").getAsLong(),
          required(json, "tries").getAsInt());
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | UnsupportedOperationException wrong) {
      throw new MalformedFileException("no callback", wrong);
    }
  }

  private static JsonElement required(JsonObject json, String name) throws MalformedFileException {
    JsonElement value = json.get(name);
    if (value == null) {
      throw new MalformedFileException("no " + name);
    }
    return value;
  }

  private static String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null ? "" : value.getAsString();
  }

  /** Writes another number of tries over the one in the file. */
  static void count(Path file, int lineLength, int tries) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.wrap(tries(tries).getBytes(StandardCharsets.US_ASCII)),
          lineLength - BEHIND_TRIES - TRIES_WIDTH);
    }
  }
}
