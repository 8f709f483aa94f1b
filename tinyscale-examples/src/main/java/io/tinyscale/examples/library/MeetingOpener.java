package io.tinyscale.examples.library;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.Answer;
import io.tinyscale.config.ConfigSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A command that opens a meeting on one of the servers: a balancer without any web server. The
 * environment configures it, as it does the executable.
 */
public final class MeetingOpener {

  private static final int LARGEST_ANSWER = 1 << 20;

  private MeetingOpener() {}

  /** Opens the meeting whose id is the first argument, and prints what the server says. */
  public static void main(String[] arguments) {
    TinyscaleConfig config =
        TinyscaleConfig.read(List.of(ConfigSource.environment(System.getenv())));
    String secret = System.getenv("TINYSCALE_SECRET");
    try (Balancer balancer = Balancer.of(config).upstream(new JdkUpstream()).start()) {
      System.out.println(open(balancer, secret, arguments[0]).toCompletableFuture().join());
    }
  }

  /** What the server says to the create. */
  static CompletionStage<String> open(Balancer balancer, String secret, String meetingId) {
    QueryString query =
        QueryString.EMPTY.withEncoded("name", meetingId).withEncoded("meetingID", meetingId);
    String checksum = Checksums.of(secret, "create", query);
    ApiRequest create =
        new ApiRequest(
            "GET", ApiCall.CREATE, query.with("checksum", checksum), List.of(), "", Body.EMPTY);
    return balancer
        .gateway()
        .handle(create, new Cancellation())
        .thenCompose(answer -> BodyCollector.collect(body(answer), LARGEST_ANSWER))
        .thenApply(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static Body body(Answer answer) {
    return answer instanceof Answer.Relay relay ? relay.body() : ((Answer.Document) answer).body();
  }
}
