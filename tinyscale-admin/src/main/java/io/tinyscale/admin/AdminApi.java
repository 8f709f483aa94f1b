package io.tinyscale.admin;

import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.body.Cancellation;
import io.tinyscale.config.AdminToken;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.Route;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.trace.RequestTrace;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The admin API: finds the operation, lets in who may, and answers. Thread-safe. */
final class AdminApi implements Route {

  /** Where the API is, below the door. */
  static final String PATH = "/api/v1";

  private static final int MOST_BYTES = 1 << 20;
  private static final long PATIENCE_SECONDS = 10;

  private final List<Operation> operations;
  private final Access access;
  private final DoorThread thread;
  private final AdminCounts counts;
  private final GatewayObserver observer;

  AdminApi(
      List<Operation> operations,
      Access access,
      DoorThread thread,
      AdminCounts counts,
      GatewayObserver observer) {
    this.operations = List.copyOf(operations);
    this.access = access;
    this.thread = thread;
    this.counts = counts;
    this.observer = observer;
  }

  @Override
  public Optional<Endpoint> at(String rawPath) {
    if (!rawPath.startsWith(PATH + "/")) {
      return Optional.empty();
    }
    String path = rawPath.substring(PATH.length());
    return Optional.of((request, caller) -> handle(request, caller, path));
  }

  private CompletionStage<HttpAnswer> handle(
      HttpRequest request, Cancellation caller, String path) {
    try {
      return admitted(request, caller, path, request.trace().id());
    } catch (Refusal refused) {
      BodyCollector.discard(request.body());
      return Answers.now(refused.problem().answer(request.trace().id()));
    }
  }

  private CompletionStage<HttpAnswer> admitted(
      HttpRequest request, Cancellation caller, String path, String id) throws Refusal {
    access.requireHost(request);
    List<Operation> here =
        operations.stream().filter(operation -> operation.variableOf(path).isPresent()).toList();
    if (here.isEmpty()) {
      throw new Refusal(Problem.notFound());
    }
    Operation operation =
        here.stream()
            .filter(known -> known.method().equals(request.method()))
            .findFirst()
            .orElseThrow(() -> new Refusal(notAllowed(here)));
    if (operation.changes()) {
      access.requireSameOrigin(request);
    }
    AdminToken token = access.requireToken(request);
    String scope = operation.scope().toString();
    if (!token.scope().allows(operation.scope())) {
      counts.requested(scope, "refused");
      throw new Refusal(
          new Problem(
                  403,
                  "scope-too-small",
                  "The token does not allow this",
                  "This needs a token of the scope " + scope + ".")
              .with(json -> json.name("needs").value(scope)));
    }
    requireJson(request, operation);
    return body(request, operation)
        .thenCompose(
            bytes -> {
              AdminRequest received =
                  new AdminRequest(
                      operation.variableOf(path).orElse(""),
                      new QueryString(request.rawQuery()),
                      bytes,
                      request.fields().first("If-None-Match").filter("*"::equals).isPresent(),
                      token,
                      caller,
                      id);
              return fulfilled(operation, received, request.address().get());
            })
        .exceptionally(failure -> failed(failure, request.trace()));
  }

  private static Problem notAllowed(List<Operation> here) {
    String methods = here.stream().map(Operation::method).collect(Collectors.joining(", "));
    return new Problem(
            405, "method-not-allowed", "Not by this method", "This path takes " + methods + ".")
        .with("Allow", methods);
  }

  /** What a browser sends by itself is never of this type. */
  private static void requireJson(HttpRequest request, Operation operation) throws Refusal {
    boolean isMerge = operation.path().equals("/servers/{name}");
    boolean needs =
        switch (operation.method()) {
          case "POST", "PUT", "PATCH" -> true;
          default -> !request.body().isEmpty() && operation.changes();
        };
    String type =
        request
            .fields()
            .first("Content-Type")
            .orElse("")
            .split(";", 2)[0]
            .strip()
            .toLowerCase(Locale.ROOT);
    boolean isMergePatch = type.equals("application/merge-patch+json");
    boolean isRight =
        operation.method().equals("POST") && isMerge
            ? isMergePatch
            : type.equals("application/json") || isMergePatch && operation.method().equals("PATCH");
    if (needs && !isRight) {
      throw new Refusal(
          new Problem(
              415,
              "json-expected",
              "JSON is expected",
              "Send the body as "
                  + (operation.method().equals("POST") && isMerge
                      ? "application/merge-patch+json."
                      : "application/json.")));
    }
  }

  private static CompletionStage<byte[]> body(HttpRequest request, Operation operation) {
    if (!operation.changes()) {
      BodyCollector.discard(request.body());
      return CompletableFuture.completedStage(new byte[0]);
    }
    return BodyCollector.collect(request.body(), MOST_BYTES);
  }

  private CompletionStage<HttpAnswer> fulfilled(
      Operation operation, AdminRequest request, String address) {
    CompletionStage<HttpAnswer> answer;
    try {
      answer = operation.handler().handle(request);
    } catch (Refusal refused) {
      answer = Answers.now(refused.problem().answer(request.id()));
    }
    return (operation.changes() ? inTime(answer, request) : answer)
        .whenComplete((made, failure) -> told(operation, request, address, made));
  }

  /** The answer, or after a while that it is not there yet. */
  private CompletionStage<HttpAnswer> inTime(
      CompletionStage<HttpAnswer> answer, AdminRequest request) {
    CompletableFuture<HttpAnswer> first = new CompletableFuture<>();
    Runnable cancel =
        thread.after(
            PATIENCE_SECONDS,
            TimeUnit.SECONDS,
            () ->
                first.complete(
                    new Problem(
                            504,
                            "not-yet-applied",
                            "Not done yet",
                            "The change has not taken effect within "
                                + PATIENCE_SECONDS
                                + " s. It goes on.")
                        .answer(request.id())));
    answer.whenComplete(
        (made, failure) -> {
          cancel.run();
          if (failure != null) {
            first.completeExceptionally(failure);
          } else if (!first.complete(made)) {
            BodyCollector.discard(made.body());
          }
        });
    return first;
  }

  private void told(
      Operation operation, AdminRequest request, String address, @Nullable HttpAnswer answer) {
    int status = answer == null ? 500 : answer.status();
    counts.requested(
        operation.scope().toString(), status < 400 ? "ok" : status < 500 ? "refused" : "failed");
    if (operation.changes()) {
      observer.adminChanged(
          request.token().name(),
          address,
          operation.method() + " " + operation.path().replaceAll("\\{.*}", request.variable()),
          status < 400 ? "ok" : Integer.toString(status));
    }
  }

  private static HttpAnswer failed(Throwable failure, RequestTrace trace) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BodyTooLargeException) {
      return new Problem(
              413, "body-too-large", "The body is too large", "It may have 1 MiB at most.")
          .answer(trace.id());
    }
    if (cause instanceof IOException) {
      return Problem.invalidBody(List.of("The body broke off.")).answer(trace.id());
    }
    new EventLog().adminFailed(cause == null ? failure : cause, trace);
    return Problem.bug().answer(trace.id());
  }
}
