package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.health.ServerCheck.Result;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.trace.Crossing;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerAnswer;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks servers for a person who wants to know how they do, or whether they can be added to the
 * pool: one question that any BigBlueButton server answers, and one that needs the secret. No
 * verdict follows from that. Thread-safe.
 */
public final class ServerChecks {

  private final ServerCalls calls;
  private final MeetingLists lists;
  private final Duration answer;

  /**
   * Asks nothing yet.
   *
   * @param calls tell nobody how a server does
   * @param list how long a server may take to list its meetings
   * @param answer how long a server may take for the first answer
   */
  public ServerChecks(ServerCalls calls, GatewayObserver observer, Duration list, Duration answer) {
    this.calls = calls;
    this.lists = new MeetingLists(calls, observer, list);
    this.answer = answer;
  }

  /** Asks the server that an edit would add, or change into; nothing is edited. */
  public CompletionStage<ServerCheck> of(PoolEdit.Add edit) {
    long begun = calls.nanoClock().getAsLong();
    return edit.described()
        .map((Server server) -> of(server))
        .orElseGet(() -> failed(Result.INVALID, "a field of the server is wrong", begun));
  }

  /** Asks a server. */
  public CompletionStage<ServerCheck> of(Server server) {
    long begun = calls.nanoClock().getAsLong();
    return calls
        .send(
            server,
            ApiCall.ROOT,
            QueryString.EMPTY,
            Crossing.NOTHING,
            calls.in(answer),
            new Cancellation())
        .thenCompose(
            attempted -> {
              if (attempted.outcome() instanceof Outcome.Answered answered) {
                BodyCollector.discard(answered.body());
              }
              ServerAnswer said = attempted.answer();
              if (said == null) {
                return failed(Result.UNREACHABLE, attempted.cause(), begun);
              }
              return said instanceof ServerAnswer.Said
                  ? list(server, begun)
                  : failed(Result.NOT_BBB, defect(said), begun);
            });
  }

  private static String defect(ServerAnswer answer) {
    return answer.fold(
        said -> "", ServerAnswer.NotBbb::defect, () -> "", ServerAnswer.LacksCall::defect);
  }

  private CompletionStage<ServerCheck> list(Server server, long begun) {
    return lists
        .of(server)
        .thenApply(
            listed ->
                new ServerCheck(
                    listed.isComplete()
                        ? Result.PASSED
                        : listed.refusesSecret() ? Result.SECRET_REFUSED : Result.LIST_UNREAD,
                    listed.isComplete() ? listed.meetings().size() : -1,
                    took(begun),
                    listed.cause()));
  }

  private CompletionStage<ServerCheck> failed(Result result, String cause, long begun) {
    return CompletableFuture.completedStage(new ServerCheck(result, -1, took(begun), cause));
  }

  private Duration took(long begun) {
    return Duration.ofNanos(calls.nanoClock().getAsLong() - begun);
  }
}
