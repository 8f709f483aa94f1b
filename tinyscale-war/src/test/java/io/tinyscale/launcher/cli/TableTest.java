package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.launcher.cli.Table.Column;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tables that find too little room. */
class TableTest {

  private final Console console =
      new Console(
          System.out, System.err, System.in, Map.of(), Clock.systemUTC(), false, duration -> {});

  private final Table table =
      new Table(
              List.of(
                  Column.text("NAME"),
                  Column.word("STATE"),
                  Column.number("ONE").leftOut(2),
                  Column.number("TWO").leftOut(1)),
              true)
          .row(List.of("a-rather-long-name", "up", "1", "22"), "one two three", false)
          .row(List.of("\uD83D\uDE00", "down", "1234", "2"), "", false);

  @Test
  void putsEverythingBesideIfThereIsRoom() {
    assertThat(table.text(console, 80).lines())
        .containsExactly(
            "NAME                STATE   ONE  TWO  NOTE",
            "a-rather-long-name  up        1   22  one two three",
            "\uD83D\uDE00                   down   1234    2");
  }

  @Test
  void putsANoteBelowItsRowAndWrapsIt() {
    assertThat(table.text(console, 42).lines())
        .containsExactly(
            "NAME                STATE   ONE  TWO  NOTE",
            "a-rather-long-name  up        1   22",
            "                    one two three",
            "\uD83D\uDE00                   down   1234    2");
    assertThat(table.text(console, 30).lines()).contains("                    one two");
  }

  @Test
  void leavesOutColumnsOfTheHighestRankFirst() {
    assertThat(table.text(console, 35).lines().findFirst())
        .hasValue("NAME                STATE  TWO");
    assertThat(table.text(console, 25).lines().findFirst()).hasValue("NAME                STATE");
  }

  @Test
  void cutsTextsInTheEnd() {
    assertThat(table.text(console, 20).lines())
        .containsSubsequence("NAME           STATE", "a-rather-lon…  up");
  }
}
