package io.tinyscale.it;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One listener to the stream of the admin API, over a raw socket. */
final class AdminStream implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader in;
  private final String statusLine;

  /** Asks for a stream, and reads the head of the answer. */
  AdminStream(URI door, String token) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), door.getPort());
    patience(Duration.ofSeconds(20));
    socket
        .getOutputStream()
        .write(
            ("GET /api/v1/stream HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer "
                    + token
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    statusLine = in.readLine();
    for (String field = in.readLine(); !field.isEmpty(); field = in.readLine()) {
      // The rest of the head.
    }
  }

  String statusLine() {
    return statusLine;
  }

  /** How long silence may last from now on. */
  void patience(Duration longest) throws IOException {
    socket.setSoTimeout((int) longest.toMillis());
  }

  /** The next message of a kind. */
  JsonObject next(String event) throws IOException {
    await("event: " + event);
    return JsonParser.parseString(in.readLine().substring("data: ".length())).getAsJsonObject();
  }

  /** Reads until the stream says that nothing is new. */
  void awaitStill() throws IOException {
    await(": still");
  }

  private void await(String wanted) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(wanted)) {
        return;
      }
    }
    throw new AssertionError("the stream has ended");
  }

  /** Reads to the end. */
  String readToEnd() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      rest.append(line).append('\n');
    }
    return rest.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
