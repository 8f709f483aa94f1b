package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.soak.OuterBalancer.Door;
import io.tinyscale.bench.soak.OuterBalancer.Wanted;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Simulated servers stand for the balancers. */
class OuterBalancerTest {

  private static final Wanted CALL = new Wanted("moodle-1", "getMeetings", "", "", "");

  private final SimulatedServer first = SimulatedServer.builder().start();
  private final SimulatedServer second = SimulatedServer.builder().start();
  private final OuterBalancer outer =
      new OuterBalancer(List.of(door("a", first), door("b", second)));
  private final Random random = new Random(1);

  private static Door door(String name, SimulatedServer balancer) {
    return new Door(name, new SignedCalls(balancer::port, balancer.secret()));
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  private List<Call> calls(int number) {
    return Stream.generate(() -> outer.send(CALL, random))
        .limit(number)
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void everyCallGoesToOneOfTheBalancers() {
    List<Call> calls = calls(20);

    assertThat(calls).hasSize(20).allMatch(Call::succeeded);
    assertThat(calls).extracting(Call::balancer).contains("a", "b");
    assertThat(calls)
        .allSatisfy(call -> assertThat(call.id()).startsWith(call.balancer() + "-moodle-1-"));
    assertThat(calls).extracting(Call::id).doesNotHaveDuplicates();
  }

  @Test
  void aCallWithoutAnAnswerIsRepeatedThroughTheOther() {
    first.fault(Fault.drop());

    List<Call> calls = calls(20);

    assertThat(calls)
        .filteredOn(call -> call.balancer().equals("a"))
        .isNotEmpty()
        .allSatisfy(
            call -> {
              assertThat(call.reply().isComplete()).isFalse();
              assertThat(call.isLast()).isFalse();
            });
    assertThat(calls)
        .filteredOn(call -> call.balancer().equals("b"))
        .hasSize(20)
        .allMatch(Call::succeeded);
  }

  @Test
  void theLastAttemptHasNobodyBehindIt() {
    first.fault(Fault.drop());
    second.fault(Fault.drop());

    assertThat(outer.send(CALL, random)).extracting(Call::isLast).containsExactly(false, true);
  }

  @Test
  void anAbandonedCallIsNotRepeated() {
    first.fault(Fault.stall());
    second.fault(Fault.stall());

    assertThat(outer.abandon(CALL, random, Duration.ofMillis(10)).reply())
        .isSameAs(Reply.ABANDONED);
  }
}
