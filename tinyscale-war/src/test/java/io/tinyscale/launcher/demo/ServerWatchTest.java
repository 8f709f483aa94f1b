package io.tinyscale.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerWatchTest {

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final List<String> heard = new ArrayList<>();
  private boolean isUp = true;
  private Life life = new Life("bbb1", 11, Optional.empty());
  private final ServerWatch watch =
      new ServerWatch(
          new Story(new PrintStream(terminal, true, StandardCharsets.UTF_8)),
          server -> isUp,
          new ServerWatch.Listener() {
            @Override
            public void died(String server, Duration when) {
              heard.add(server + " died at " + when.toMillis());
            }

            @Override
            public void restarted(String server) {
              heard.add(server + " restarted");
            }

            @Override
            public void returned(String server) {
              heard.add(server + " returned");
            }
          });

  @BeforeEach
  void beginWithAServerThatRuns() {
    at(0);
  }

  private void at(long millis) {
    watch.tick(Duration.ofMillis(millis), List.of(life));
  }

  private void endAt(long millis) {
    life = new Life("bbb1", life.process(), Optional.of(Duration.ofMillis(millis)));
  }

  private void startAgain() {
    life = new Life("bbb1", life.process() + 1, Optional.empty());
  }

  private List<String> told() {
    return terminal.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void tellsOnceThatAServerWasKilledAndThatTinyscaleNoticed() {
    endAt(1000);
    at(1300);
    at(1500);
    isUp = false;
    at(4200);
    at(4400);

    assertThat(told())
        .containsExactly(
            "==> bbb1 was killed.",
            "==> tinyscale noticed after 3.2 s: bbb1 is down, and its rooms may open on the other"
                + " servers.");
    assertThat(heard).containsExactly("bbb1 died at 1000");
  }

  /** Ctrl+C ends the servers with the demo. */
  @Test
  void waitsAMomentBeforeItTellsADeath() {
    endAt(1000);
    at(1000 + ServerWatch.GRACE.toMillis() - 1);

    assertThat(told()).isEmpty();

    at(1000 + ServerWatch.GRACE.toMillis());

    assertThat(told()).hasSize(1);
  }

  @Test
  void tellsWhenTinyscaleUsesAServerAgain() {
    endAt(1000);
    isUp = false;
    at(5000);
    startAgain();
    at(8000);
    at(9000);
    isUp = true;
    at(10_500);

    assertThat(told().subList(2, told().size()))
        .containsExactly(
            "==> bbb1 runs again, without its rooms: process 12.",
            "==> tinyscale uses bbb1 again, 2.5 s after its start. Rooms stay where they are; new"
                + " rooms open there, too.");
    assertThat(heard).endsWith("bbb1 restarted", "bbb1 returned");
  }

  @Test
  void aServerThatIsBackBeforeTinyscaleNoticedIsUsedAtOnce() {
    endAt(1000);
    at(1300);
    startAgain();
    at(2500);
    at(2700);

    assertThat(told())
        .containsExactly(
            "==> bbb1 was killed.", "==> bbb1 runs again, without its rooms: process 12.");
    assertThat(heard).containsExactly("bbb1 died at 1000", "bbb1 restarted", "bbb1 returned");
  }

  @Test
  void aServerThatDiesBeforeItIsUsedAgainIsNotNoticedTwice() {
    endAt(1000);
    isUp = false;
    at(5000);
    startAgain();
    at(6000);
    endAt(7000);
    at(7500);
    at(9000);

    assertThat(told()).filteredOn(line -> line.contains("was killed")).hasSize(2);
    assertThat(told()).filteredOn(line -> line.contains("noticed")).hasSize(1);
  }
}
