package io.tinyscale.simulator.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A well-formed document of any size. The same size gives the same bytes. */
public final class FillerXml {
  private static final byte[] START =
      "<response><returncode>SUCCESS</returncode><filler>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "</filler></response>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BLOCK = block();

  private FillerXml() {}

  private static byte[] block() {
    byte[] block = new byte[LINE.length * 128];
    for (int i = 0; i < block.length; i++) {
      block[i] = LINE[i % LINE.length];
    }
    return block;
  }

  /** Writes exactly that many bytes; if they are too few for a document, only filler. */
  public static void write(OutputStream out, long bytes) throws IOException {
    boolean whole = bytes >= START.length + END.length;
    long left = whole ? bytes - START.length - END.length : bytes;
    if (whole) {
      out.write(START);
    }
    while (left > 0) {
      int n = (int) Math.min(left, BLOCK.length);
      out.write(BLOCK, 0, n);
      left -= n;
    }
    if (whole) {
      out.write(END);
    }
  }
}
