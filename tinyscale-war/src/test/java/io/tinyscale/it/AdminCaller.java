package io.tinyscale.it;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** An administrator's program that calls the admin API. */
final class AdminCaller {

  private static final String JSON = "application/json";

  /** An answer as it came. */
  record Answer(String method, String path, HttpResponse<String> http) {

    int status() {
      return http.statusCode();
    }

    String text() {
      return http.body();
    }

    JsonObject json() {
      return JsonParser.parseString(http.body()).getAsJsonObject();
    }

    /** The name of the problem; empty if it is none. */
    String problem() {
      boolean isProblem =
          http.headers().firstValue("Content-Type").orElse("").startsWith("application/problem");
      return isProblem
          ? json().get("type").getAsString().substring("urn:tinyscale:problem:".length())
          : "";
    }
  }

  /** One for all: a door has few connections, and a client keeps its own. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI door;
  private final String token;
  private final List<Answer> answers;
  private Consumer<HttpRequest.Builder> more = request -> {};

  /** Calls the API below this address, with this token. */
  AdminCaller(URI door, String token) {
    this(door, token, new ArrayList<>());
  }

  private AdminCaller(URI door, String token, List<Answer> answers) {
    this.door = door;
    this.token = token;
    this.answers = answers;
  }

  /** The same with another token, or with none if it is empty. */
  AdminCaller with(String other) {
    AdminCaller caller = new AdminCaller(door, other, answers);
    caller.more = more;
    return caller;
  }

  /** The same with a further header field. */
  AdminCaller with(String field, String value) {
    AdminCaller caller = new AdminCaller(door, token, answers);
    Consumer<HttpRequest.Builder> before = more;
    caller.more =
        request -> {
          before.accept(request);
          request.setHeader(field, value);
        };
    return caller;
  }

  /** All answers so far. */
  List<Answer> answers() {
    return answers;
  }

  Answer get(String path) {
    return call("GET", path, "");
  }

  Answer put(String path, String body) {
    return call("PUT", path, body);
  }

  Answer post(String path, String body) {
    return call("POST", path, body);
  }

  Answer delete(String path) {
    return call("DELETE", path, "");
  }

  Answer call(String method, String path, String body) {
    HttpRequest.Builder request =
        request(path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.setHeader("Content-Type", JSON);
    }
    more.accept(request);
    try {
      Answer answer =
          new Answer(method, path, CLIENT.send(request.build(), BodyHandlers.ofString()));
      answers.add(answer);
      return answer;
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Calls and reads no more than the head of an answer that goes on. */
  Answer begin(String path) {
    HttpRequest.Builder request = request(path);
    more.accept(request);
    try {
      HttpResponse<String> answer =
          CLIENT.send(
              request.build(),
              head ->
                  head.statusCode() == 200
                      ? new Unread()
                      : BodySubscribers.ofString(StandardCharsets.UTF_8));
      return new Answer("GET", path, answer);
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Leaves as soon as an answer begins. */
  private static final class Unread implements BodySubscriber<String> {

    @Override
    public CompletionStage<String> getBody() {
      return CompletableFuture.completedStage("");
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onComplete() {}
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(door + "/api/v1" + path)).timeout(Duration.ofSeconds(20));
    if (!token.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    return request;
  }
}
