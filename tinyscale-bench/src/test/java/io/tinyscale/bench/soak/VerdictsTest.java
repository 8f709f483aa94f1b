package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictsTest {

  private static final String LOG =
      """
      2026-01-02T03:04:05Z WARN  server.down server=bbb1 host=127.0.0.1:1 cause="Connection refused"
      2026-01-02T03:04:06.500Z WARN  server.down server=bbb2 host=127.0.0.1:2 cause=x
      2026-01-02T03:04:07.250Z INFO  server.up server=bbb1 host=127.0.0.1:1 meetings=0
      2026-01-02T03:04:08Z WARN  call.failed call=create server=bbb1 cause=x
      """;

  private static long at(String time) {
    return Instant.parse(time).toEpochMilli() * 1000;
  }

  @Test
  void readsWhenAServerWasTakenForDown() {
    assertThat(Verdicts.in("a", List.of(LOG), List.of()))
        .contains(
            new Verdict(
                "a",
                "bbb1",
                new Span(at("2026-01-02T03:04:04.750Z"), at("2026-01-02T03:04:08.250Z"))),
            new Verdict("a", "bbb2", new Span(at("2026-01-02T03:04:06.250Z"), Span.OPEN)))
        .hasSize(2);
  }

  @Test
  void readsThatAServerWasRemovedWhileItWasDown() {
    String log =
        LOG
            + "2026-01-02T03:04:07Z INFO  pool.changed added=\"\" removed=bbb2 changed=\"\"\n"
            + "2026-01-02T03:04:12Z INFO  pool.changed added=\"\" removed=bbb1 changed=\"\"\n";

    assertThat(Verdicts.removals(List.of(log), Verdicts.in("a", List.of(log), List.of())))
        .containsExactly(
            new Trouble(
                "bbb2",
                Trouble.REMOVED,
                false,
                new Span(at("2026-01-02T03:04:06.750Z"), Span.OPEN)));
  }

  @Test
  void aVerdictEndsWithTheProcessThatGaveIt() {
    long end = at("2026-01-02T03:04:09Z");

    assertThat(Verdicts.in("a", List.of(LOG, ""), List.of(end)))
        .filteredOn(verdict -> verdict.server().equals("bbb2"))
        .extracting(verdict -> verdict.span().to())
        .containsExactly(end + 1_000_000);
  }
}
