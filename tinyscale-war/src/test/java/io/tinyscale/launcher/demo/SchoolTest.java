package io.tinyscale.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SchoolTest {

  private static final int LESSONS = 12;
  private static final Duration TICK = Duration.ofMillis(200);

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final FakeCalls calls = new FakeCalls();
  private Duration now = Duration.ZERO;
  private final School school =
      new School(
          new Timetable(new Random(1)),
          calls,
          new Story(new PrintStream(terminal, true, StandardCharsets.UTF_8)),
          () -> now,
          Runnable::run);

  private void pass(int seconds) {
    for (Duration end = now.plusSeconds(seconds); now.compareTo(end) < 0; now = now.plus(TICK)) {
      school.tick();
    }
  }

  /** A full school; only what comes after that is told by {@link #told}. */
  private void fill() {
    pass(80);
    terminal.reset();
  }

  private List<String> told() {
    return terminal.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private List<String> told(String containing) {
    return told().stream().filter(line -> line.contains(containing)).toList();
  }

  @Test
  void opensItsRoomsAndFillsThem() {
    pass(80);

    assertThat(calls.creates()).hasSize(LESSONS).doesNotHaveDuplicates();
    assertThat(told()).hasSize(2);
    assertThat(told().get(0))
        .isEqualTo("==> 12 rooms are open: 4 on bbb1, 4 on bbb2, 4 on bbb3. People are coming.");
    assertThat(told().get(1)).matches("==> 1\\d\\d people are in 12 rooms: \\d+ on bbb1, .*");
  }

  @Test
  void peopleComeOneAfterTheOther() {
    pass(20);
    int early = calls.people();
    pass(20);

    assertThat(early).isBetween(LESSONS, 70);
    assertThat(calls.people()).isGreaterThan(early + 15);
  }

  @Test
  void peopleGoOutAndComeBackAllTheTime() {
    fill();
    int before = calls.people();
    boolean fell = false;
    boolean rose = false;
    for (int i = 0; i < 60; i++) {
      int last = calls.people();
      pass(1);
      fell |= calls.people() < last;
      rose |= calls.people() > last;
    }

    assertThat(fell && rose).isTrue();
    assertThat(calls.people()).isBetween(before * 3 / 4, before * 4 / 3);
    assertThat(told()).isEmpty();
  }

  @Test
  void thePeopleOfADeadServerComeBackOnceTheirRoomsCanBeMadeAnew() {
    fill();
    int lost = calls.people("bbb2");
    int stay = calls.people() - lost;
    List<String> rooms = calls.roomsOn("bbb2");

    calls.kill("bbb2");
    school.died("bbb2", now);
    pass(5);

    assertThat(told())
        .containsExactly(
            String.format(
                "==> %d people in 4 rooms lost their connection. %d people in 8 rooms are still"
                    + " connected.",
                lost, stay));

    calls.notice();
    pass(15);

    assertThat(told(" is open again on bbb")).hasSize(4).noneMatch(line -> line.contains("bbb2"));
    assertThat(told("\"Mathematics 8a\"").isEmpty()).isEqualTo(!rooms.contains("mathematics-8a"));
    assertThat(told(" people are back in their rooms, "))
        .singleElement()
        .asString()
        .contains(" of " + lost);
    assertThat(told(" people on the other servers stayed in their rooms"))
        .singleElement()
        .asString()
        .contains(" of " + stay + " people")
        .doesNotContain("lost their connection");
    assertThat(calls.people("bbb1") + calls.people("bbb3")).isGreaterThan(stay);
  }

  @Test
  void aRoomOfADeadServerIsAskedForOnceASecondAndNotByEverybody() {
    fill();
    calls.kill("bbb2");
    int creates = calls.creates().size();

    school.died("bbb2", now);
    pass(10);

    assertThat(calls.creates().size() - creates).isBetween(4 * 5, 4 * 12);
  }

  @Test
  void whoeverIsThrownOutMeanwhileDidNotStay() {
    fill();
    int stay = calls.people() - calls.people("bbb2");
    String other = calls.roomsOn("bbb3").get(0);

    calls.kill("bbb2");
    school.died("bbb2", now);
    calls.end(other);
    calls.notice();
    pass(20);

    assertThat(told(" people on the other servers stayed"))
        .singleElement()
        .asString()
        .contains(" of " + stay + " people")
        .contains(" lost their connection later");
  }

  @Test
  void whoeverGoesOutWhileAllAreAskedHasLostNothing() {
    fill();
    CompletableFuture<Void> loading = calls.delayPages();

    calls.kill("bbb2");
    school.died("bbb2", now);
    int before = calls.people();
    pass(10);
    loading.complete(null);

    assertThat(calls.people()).isNotEqualTo(before);
    assertThat(told())
        .singleElement()
        .asString()
        .contains(" people in 4 rooms lost their connection. ");
  }

  @Test
  void anOldAnswerThatARoomIsOverThrowsNobodyOutOfTheNewRoom() {
    fill();
    String room = calls.roomsOn("bbb1").get(0);
    CompletableFuture<Void> arrival = calls.delayAnswers();
    calls.end(room);
    pass(15);
    calls.kill("bbb2");
    school.died("bbb2", now);
    calls.notice();
    pass(15);
    int people = calls.peopleIn(room);
    long creates = calls.creates().stream().filter(room::equals).count();

    arrival.complete(null);
    pass(2);

    assertThat(people).isPositive();
    assertThat(calls.creates().stream().filter(room::equals)).hasSize((int) creates);
  }

  @Test
  void aSecondServerThatDiesHasAStoryOfItsOwn() {
    fill();
    calls.kill("bbb2");
    school.died("bbb2", now);
    pass(2);
    calls.kill("bbb3");
    school.died("bbb3", now);
    calls.notice();
    pass(20);

    assertThat(told(" rooms lost their connection. ")).hasSize(2);
    assertThat(told(" is open again on bbb1, ")).hasSize(4 + 4);
    assertThat(told(" are back in their rooms, ")).hasSize(2);
  }

  @Test
  void peopleComeBackToARoomThatSomebodyEnded() {
    fill();
    String room = calls.roomsOn("bbb1").get(0);
    int people = calls.peopleIn(room);

    calls.end(room);
    pass(30);

    assertThat(calls.peopleIn(room)).isGreaterThan(people / 2);
    assertThat(told()).isEmpty();
  }

  @Test
  void newRoomsOpenWhenAServerIsUsedAgain() {
    fill();

    school.returned("bbb2");
    pass(30);

    assertThat(told()).hasSize(2);
    assertThat(told("==> Room \"Chess club\" opens on bbb")).hasSize(1);
    assertThat(told("==> Room \"Choir\" opens on bbb")).hasSize(1);
    assertThat(calls.peopleIn("chess-club")).isGreaterThan(3);
  }
}
