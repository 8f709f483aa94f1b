package io.tinyscale.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A front end for tests: signs its calls itself and sends them over real sockets. */
public final class Caller {
  private final SimulatedServer server;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public Caller(SimulatedServer server) {
    this.server = server;
  }

  public HttpResponse<String> get(String call, String query, String... headers)
      throws IOException, InterruptedException {
    return getUnsigned(call, signed(call, query), headers);
  }

  public HttpResponse<String> getUnsigned(String call, String query, String... headers)
      throws IOException, InterruptedException {
    return send("GET", call, query, BodyPublishers.noBody(), headers);
  }

  public HttpResponse<String> post(String call, String query, String contentType, String body)
      throws IOException, InterruptedException {
    return send(
        "POST",
        call,
        signed(call, query),
        BodyPublishers.ofString(body),
        "Content-Type",
        contentType);
  }

  public HttpResponse<String> postForm(String call, String query, String body)
      throws IOException, InterruptedException {
    return send(
        "POST",
        call,
        query,
        BodyPublishers.ofString(body),
        "Content-Type",
        "application/x-www-form-urlencoded");
  }

  /** Sends a request without signing it. */
  public HttpResponse<String> send(
      String method, String call, String query, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    String target = server.uri() + "/" + call + (query.isEmpty() ? "" : "?" + query);
    java.net.http.HttpRequest.Builder request =
        java.net.http.HttpRequest.newBuilder(URI.create(target))
            .timeout(Duration.ofSeconds(20))
            .method(method, body);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** A command of the control interface. */
  public HttpResponse<String> control(String method, String command)
      throws IOException, InterruptedException {
    return client.send(
        java.net.http.HttpRequest.newBuilder(server.uri().resolve("/simulator/" + command))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  /** Sends raw bytes on a new connection and returns all bytes until the connection ends. */
  public String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  public String signed(String call, String query) {
    return signed(call, query, "SHA-256");
  }

  public String signed(String call, String query, String algorithm) {
    return query
        + (query.isEmpty() ? "" : "&")
        + "checksum="
        + hash(algorithm, call + query + server.secret());
  }

  public static String hash(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The text of the first element of that name; null if there is none. */
  public static String text(HttpResponse<String> response, String element) {
    Matcher matcher =
        Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
            .matcher(response.body());
    return matcher.find() ? matcher.group(1) : null;
  }

  public static String key(HttpResponse<String> response) {
    return text(response, "messageKey");
  }

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
