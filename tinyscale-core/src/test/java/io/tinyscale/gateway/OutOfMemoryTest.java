package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import org.junit.jupiter.api.Test;

/** Calls for which the JVM has no memory. */
class OutOfMemoryTest {

  private static final String EVENT = "out of memory: Java heap space";

  private final TestBalancer balancer = new TestBalancer(2);

  @Test
  void aCallWithoutMemoryFailsAndIsReported() {
    balancer.with(
        (candidates, request) -> {
          throw new OutOfMemoryError("Java heap space");
        });

    assertThat(balancer.reply("create", "name=Room&meetingID=m1").messageKey())
        .isEqualTo("internalError");

    assertThat(balancer.events).containsOnlyOnce(EVENT).noneMatch(event -> event.startsWith("bug"));
  }

  @Test
  void callsWithoutMemoryKeepNoPlace() {
    balancer
        .withLimits(2, 2)
        .with(
            (candidates, request) -> {
              throw new OutOfMemoryError("Java heap space");
            });

    for (int i = 0; i < 5; i++) {
      assertThat(balancer.key("create", "name=Room&meetingID=m" + i)).isEqualTo("internalError");
    }

    assertThat(balancer.reply("getMeetings", "").succeeded()).isTrue();
  }
}
