package io.tinyscale.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * A front end such as Moodle: signs calls in its own way, sends them, reads answers as text.
 * Follows no redirects.
 */
final class FrontEnd {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client;
  private final String api;
  private final String secret;

  FrontEnd(int port, String secret) {
    this("http://127.0.0.1:" + port + "/bigbluebutton/api", secret);
  }

  FrontEnd(String api, String secret) {
    this(client().build(), api, secret);
  }

  private FrontEnd(HttpClient client, String api, String secret) {
    this.client = client;
    this.api = api;
    this.secret = secret;
  }

  /** One that calls over TLS and trusts whom that context trusts. */
  static FrontEnd trusting(SSLContext trust, String api, String secret) {
    return new FrontEnd(client().sslContext(trust).build(), api, secret);
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE);
  }

  /** The signed address of a call. */
  URI signed(String call, String query) {
    String separator = query.isEmpty() ? "" : "&";
    return unsigned(call, query + separator + "checksum=" + checksum(call, query));
  }

  URI unsigned(String call, String query) {
    return URI.create(api + "/" + call + (query.isEmpty() ? "" : "?" + query));
  }

  String checksum(String call, String query) {
    return hash("SHA-256", call + query + secret);
  }

  static String hash(String algorithm, String text) {
    return hash(algorithm, text.getBytes(StandardCharsets.UTF_8));
  }

  static String hash(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The text of the answer to a signed call. */
  String call(String call, String query) {
    HttpResponse<String> answer = get(signed(call, query));
    if (answer.statusCode() != 200) {
      throw new AssertionError(call + ": status " + answer.statusCode());
    }
    return answer.body();
  }

  HttpResponse<String> get(URI address, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> post(URI address, String contentType, String body) {
    return post(address, contentType, BodyPublishers.ofString(body));
  }

  HttpResponse<String> post(URI address, String contentType, BodyPublisher body) {
    return send(
        HttpRequest.newBuilder(address)
            .timeout(PATIENCE)
            .header("Content-Type", contentType)
            .POST(body)
            .build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("no answer: " + e, e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  CompletableFuture<HttpResponse<String>> getAsync(URI address) {
    return client.sendAsync(
        HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString());
  }
}
