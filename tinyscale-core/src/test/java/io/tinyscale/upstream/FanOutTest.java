package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.FanOut.Replies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FanOutTest {

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final Server bbb1 = servers.add("bbb1").server();
  private final Server bbb2 = servers.add("bbb2").server();
  private final Server bbb3 = servers.add("bbb3").server();
  private final ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private final ServerCalls calls = new ServerCalls(servers, time, Runnable::run, time::nanos);
  private final List<String> reported = new ArrayList<>();
  private final FanOut fanOut =
      new FanOut(
          pool,
          calls,
          (call, server, cause, trace) ->
              reported.add(call.name() + " " + server.name() + ": " + cause));
  private final Map<Server, CompletableFuture<Reply>> asked = new HashMap<>();
  private final Cancellation caller = new Cancellation();

  private CompletableFuture<Replies> ask(ApiCall call) {
    return fanOut
        .ask(
            call,
            RequestTrace.NONE,
            Duration.ofSeconds(5),
            caller,
            (server, deadline) -> asked.computeIfAbsent(server, s -> new CompletableFuture<>()))
        .toCompletableFuture();
  }

  private static Reply said(Server server, String returncode) {
    return new Reply.Said(
        server, new ApiReply(Map.of("returncode", returncode)), List.of(), Body.EMPTY);
  }

  private void reply(Reply reply) {
    asked.get(reply.server()).complete(reply);
  }

  @Test
  void waitsForEveryServerThatIsUp() {
    CompletableFuture<Replies> replies = ask(ApiCall.PUBLISH_RECORDINGS);
    reply(said(bbb1, "SUCCESS"));
    reply(said(bbb3, "FAILED"));
    assertThat(replies).isNotDone();

    reply(said(bbb2, "SUCCESS"));

    assertThat(replies.join().succeeded())
        .extracting(Reply.Said::server)
        .containsExactly(bbb1, bbb2);
    assertThat(replies.join().refused()).extracting(Reply.Said::server).containsExactly(bbb3);
    assertThat(replies.join().silent()).isEmpty();
    assertThat(replies.join().failed()).isEqualTo(1);
    assertThat(reported).as("a server may refuse a change").isEmpty();
  }

  @Test
  void aServerThatIsDownCountsAsSilentAndIsNotAsked() {
    pool.startsDown(bbb2);

    CompletableFuture<Replies> replies = ask(ApiCall.PUBLISH_RECORDINGS);
    reply(said(bbb1, "SUCCESS"));
    reply(said(bbb3, "SUCCESS"));

    assertThat(asked).doesNotContainKey(bbb2);
    assertThat(replies.join().silent()).containsExactly(bbb2);
    assertThat(replies.join().asked()).isEqualTo(3);
    assertThat(reported).isEmpty();
  }

  @Test
  void aDisabledServerDoesNotCount() {
    pool.replace(List.of(bbb1, bbb2.with(AdminState.DISABLED)), Set.of());

    CompletableFuture<Replies> replies = ask(ApiCall.PUBLISH_RECORDINGS);
    asked.forEach((server, reply) -> reply.complete(said(server, "SUCCESS")));

    assertThat(asked).doesNotContainKey(bbb2).containsKey(bbb1);
    assertThat(replies.join().silent()).doesNotContain(bbb2);
  }

  @Test
  void reportsEachFailedReplyOnceWithItsCause() {
    CompletableFuture<Replies> replies = ask(ApiCall.GET_MEETINGS);
    reply(new Reply.Nothing(bbb1, "refused", false));
    reply(said(bbb2, "FAILED"));
    reply(new Reply.Nothing(bbb3, "HTTP 404", true));

    assertThat(replies.join().silent()).containsExactly(bbb1, bbb3);
    assertThat(replies.join().error()).isEqualTo(ApiError.INTERNAL);
    assertThat(reported)
        .containsExactly(
            "getMeetings bbb1: refused",
            "getMeetings bbb2: it answered FAILED",
            "getMeetings bbb3: HTTP 404");
  }

  @Test
  void reportsNothingOnceTheCallerHasLeft() {
    CompletableFuture<Replies> replies = ask(ApiCall.GET_MEETINGS);
    caller.cancel();
    asked.forEach((server, reply) -> reply.complete(new Reply.Nothing(server, "given up")));

    assertThat(replies.join().silent()).hasSize(3);
    assertThat(reported).isEmpty();
  }

  @Test
  void anOverloadIsTheErrorAndNoFailureOfTheServer() {
    CompletableFuture<Replies> replies = ask(ApiCall.GET_MEETINGS);
    reply(new Reply.Overloaded(bbb1));
    reply(new Reply.WrongSecret(bbb2));
    reply(new Reply.Nothing(bbb3, "refused"));

    assertThat(replies.join().error()).isEqualTo(ApiError.OVERLOADED);
    assertThat(replies.join().silent()).hasSize(3);
    assertThat(reported).containsExactly("getMeetings bbb3: refused");
  }

  @Test
  void aServerWithoutWebhooksLacksTheCallAndHasNotFailed() {
    CompletableFuture<Replies> replies = ask(ApiCall.HOOKS_LIST);
    reply(new Reply.Nothing(bbb1, "HTTP 404", true));
    reply(said(bbb2, "SUCCESS"));
    reply(new Reply.Nothing(bbb3, "HTTP 405"));

    assertThat(replies.join().lacking()).containsExactly(bbb1);
    assertThat(replies.join().silent()).containsExactly(bbb3);
    assertThat(replies.join().asked()).isEqualTo(2);
    assertThat(reported).containsExactly("hooks/list bbb3: HTTP 405");
  }
}
