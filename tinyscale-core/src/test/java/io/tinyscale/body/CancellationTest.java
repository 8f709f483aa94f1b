package io.tinyscale.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

  private final Cancellation cancellation = new Cancellation();
  private final AtomicInteger ran = new AtomicInteger();

  @Test
  void runsItsActionsOnce() {
    cancellation.onCancel(ran::incrementAndGet);

    cancellation.cancel();
    cancellation.cancel();

    assertThat(ran).hasValue(1);
    assertThat(cancellation.isCancelled()).isTrue();
  }

  @Test
  void runsALateActionAtOnce() {
    cancellation.cancel();

    cancellation.onCancel(ran::incrementAndGet);

    assertThat(ran).hasValue(1);
  }

  @Test
  void cancelsItsChildrenButNotItsParent() {
    Cancellation child = cancellation.child();
    Cancellation other = cancellation.child();

    child.cancel();
    assertThat(cancellation.isCancelled()).isFalse();
    assertThat(other.isCancelled()).isFalse();

    cancellation.cancel();
    assertThat(other.isCancelled()).isTrue();
    assertThat(cancellation.child().isCancelled()).isTrue();
  }
}
