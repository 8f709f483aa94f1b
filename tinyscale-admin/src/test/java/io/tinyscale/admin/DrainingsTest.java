package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who began the drains. */
class DrainingsTest {

  private static final Instant START = Instant.parse("2026-11-25T10:00:00Z");
  private static final Drain DRAIN = new Drain(null, false, Drain.Then.DISABLED, "");

  private final Drainings drainings = new Drainings();
  private final Server enabled = Statuses.server("bbb1");
  private final Server drained = drained(DRAIN);

  private Server drained(Drain drain) {
    return new Server(
        enabled.name(),
        enabled.api(),
        enabled.secret(),
        enabled.algorithm(),
        enabled.weight(),
        enabled.tags(),
        AdminState.CORDONED,
        drain);
  }

  private BalancerStatus status(Server server) {
    return Statuses.of(List.of(server), -1, CallbackStatus.NONE);
  }

  @Test
  void knowsWhoAskedAlsoIfTheStatusIsTakenBeforeTheEditTakesEffect() {
    drainings.begin("bbb1", DRAIN, "anna", START);
    assertThat(drainings.of(status(enabled), START.plusSeconds(2))).isEmpty();

    assertThat(drainings.of(status(drained), START.plusSeconds(5)).get("bbb1"))
        .isEqualTo(new Drainings.Begun("anna", START, DRAIN));
    assertThat(drainings.of(status(drained), START.plusSeconds(500)).get("bbb1").by())
        .isEqualTo("anna");
  }

  @Test
  void aDrainThatWasNotAskedForHereIsThePoolFiles() {
    assertThat(drainings.of(status(drained), START).get("bbb1"))
        .isEqualTo(new Drainings.Begun("pool file", START, DRAIN));
  }

  @Test
  void forgetsWhoAskedForWhatNeverCame() {
    drainings.begin("bbb1", DRAIN, "anna", START);
    drainings.of(status(enabled), START.plusSeconds(100));

    assertThat(drainings.of(status(drained), START.plusSeconds(101)).get("bbb1").by())
        .isEqualTo("pool file");
  }

  @Test
  void knowsWhoAskedForAnotherDrainInThePlaceOfTheFirst() {
    Drain other = new Drain(START.plusSeconds(3600), true, Drain.Then.CORDONED, "");
    drainings.begin("bbb1", DRAIN, "anna", START);
    drainings.of(status(drained), START);

    drainings.begin("bbb1", other, "bob", START.plusSeconds(10));
    assertThat(drainings.of(status(drained), START.plusSeconds(11)).get("bbb1").by())
        .as("not in effect yet")
        .isEqualTo("anna");
    assertThat(drainings.of(status(drained(other)), START.plusSeconds(12)).get("bbb1"))
        .isEqualTo(new Drainings.Begun("bob", START.plusSeconds(10), other));
  }

  @Test
  void aDrainThatWasRefusedTakesNothingFromTheOneThatGoesOn() {
    Drain refused = new Drain(START.plusSeconds(3600), true, Drain.Then.CORDONED, "");
    drainings.begin("bbb1", DRAIN, "anna", START);
    drainings.of(status(drained), START);

    drainings.begin("bbb1", refused, "bob", START.plusSeconds(10));
    drainings.of(status(drained), START.plusSeconds(11));

    assertThat(drainings.of(status(drained), START.plusSeconds(500)).get("bbb1"))
        .isEqualTo(new Drainings.Begun("anna", START, DRAIN));
  }
}
