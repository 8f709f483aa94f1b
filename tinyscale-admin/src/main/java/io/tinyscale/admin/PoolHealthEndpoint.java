package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.body.Cancellation;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.server.AdminState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Says whether a new meeting would find a server: 503 if somebody should come. */
final class PoolHealthEndpoint implements Endpoint {

  private final Supplier<BalancerStatus> status;

  PoolHealthEndpoint(Supplier<BalancerStatus> status) {
    this.status = status;
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    return CompletableFuture.completedStage(
        Answers.unlessReading(request).orElseGet(() -> answer(status.get())));
  }

  private static HttpAnswer answer(BalancerStatus now) {
    int available = now.takingNewMeetings();
    long enabled =
        now.servers().stream()
            .filter(server -> server.status().server().state() == AdminState.ENABLED)
            .count();
    return Answers.json(
        available > 0 ? 200 : 503,
        "application/json",
        json ->
            json.name("status")
                .value(available > 0 ? "available" : "no-server")
                .name("available")
                .value(available)
                .name("enabled")
                .value(enabled));
  }
}
