package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessTimeTest {

  private final VirtualTime time = new VirtualTime();
  private final ProcessTime process = new ProcessTime(time);
  private final List<String> happened = new ArrayList<>();

  private void happens(String what) {
    happened.add(time.now() + " " + what);
  }

  @Test
  void runsWhatIsDueInOrder() {
    process.schedule(() -> happens("late"), 20, TimeUnit.NANOSECONDS);
    process.schedule(() -> happens("first"), 10, TimeUnit.NANOSECONDS);
    process.schedule(() -> happens("second"), 10, TimeUnit.NANOSECONDS);
    process.execute(() -> happens("now"));

    assertThat(happened).isEmpty();
    time.runUntil(15);

    assertThat(happened).containsExactly("0 now", "10 first", "10 second");
    assertThat(time.now()).isEqualTo(15);
  }

  @Test
  void runsNothingWhileItIsFrozen() {
    process.schedule(() -> happens("first"), 10, TimeUnit.NANOSECONDS);
    process.schedule(() -> happens("second"), 20, TimeUnit.NANOSECONDS);
    time.at(15, () -> happens("elsewhere"));

    process.freeze(50);
    time.runUntil(60);

    assertThat(happened).containsExactly("15 elsewhere", "50 first", "50 second");
  }

  @Test
  void runsNothingThatWasCancelled() {
    Future<?> once = process.schedule(() -> happens("once"), 10, TimeUnit.NANOSECONDS);
    Future<?> again =
        process.scheduleAtFixedRate(() -> happens("again"), 5, 5, TimeUnit.NANOSECONDS);

    time.runUntil(6);
    once.cancel(false);
    again.cancel(false);
    time.runUntil(100);

    assertThat(happened).containsExactly("5 again");
  }

  @Test
  void letsNoMistakePassUnseen() {
    Runnable mistaken =
        () -> {
          throw new IllegalArgumentException("a mistake");
        };
    process.schedule(mistaken, 1, TimeUnit.NANOSECONDS);

    assertThatThrownBy(() -> time.runUntil(1)).hasRootCauseMessage("a mistake");
  }

  @Test
  void tellsWhatACreateHasBroughtAbout() {
    List<Boolean> ofCreate = new ArrayList<>();
    time.because(
        true, () -> time.after(1, () -> time.after(1, () -> ofCreate.add(time.isOfCreate()))));
    time.after(2, () -> ofCreate.add(time.isOfCreate()));

    time.runUntil(2);

    assertThat(ofCreate).containsExactlyInAnyOrder(true, false);
  }
}
