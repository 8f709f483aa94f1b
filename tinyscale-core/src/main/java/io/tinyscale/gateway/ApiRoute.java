package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiPath;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.http.CrossingHeaders;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.Route;
import io.tinyscale.trace.Crossing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * The row of the BBB API in the table of paths: between HTTP and the gateway. It reads a request as
 * it stands, never its parameters. Thread-safe.
 */
public final class ApiRoute implements Route {

  private final BiFunction<ApiRequest, Cancellation, CompletionStage<Answer>> gateway;
  private final Optional<Endpoint> endpoint = Optional.of(this::handle);

  /** The row for this gateway. */
  public ApiRoute(Gateway gateway) {
    this(gateway::handle);
  }

  /**
   * The row for whatever answers calls.
   *
   * @param gateway must neither block nor complete exceptionally
   */
  public ApiRoute(BiFunction<ApiRequest, Cancellation, CompletionStage<Answer>> gateway) {
    this.gateway = gateway;
  }

  @Override
  public Optional<Endpoint> at(String rawPath) {
    return ApiPath.isOurs(rawPath) ? endpoint : Optional.empty();
  }

  private CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    if (!(ApiPath.of(request.rawPath()) instanceof ApiPath.Call call)) {
      // The path plays tricks.
      return CompletableFuture.completedStage(HttpAnswer.notFound());
    }
    ApiRequest apiRequest =
        new ApiRequest(
            request.method(),
            ApiCall.named(call.name()),
            request.rawQuery().isEmpty() ? QueryString.EMPTY : new QueryString(request.rawQuery()),
            new Crossing(CrossingHeaders.toServer(request.fields()), request.trace()),
            request.fields().first("Content-Type").map(ApiRoute::mediaType).orElse(""),
            request.body(),
            request.address());
    return gateway
        .apply(apiRequest, caller)
        .thenApply(answer -> onTheWire(apiRequest.call(), answer));
  }

  private static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  /**
   * What an answer is on the wire.
   *
   * @throws IllegalArgumentException if a header field has a line break; the body is discarded then
   */
  static HttpAnswer onTheWire(ApiCall call, Answer answer) {
    return answer.fold(
        relay -> ok(call, relay.headers(), relay.body()),
        redirect ->
            new HttpAnswer(302, List.of(new Header("Location", redirect.location())), Body.EMPTY),
        document -> document(call, document));
  }

  private static HttpAnswer document(ApiCall call, Answer.Document document) {
    List<Header> headers = new ArrayList<>(document.headers().size() + 1);
    headers.add(new Header("Content-Type", document.contentType()));
    headers.addAll(document.headers());
    return ok(call, headers, document.body());
  }

  private static HttpAnswer ok(ApiCall call, List<Header> headers, Body body) {
    try {
      HttpAnswer ifBroken =
          body.bytes().isPresent()
              ? null
              : onTheWire(call, Answers.failed(call, ApiError.INTERNAL));
      return new HttpAnswer(200, headers, body, ifBroken);
    } catch (IllegalArgumentException e) {
      BodyCollector.discard(body);
      throw e;
    }
  }
}
