package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;

class BoundedUpstreamTest {

  private final FakeServers servers = new FakeServers();
  private final Server bbb1 = servers.add("bbb1").server();
  private final Server bbb2 = servers.add("bbb2").server();
  private final List<String> told = new ArrayList<>();
  private final List<CompletableFuture<Outcome>> sent = new ArrayList<>();
  private final BoundedUpstream bounded =
      new BoundedUpstream(
          (request, cancellation) -> {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            sent.add(outcome);
            return outcome;
          },
          2,
          overload ->
              told.add(
                  Objects.requireNonNull(overload.server()).name()
                      + (overload.isOver()
                          ? " refused " + overload.refused()
                          : " has " + overload.most())));

  private final Cancellation caller = new Cancellation();

  private CompletableFuture<Outcome> send(Server server) {
    return bounded
        .send(new UpstreamRequest(server, "GET", "/x?checksum=1", List.of(), Body.EMPTY), caller)
        .toCompletableFuture();
  }

  private static Outcome.Answered answer(Body body) {
    return new Outcome.Answered(200, List.of(), body);
  }

  private static SubmissionPublisher<ByteBuffer> publisher() {
    return new SubmissionPublisher<>(Runnable::run, 16);
  }

  @Test
  void sendsNoMoreThanTheLimitToOneServer() {
    send(bbb1);
    send(bbb1);

    CompletableFuture<Outcome> third = send(bbb1);
    CompletableFuture<Outcome> other = send(bbb2);

    assertThat(third).isCompletedWithValue(new Outcome.Overloaded());
    assertThat(other).isNotDone();
    assertThat(sent).hasSize(3);
    assertThat(told).containsExactly("bbb1 has 2");
  }

  @Test
  void everyEndOfACallMakesRoom() {
    for (Outcome end :
        List.of(
            answer(Body.of("<response/>")),
            new Outcome.NotSent(new IOException("refused")),
            new Outcome.NoAnswer(new IOException("reset")))) {
      sent.clear();
      CompletableFuture<Outcome> first = send(bbb1);
      CompletableFuture<Outcome> second = send(bbb1);
      assertThat(send(bbb1)).isCompletedWithValue(new Outcome.Overloaded());

      sent.get(0).complete(end);

      assertThat(first).isCompletedWithValue(end);
      CompletableFuture<Outcome> next = send(bbb1);
      assertThat(next).isNotDone();
      sent.get(1).complete(end);
      sent.get(2).complete(end);
      assertThat(second).isDone();
    }
  }

  @Test
  void aFailureOfTheUpstreamItselfMakesRoom() {
    CompletableFuture<Outcome> first = send(bbb1);
    send(bbb1);

    sent.get(0).completeExceptionally(new IllegalStateException("a bug"));

    assertThat(first).isCompletedExceptionally();
    assertThat(send(bbb1)).isNotDone();
  }

  @Test
  void anAnswerCountsUntilItHasBeenRead() {
    SubmissionPublisher<ByteBuffer> content = publisher();
    CompletableFuture<Outcome> first = send(bbb1);
    send(bbb1);

    sent.get(0).complete(answer(new Body(-1, content)));
    CompletableFuture<byte[]> read =
        BodyCollector.collect(((Outcome.Answered) first.join()).body(), 100).toCompletableFuture();

    assertThat(send(bbb1)).isCompletedWithValue(new Outcome.Overloaded());
    content.close();
    assertThat(read).isDone();
    assertThat(send(bbb1)).isNotDone();
  }

  @Test
  void anUnwantedAnswerMakesRoom() {
    try (SubmissionPublisher<ByteBuffer> thrownAway = publisher();
        SubmissionPublisher<ByteBuffer> neverRead = publisher()) {
      CompletableFuture<Outcome> first = send(bbb1);
      send(bbb1);
      sent.get(0).complete(answer(new Body(-1, thrownAway)));
      sent.get(1).complete(answer(new Body(-1, neverRead)));
      assertThat(send(bbb1)).isCompletedWithValue(new Outcome.Overloaded());

      BodyCollector.discard(((Outcome.Answered) first.join()).body());
      assertThat(send(bbb1)).isNotDone();
      assertThat(send(bbb1)).isCompletedWithValue(new Outcome.Overloaded());
      caller.cancel();
      assertThat(send(bbb1)).isNotDone();
    }
  }

  @Test
  void anOverloadIsNoFailureOfTheServer() {
    List<String> blamed = new ArrayList<>();
    List<AttemptOutcome> ended = new ArrayList<>();
    ManualTime time = new ManualTime();
    ServerCalls calls =
        new ServerCalls(
            bounded,
            time,
            Runnable::run,
            time::nanos,
            new OutcomeListener() {
              @Override
              public void answered(Server server, ApiCall call) {
                blamed.add("answered");
              }

              @Override
              public void failed(Server server, ApiCall call, String cause) {
                blamed.add(cause);
              }

              @Override
              public void refusedSecret(Server server) {
                blamed.add("wrong secret");
              }

              @Override
              public void attemptEnded(
                  Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
                ended.add(outcome);
              }
            });
    send(bbb1);
    send(bbb1);

    CompletableFuture<Reply> reply =
        calls
            .ask(
                bbb1,
                ApiCall.GET_MEETING_INFO,
                QueryString.EMPTY,
                calls.in(Duration.ofSeconds(1)),
                new Cancellation())
            .toCompletableFuture();

    assertThat(reply).isCompletedWithValue(new Reply.Overloaded(bbb1));
    assertThat(blamed).isEmpty();
    assertThat(ended).containsExactly(AttemptOutcome.OVERLOADED);
    assertThat(time.alarms()).isZero();
  }
}
