package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.SimulatedMeeting;
import io.tinyscale.simulator.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A create through a balancer that stands still between its questions and its create, while another
 * balancer goes on. The servers have denied the meeting by then, and their answers wait in the
 * first balancer's sockets.
 */
final class FrozenCreate {

  /** Longer than the deadline of each question, and shorter than that of a create. */
  private static final Duration FROZEN = Duration.ofSeconds(20);

  private static final String ROOM = "math";
  private static final String PERSON = "Ann";

  private final SimulatedPool pool;
  private final ChildProcess process;
  private final FrontEnd first;
  private final FrontEnd second;
  private final CompletableFuture<String> late;
  private final long stopped;
  private String made = "";

  /**
   * Begins a create and stops the balancer.
   *
   * @param process the first balancer's
   */
  FrozenCreate(SimulatedPool pool, ChildProcess process, FrontEnd first, FrontEnd second) {
    this.pool = pool;
    this.process = process;
    this.first = first;
    this.second = second;
    ManyRooms.create(second, "another").join();
    for (SimulatedServer server : pool.servers()) {
      server.fault("getMeetingInfo", Fault.delay(Duration.ofSeconds(2)));
    }
    late = ManyRooms.create(first, ROOM);
    await().until(() -> pool.servers().stream().allMatch(FrozenCreate::wasAsked));
    process.signal("STOP");
    stopped = System.nanoTime();
    pool.servers().forEach(SimulatedServer::clearFaults);
  }

  private static boolean wasAsked(SimulatedServer server) {
    return server.requests().stream()
        .filter(request -> request.call().equals("getMeetingInfo"))
        .anyMatch(request -> request.parameter("meetingID").filter(ROOM::equals).isPresent());
  }

  /** Somebody opens the room through the other balancer, and is in it. */
  void openElsewhere() {
    made = ManyRooms.internalId(ManyRooms.create(second, ROOM).join());
    ManyRooms.join(second, ROOM, PERSON);
    assertThat(late).isNotDone();
  }

  /** Lets the balancer go on when it has stood still for long. */
  void goOn() {
    Duration left = FROZEN.minusNanos(System.nanoTime() - stopped);
    if (!left.isNegative()) {
      await().atMost(FROZEN.multipliedBy(2)).pollDelay(left).until(() -> true);
    }
    process.signal("CONT");
  }

  /**
   * The create that comes late makes no second meeting, or one that goes. It names the meeting, or
   * fails because its questions were too late, and is repeated.
   */
  void assertOneMeeting() {
    assertThat(late.join())
        .containsAnyOf(
            "<internalMeetingID>" + made + "<", "<messageKey>internalError</messageKey>");
    for (FrontEnd balancer : List.of(first, second)) {
      assertThat(ManyRooms.internalId(balancer.call("getMeetingInfo", "meetingID=" + ROOM)))
          .isEqualTo(made);
      assertThat(ManyRooms.internalId(ManyRooms.create(balancer, ROOM).join())).isEqualTo(made);
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> copies().size() == 1);
    assertThat(copies())
        .singleElement()
        .satisfies(
            copy -> {
              assertThat(copy.internalId()).isEqualTo(made);
              assertThat(copy.fullNames()).containsExactly(PERSON);
            });
  }

  private List<SimulatedMeeting> copies() {
    return pool.servers().stream().flatMap(server -> server.meetings().get(ROOM).stream()).toList();
  }
}
