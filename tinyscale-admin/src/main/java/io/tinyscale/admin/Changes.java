package io.tinyscale.admin;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.http.HttpAnswer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Changes the pool file by the balancer's own edit, and says what became of that. */
final class Changes {

  private final Balancer balancer;
  private final Snapshots snapshots;

  Changes(Balancer balancer, Snapshots snapshots) {
    this.balancer = balancer;
    this.snapshots = snapshots;
  }

  /**
   * Edits the pool file.
   *
   * @param done makes the answer once the edit has taken effect
   */
  CompletionStage<HttpAnswer> edit(
      AdminRequest request, PoolEdit edit, Function<Snapshot, HttpAnswer> done) {
    return balancer
        .edit(edit)
        .handle(
            (edited, failure) -> {
              if (failure != null) {
                return answerOf(failure, request);
              }
              return edited instanceof PoolEdited.Refused refused
                  ? problem(refused, edit.server()).answer(request.id())
                  : done.apply(snapshots.now());
            });
  }

  /** The answer to a request of which the balancer made nothing. */
  static HttpAnswer answerOf(Throwable failure, AdminRequest request) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RejectedExecutionException) {
      return Problem.stopping().answer(request.id());
    }
    throw new CompletionException(cause);
  }

  /** A server as the answer. */
  static HttpAnswer server(int status, String name, Snapshot now, AdminRequest request) {
    return now.server(name)
        .map(server -> server(status, server, now))
        .orElseGet(() -> Problem.serverUnknown(name).answer(request.id()));
  }

  private static HttpAnswer server(int status, OfServer server, Snapshot now) {
    return Answers.json(status, "application/json", json -> ServerJson.write(json, server, now));
  }

  private static Problem problem(PoolEdited.Refused refused, String server) {
    List<String> problems = refused.problems();
    String detail = String.join(" ", problems);
    return switch (refused.reason()) {
      case FILE_INVALID ->
          new Problem(409, "pool-file-invalid", "The pool file has mistakes", detail)
              .with("errors", problems);
      case SERVER_UNKNOWN -> Problem.serverUnknown(server);
      case ADDRESS_TAKEN ->
          new Problem(409, "address-taken", "Another server has this address", detail);
      case LAST_SERVER -> new Problem(409, "last-server", "No server would be left", detail);
      case LAST_ENABLED -> Guards.lastEnabled();
      case RENAMES, INVALID_SERVER ->
          new Problem(422, "invalid-server", "The server would be wrong", detail)
              .with("errors", problems);
      case NAME_TAKEN, CHANGED, NOT_WANTED, BUSY ->
          new Problem(412, "pool-changed", "The pool has changed", detail);
      case READ_ONLY ->
          new Problem(409, "pool-read-only", "The pool file cannot be written", detail)
              .with(
                  json ->
                      json.name("fix")
                          .value(
                              "Let tinyscale write the file and its folder; mount the folder and"
                                  + " not the file. Or change the file where it comes from."));
    };
  }
}
