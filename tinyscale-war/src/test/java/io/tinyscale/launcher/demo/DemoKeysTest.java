package io.tinyscale.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DemoKeysTest {

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final Story story = new Story(new PrintStream(terminal, true, StandardCharsets.UTF_8));

  private String told() {
    return terminal.toString(StandardCharsets.UTF_8);
  }

  @Test
  void killsTheServerWithTheMostPeopleAndStartsItAgainWhereItWas() {
    Map<String, Long> people = Map.of("bbb1", 3L, "bbb2", 7L);
    try (DemoServers servers = DemoServers.start(List.of("bbb1", "bbb2"))) {
      DemoKeys keys = new DemoKeys(servers, people::get, story, () -> {});
      DemoServer busiest = servers.all().get(1);

      keys.pressed("k");

      await().until(() -> !busiest.isAlive());
      assertThat(servers.alive()).extracting(DemoServer::name).containsExactly("bbb1");
      keys.pressed("k");
      await().until(() -> servers.alive().isEmpty());
      keys.pressed("k");
      assertThat(told()).contains("All servers are killed already");

      keys.pressed("r");
      keys.pressed("r");

      DemoServer again = servers.all().get(1);
      assertThat(servers.alive()).extracting(DemoServer::name).containsExactly("bbb1", "bbb2");
      assertThat(again.entry()).isEqualTo(busiest.entry());
      assertThat(again.pid()).isNotEqualTo(busiest.pid());
      keys.pressed("r");
      assertThat(told()).contains("All servers run");
    }
  }

  @Test
  void otherKeysExplainAndQEnds() {
    AtomicBoolean quit = new AtomicBoolean();
    try (DemoServers servers = DemoServers.start(List.of())) {
      DemoKeys keys = new DemoKeys(servers, server -> 0, story, () -> quit.set(true));

      keys.pressed("h");
      keys.pressed("");
      keys.pressed("\u001b[2J");

      assertThat(told().lines()).hasSize(3).containsOnly("==> " + DemoKeys.HELP);
      assertThat(quit).isFalse();
      keys.pressed("Q");
      assertThat(quit).isTrue();
    }
  }
}
