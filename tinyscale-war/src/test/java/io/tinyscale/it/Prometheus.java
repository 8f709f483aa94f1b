package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real Prometheus with the configuration and the alerts of packaging/monitoring, in a hurry. */
final class Prometheus implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final ChildProcess process;
  private final URI api;

  private Prometheus(ChildProcess process, int port) {
    this.process = process;
    this.api = URI.create("http://127.0.0.1:" + port + "/api/v1/");
  }

  /** Starts it with an empty memory; it scrapes this admin door. */
  static Prometheus start(Path folder, URI door) {
    int port = freePort();
    String configuration =
        MonitoringKit.text("prometheus.yml")
            .replace("127.0.0.1:3006", door.getHost() + ":" + door.getPort())
            .replace("scrape_interval: 15s", "scrape_interval: 500ms\n  scrape_timeout: 500ms")
            .replace("evaluation_interval: 15s", "evaluation_interval: 1s");
    MonitoringKit.copy("alerts.yml", folder);
    try {
      Files.writeString(folder.resolve("prometheus.yml"), configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command =
        List.of(
            "prometheus",
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + folder.resolve("series"),
            "--web.listen-address=127.0.0.1:" + port);
    return new Prometheus(ChildProcess.start("prometheus", folder, command, Map.of()), port);
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The labels and values of the series that answer an expression now. */
  List<JsonObject> query(String expression) {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return all(get("query?query=" + query), "result");
  }

  /** The alerts that are loaded, with their states and what they were raised for. */
  List<JsonObject> alerts() {
    return all(get("rules?type=alert"), "groups").stream()
        .flatMap(group -> all(group, "rules").stream())
        .toList();
  }

  private JsonObject get(String path) {
    HttpRequest request = HttpRequest.newBuilder(api.resolve(path)).build();
    HttpResponse<String> answer;
    try {
      answer = client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonObject("data");
  }

  private static List<JsonObject> all(JsonObject of, String name) {
    List<JsonObject> all = new ArrayList<>();
    of.getAsJsonArray(name).forEach((JsonElement one) -> all.add(one.getAsJsonObject()));
    return all;
  }

  static double value(JsonObject series) {
    return series.getAsJsonArray("value").get(1).getAsDouble();
  }

  static String label(JsonObject series, String name) {
    return series.getAsJsonObject("metric").get(name).getAsString();
  }

  /** What it wrote to its log. */
  String log() {
    return process.err();
  }

  @Override
  public void close() {
    process.close();
  }
}
