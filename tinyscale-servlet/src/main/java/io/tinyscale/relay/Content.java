package io.tinyscale.relay;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/** What is sent, read when it is sent: a long one is never in memory as a whole. */
interface Content {

  /** Nothing. */
  Content NONE = of(new byte[0]);

  /** How many bytes it has. */
  long length();

  /** Begins to read it; the reader closes the channel. */
  ReadableByteChannel open() throws IOException;

  /** What is in memory. The array must not be changed afterwards. */
  static Content of(byte[] bytes) {
    return new Content() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public ReadableByteChannel open() {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
      }
    };
  }

  /** Text of ASCII characters. */
  static Content of(String ascii) {
    return of(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
