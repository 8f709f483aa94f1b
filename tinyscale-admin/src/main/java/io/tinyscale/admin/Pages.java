package io.tinyscale.admin;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** The files of the status page, and the description of the API: they hold no data. Immutable. */
final class Pages implements Route {

  private static final String FOLDER = "page/";
  private static final List<Header> FENCE =
      List.of(
          new Header(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                  + " require-trusted-types-for 'script'"),
          new Header("X-Frame-Options", "DENY"),
          new Header("X-Content-Type-Options", "nosniff"),
          new Header("Cross-Origin-Opener-Policy", "same-origin"),
          new Header("Cross-Origin-Resource-Policy", "same-origin"),
          new Header("Referrer-Policy", "no-referrer"),
          new Header("Cache-Control", "no-cache"));

  private static final Map<String, String> FILES =
      Map.of(
          "/", "index.html",
          "/status.css", "status.css",
          "/status.js", "status.js",
          "/icon.svg", "icon.svg",
          "/alarm.svg", "alarm.svg");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "json", "application/json");

  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

  /** The files, each as this lets it be asked. */
  Pages(UnaryOperator<Endpoint> access) {
    FILES.forEach((path, file) -> add(path, FOLDER + file, access));
    add(AdminApi.PATH + "/openapi.json", "openapi.json", access);
  }

  private void add(String path, String file, UnaryOperator<Endpoint> access) {
    read(file).ifPresent(bytes -> endpoints.put(path, access.apply(new FileEndpoint(file, bytes))));
  }

  private static Optional<byte[]> read(String file) {
    try (InputStream in = Pages.class.getResourceAsStream(file)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a browser from the door's path to the page, whose links need a slash at its end. */
  Endpoint withSlash(String path) {
    // Relative, because the path of the web application is not known here.
    String there = path.substring(path.lastIndexOf('/') + 1) + "/";
    return (request, caller) ->
        CompletableFuture.completedStage(
            Answers.unlessReading(request)
                .orElseGet(
                    () ->
                        new HttpAnswer(
                            308,
                            List.of(
                                new Header("Location", there),
                                new Header("Cache-Control", "no-cache")),
                            Body.EMPTY)));
  }

  @Override
  public Optional<Endpoint> at(String rawPath) {
    return Optional.ofNullable(endpoints.get(rawPath));
  }

  private static final class FileEndpoint implements Endpoint {

    private final byte[] bytes;
    private final List<Header> headers;
    private final String tag;

    FileEndpoint(String file, byte[] bytes) {
      this.bytes = bytes;
      this.tag = "\"" + hash(bytes) + "\"";
      String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "text/plain");
      ArrayList<Header> all = new ArrayList<>(FENCE);
      all.add(new Header("Content-Type", type));
      all.add(new Header("ETag", tag));
      this.headers = List.copyOf(all);
    }

    private static String hash(byte[] bytes) {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        return HexFormat.of().formatHex(hash, 0, 16);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java runtime has SHA-256", e);
      }
    }

    @Override
    public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
      return CompletableFuture.completedStage(
          Answers.unlessReading(request)
              .orElseGet(
                  () ->
                      isKnown(request)
                          ? new HttpAnswer(304, headers, Body.EMPTY)
                          : new HttpAnswer(200, headers, Body.of(bytes))));
    }

    private boolean isKnown(HttpRequest request) {
      return request
          .fields()
          .first("If-None-Match")
          .filter(known -> known.contains(tag))
          .isPresent();
    }
  }
}
