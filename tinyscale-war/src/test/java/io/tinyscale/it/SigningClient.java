package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A front end: signs calls and reads the documents that come back. Computes checksums in its own
 * way, so that it finds a mistake in ours. Follows no redirects.
 */
final class SigningClient {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI api;
  private final String secret;

  /** For the API at this address, without a slash at its end. */
  SigningClient(URI api, String secret) {
    this.api = api;
    this.secret = secret;
  }

  /** The signed address of a call. */
  URI uri(String call, String query) {
    String checksum = sha1(call + query + secret);
    return URI.create(
        api + "/" + call + "?" + query + (query.isEmpty() ? "" : "&") + "checksum=" + checksum);
  }

  HttpResponse<String> call(String call, String query) {
    return get(uri(call, query));
  }

  HttpResponse<String> post(String call, String query, String contentType, String body) {
    return send(
        HttpRequest.newBuilder(uri(call, query))
            .timeout(PATIENCE)
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** Sends a form that holds its checksum itself. */
  HttpResponse<String> postForm(String call, String form) {
    return send(
        HttpRequest.newBuilder(URI.create(api + "/" + call))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }

  CompletableFuture<HttpResponse<String>> callAsync(String call, String query) {
    return http.sendAsync(request(uri(call, query)), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(URI uri) {
    return send(request(uri));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
  }

  /** The text of the first element of that name; empty if there is none. */
  static String element(HttpResponse<String> response, String name) {
    Matcher matcher =
        Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(response.body());
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Fails unless the answer is a document with SUCCESS. */
  static void assertSuccess(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(element(response, "returncode")).as(response.body()).isEqualTo("SUCCESS");
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
