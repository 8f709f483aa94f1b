package io.tinyscale.bench.micro;

import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** Servers without a network. They answer all calls at once and in the same way. */
final class InstantServers implements Upstream {

  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "text/xml;charset=UTF-8"),
          new Header("Cache-Control", "no-cache"));

  private final byte[] answer;

  InstantServers(String answer) {
    this.answer = answer.getBytes(StandardCharsets.UTF_8);
  }

  static List<Server> pool(int size) {
    Secret secret = Secret.of("secret-of-the-servers");
    return IntStream.range(0, size)
        .mapToObj(
            number ->
                Server.of(
                    "bbb" + number,
                    URI.create("https://bbb" + number + ".example.org/bigbluebutton/api"),
                    secret))
        .toList();
  }

  @Override
  public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    return CompletableFuture.completedStage(new Outcome.Answered(200, HEADERS, Body.of(answer)));
  }
}
