package io.tinyscale.it;

import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.servlet.TinyscaleFilter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * One balancer in a process of its own with a small heap, and a caller that sends uploads through
 * it, one with its length announced and one in chunks. Prints the SHA-256 of what it sends; the
 * servers, in another process, know what they got.
 */
public final class LargeUploadMain {

  private static final byte[] BLOCK = new byte[999_983];

  static {
    new Random(42).nextBytes(BLOCK);
  }

  private LargeUploadMain() {}

  /** Arguments: container, pool file, bytes, address of the call below the API, limit.body. */
  public static void main(String[] args) throws Exception {
    long size = Long.parseLong(args[2]);
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("tinyscale.secret", RunningFilter.SECRET);
    parameters.put("tinyscale.servers", args[1]);
    parameters.put("tinyscale.limit.body", args[4]);
    try (TestContainer container =
        RunningFilter.container(
            TestContainer.Kind.valueOf(args[0]), new TinyscaleFilter(), parameters)) {
      String query = args[3];
      URI address =
          new FrontEnd(container.port(), RunningFilter.SECRET)
              .signed("putRecordingTextTrack", query);
      System.out.println("sha256 " + digest(size));
      for (boolean chunked : new boolean[] {false, true}) {
        System.out.println("answer " + upload(container.port(), address, size, chunked));
      }
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          "heap at most %d MiB of %d%n", runtime.totalMemory() >> 20, runtime.maxMemory() >> 20);
    }
    System.exit(0); // even if threads are left
  }

  private static String upload(int port, URI address, long size, boolean chunked)
      throws IOException {
    try (Peer caller = Peer.connect(port)) {
      byte[] start = start();
      byte[] end = end();
      long all = start.length + size + end.length;
      caller.write(
          "POST "
              + address.getRawPath()
              + "?"
              + address.getRawQuery()
              + " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
              + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + all)
              + "\r\n\r\n");
      write(caller, start, start.length, chunked);
      for (long sent = 0; sent < size; sent += BLOCK.length) {
        write(caller, BLOCK, (int) Math.min(BLOCK.length, size - sent), chunked);
      }
      write(caller, end, end.length, chunked);
      if (chunked) {
        caller.write("0\r\n\r\n");
      }
      String head = caller.readHead();
      return new String(caller.readBody(head), StandardCharsets.UTF_8);
    }
  }

  private static void write(Peer caller, byte[] bytes, int length, boolean chunked)
      throws IOException {
    if (chunked) {
      caller.write(Integer.toHexString(length) + "\r\n");
    }
    caller.out.write(bytes, 0, length);
    if (chunked) {
      caller.write("\r\n");
    }
  }

  private static byte[] start() {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vtt\"\r\n\r\n"
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] end() {
    return "\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII);
  }

  private static String digest(long size) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(start());
    for (long sent = 0; sent < size; sent += BLOCK.length) {
      digest.update(BLOCK, 0, (int) Math.min(BLOCK.length, size - sent));
    }
    digest.update(end());
    return HexFormat.of().formatHex(digest.digest());
  }
}
