package io.tinyscale.launcher.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Calls the admin door. It follows no redirect, which could carry the token elsewhere, uses no
 * proxy, sends nothing twice, and reads no more than {@value #MOST_BYTES} bytes of an answer.
 */
final class AdminClient {

  static final int MOST_BYTES = 16 * 1024 * 1024;

  private static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
  private static final String JSON = "application/json";

  static {
    // The JDK's client would send a POST again if the first connection breaks.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final URI door;
  private final Optional<String> token;
  private final Duration patience;

  /** What an answer must not show, even if the door repeats it. */
  private final List<String> secrets = new ArrayList<>();

  AdminClient(URI door, Optional<String> token) {
    this(door, token, USUAL_PATIENCE);
  }

  private AdminClient(URI door, Optional<String> token, Duration patience) {
    this.door = door;
    this.token = token;
    this.patience = patience;
    token.ifPresent(secrets::add);
  }

  /** Where the door is. */
  URI address() {
    return door;
  }

  /** The same door, of which an answer is wanted in this time. */
  AdminClient within(Duration time) {
    return new AdminClient(door, token, time);
  }

  /** The text is shown as {@code ***} from now on. */
  void conceal(String secret) {
    secrets.add(secret);
  }

  /** The path below {@code /api/v1} of a server, or of something of it. */
  static String server(String name, String rest) {
    // A blank in a path is %20, not the + of a query.
    return "/servers/" + encoded(name).replace("+", "%20") + rest;
  }

  /** The text as a part of a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  Reply get(String path) {
    return call("GET", path, Optional.empty(), JSON, false);
  }

  Reply put(String path, JsonObject body) {
    return call("PUT", path, Optional.of(body), JSON, false);
  }

  /** A PUT that makes something new, and changes nothing that exists. */
  Reply create(String path, JsonObject body) {
    return call("PUT", path, Optional.of(body), JSON, true);
  }

  Reply post(String path, JsonObject body) {
    return call("POST", path, Optional.of(body), JSON, false);
  }

  /** Changes some fields. */
  Reply merge(String path, JsonObject fields) {
    return call("POST", path, Optional.of(fields), "application/merge-patch+json", false);
  }

  Reply delete(String path) {
    return call("DELETE", path, Optional.empty(), JSON, false);
  }

  private Reply call(
      String method, String path, Optional<JsonObject> body, String type, boolean onlyNew) {
    long start = System.nanoTime();
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create(door + "/api/v1" + path).toURL().openConnection(Proxy.NO_PROXY);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout((int) shorter(CONNECT_PATIENCE, patience).toMillis());
      connection.setReadTimeout((int) patience.toMillis());
      connection.setRequestMethod(method);
      connection.setRequestProperty("Accept", JSON + ", application/problem+json");
      token.ifPresent(word -> connection.setRequestProperty("Authorization", "Bearer " + word));
      if (!method.equals("GET")) {
        connection.setRequestProperty("Content-Type", type);
      }
      if (onlyNew) {
        connection.setRequestProperty("If-None-Match", "*");
      }
      if (body.isPresent()) {
        send(connection, body.get());
      }
      int status = connection.getResponseCode();
      InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
      try (InputStream answer = in == null ? InputStream.nullInputStream() : in) {
        return judged(status, concealed(text(answer, start)));
      }
    } catch (IOException e) {
      String message =
          "Cannot reach "
              + door
              + ": "
              + cause(e)
              + ". Is tinyscale running, and admin.listen not off?";
      throw e instanceof ConnectException
          ? new ClosedDoorException(message)
          : new CommandException(ExitCode.UNKNOWN, message);
    }
  }

  private static void send(HttpURLConnection connection, JsonObject body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    connection.setDoOutput(true);
    // Without a length set the JDK's client keeps the body, to send it again.
    connection.setFixedLengthStreamingMode(bytes.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(bytes);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private String text(InputStream in, long start) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] piece = new byte[16 * 1024];
    for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
      bytes.write(piece, 0, read);
      if (bytes.size() > MOST_BYTES) {
        throw odd("more than 16 MiB");
      }
      // A door that drips would be waited for without end.
      if (System.nanoTime() - start > 2 * patience.toNanos()) {
        throw new SocketTimeoutException();
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String concealed(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    return shown;
  }

  private Reply judged(int status, String text) {
    if (status >= 300 && status < 400) {
      throw odd("a redirect, which is not followed");
    }
    if (status >= 400) {
      throw ProblemException.of(status, parsed(text).orElseGet(() -> withoutBody(status)));
    }
    if (text.isBlank()) {
      return new Reply(status, "", Fields.NONE);
    }
    return new Reply(
        status, text, parsed(text).orElseThrow(() -> odd("something that is no JSON object")));
  }

  /** The JDK's client hides the body of the answer 401 to a call that has a body itself. */
  private Fields withoutBody(int status) {
    JsonObject problem = new JsonObject();
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
      ProblemType type = token.isPresent() ? ProblemType.TOKEN_WRONG : ProblemType.TOKEN_MISSING;
      problem.addProperty("type", type.urn());
    }
    return new Fields(problem);
  }

  private CommandException odd(String what) {
    return new CommandException(
        ExitCode.UNKNOWN, door + " answers with " + what + ". Is it tinyscale's admin door?");
  }

  /** The object that a text is; empty if it is none. */
  private static Optional<Fields> parsed(String text) {
    try {
      JsonReader reader = new JsonReader(new StringReader(text));
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(reader);
      return element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT
          ? Optional.of(new Fields(element.getAsJsonObject()))
          : Optional.empty();
    } catch (JsonParseException | IOException e) {
      return Optional.empty();
    }
  }

  private String cause(IOException e) {
    if (e instanceof SocketTimeoutException) {
      return "no answer in " + patience.toSeconds() + " s";
    }
    if (e instanceof UnknownHostException) {
      return "unknown host";
    }
    if (e instanceof ConnectException) {
      return "connection refused";
    }
    return e instanceof SSLException
        ? "TLS failed (" + Fields.printable(String.valueOf(e.getMessage())) + ")"
        : "the connection broke";
  }
}
