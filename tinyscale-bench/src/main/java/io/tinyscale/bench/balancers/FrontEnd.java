package io.tinyscale.bench.balancers;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.Answer;
import io.tinyscale.server.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Calls balancers as front ends do, and waits no longer for an answer than they do. Not
 * thread-safe.
 */
final class FrontEnd {

  static final Secret SECRET = Secret.of("secret-of-the-front-ends");

  /** The keys of messages that are no failures. */
  private static final Set<String> SUCCESS =
      Set.of("", "duplicateWarning", "sentEndMeetingRequest");

  private static final int FAILURES = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long WAY = Duration.ofMillis(1).toNanos();

  private final VirtualTime time;
  private final List<BalancerProcess> balancers;
  private final ToIntFunction<Room> outer;
  private final Function<String, VirtualServer> servers;
  private final Tally tally;

  /**
   * A front end of these balancers.
   *
   * @param outer which of them a call of a room reaches
   * @param servers the server of a name
   */
  FrontEnd(
      VirtualTime time,
      List<BalancerProcess> balancers,
      ToIntFunction<Room> outer,
      Function<String, VirtualServer> servers,
      Tally tally) {
    this.time = time;
    this.balancers = balancers;
    this.outer = outer;
    this.servers = servers;
    this.tally = tally;
  }

  /** Creates a room and tells whether it is there now. */
  void create(Room room, Consumer<Boolean> then) {
    time.because(
        true,
        () ->
            call(
                room,
                ApiCall.CREATE,
                "name=Room&attendeePW=ap&moderatorPW=mp&",
                answer -> {
                  boolean isMade = answer.filter(FrontEnd::isSuccess).isPresent();
                  tally.addCreate(!isMade);
                  time.because(false, () -> then.accept(isMade));
                }));
  }

  /** Asks for a room and tells whether it is there. */
  void ask(Room room, Consumer<Boolean> then) {
    call(
        room,
        ApiCall.GET_MEETING_INFO,
        "",
        answer -> then.accept(answer.filter(FrontEnd::isSuccess).isPresent()));
  }

  /** Ends a room and tells whether that was done. */
  void end(Room room, Consumer<Boolean> then) {
    call(
        room,
        ApiCall.END,
        "password=mp&",
        answer -> then.accept(answer.filter(FrontEnd::isSuccess).isPresent()));
  }

  /** Sends a browser to a room and tells to which server it is led; empty if to none. */
  void join(Room room, Consumer<Optional<VirtualServer>> then) {
    call(
        room,
        ApiCall.JOIN,
        "fullName=A&password=mp&",
        answer -> {
          Optional<VirtualServer> server =
              answer
                  .filter(some -> some.error() == null)
                  .map(Answer::server)
                  .map(Server::name)
                  .map(servers);
          room.note(() -> "join leads to " + server.map(VirtualServer::name).orElse("none"));
          then.accept(server);
        });
  }

  /** Asks a balancer for meetings of a server, until so many answers failed that it is ejected. */
  void failing(BalancerProcess balancer, VirtualServer server) {
    for (int number = 0; number < FAILURES; number++) {
      ApiRequest request = request(ApiCall.GET_MEETING_INFO, "meetingID=" + server.otherId(number));
      balancer
          .process()
          .execute(
              () ->
                  balancer
                      .gateway()
                      .handle(request, new Cancellation())
                      .thenAccept(answer -> BodyCollector.discard(answer.body())));
    }
  }

  private static boolean isSuccess(Answer answer) {
    return SUCCESS.contains(answer.messageKey());
  }

  private void call(Room room, ApiCall call, String query, Consumer<Optional<Answer>> then) {
    BalancerProcess balancer = balancers.get(outer.applyAsInt(room));
    room.note(() -> call.name() + " through " + balancer.name());
    Waiting waiting = new Waiting(then);
    balancer
        .process()
        .after(
            WAY,
            () ->
                balancer
                    .gateway()
                    .handle(request(call, query + "meetingID=" + room.id()), waiting.cancellation)
                    .whenComplete(
                        (answer, bug) -> {
                          if (bug != null) {
                            throw new IllegalStateException("the gateway failed", bug);
                          }
                          BodyCollector.discard(answer.body());
                          time.after(
                              WAY,
                              () -> {
                                room.note(
                                    () ->
                                        call.name()
                                            + " is answered: "
                                            + answer.getClass().getSimpleName()
                                            + " "
                                            + answer.messageKey());
                                waiting.end(Optional.of(answer));
                              });
                        }));
    time.after(PATIENCE.toNanos(), waiting::giveUp);
  }

  /** A caller that waits for an answer; it takes one. */
  private static final class Waiting {

    private final Cancellation cancellation = new Cancellation();
    private final Consumer<Optional<Answer>> then;
    private boolean isOver;

    Waiting(Consumer<Optional<Answer>> then) {
      this.then = then;
    }

    void end(Optional<Answer> answer) {
      if (!isOver) {
        isOver = true;
        then.accept(answer);
      }
    }

    void giveUp() {
      if (!isOver) {
        cancellation.cancel();
        end(Optional.empty());
      }
    }
  }

  private static ApiRequest request(ApiCall call, String query) {
    QueryString parameters = new QueryString(query);
    return new ApiRequest(
        "GET",
        call,
        parameters.with(
            "checksum", Checksum.of(ChecksumAlgorithm.SHA256, call, parameters, SECRET)),
        List.of(),
        "",
        Body.EMPTY);
  }
}
