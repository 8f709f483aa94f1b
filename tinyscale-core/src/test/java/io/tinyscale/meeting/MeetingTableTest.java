package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.meeting.OtherCopy.Standing;
import io.tinyscale.meeting.Whereabouts.State;
import io.tinyscale.tenant.MeetingId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeetingTableTest {

  private static final MeetingId MATH = new MeetingId("math");
  private static final MeetingId ART = new MeetingId("art");

  private final MeetingTable table = new MeetingTable((meetingId, event) -> {}, 1_000);

  private void put(MeetingId meetingId, State state, Copy copy, OtherCopies others) {
    table.change(meetingId, before -> new Whereabouts(state, copy, 0, others, null).asChange());
  }

  private void puts(MeetingId meetingId, String server, String internalId) {
    put(meetingId, State.CERTAIN, Copy.made(server, internalId, 0), OtherCopies.NONE);
  }

  @Test
  void countsTheMeetingsOfEachServer() {
    puts(MATH, "bbb1", "x-1");
    puts(ART, "bbb2", "y-1");

    assertThat(table.size()).isEqualTo(2);
    assertThat(table.countOn("bbb1")).isOne();
    assertThat(table.countByServer()).containsEntry("bbb1", 1).containsEntry("bbb2", 1);
  }

  @Test
  void aMeetingOfWhichOnlyALeftoverIsKnownIsOnNoServer() {
    OtherCopy leftover = OtherCopy.of(Standing.DETACHED, Copy.made("bbb1", "x-1", 0));
    puts(MATH, "bbb2", "x-2");
    put(MATH, State.UNKNOWN, Copy.NONE, OtherCopies.NONE.with(leftover));

    assertThat(table.find(MATH)).isEmpty();
    assertThat(table.contains(MATH)).isFalse();
    assertThat(table.size()).isZero();
    assertThat(table.countOn("bbb1")).isZero();
    assertThat(table.mayBeOn(MATH, "bbb1")).isTrue();

    puts(MATH, "bbb3", "x-3");
    assertThat(table.size()).isOne();
    put(MATH, State.UNKNOWN, Copy.NONE, OtherCopies.NONE);
    assertThat(table.size()).isZero();
  }

  @Test
  void anExternalIdComesBeforeAnEqualInternalId() {
    MeetingId other = new MeetingId("x-1");
    puts(MATH, "bbb1", "x-1");
    assertThat(table.idOf("x-1")).isEqualTo(MATH);

    puts(other, "bbb2", "y-1");

    assertThat(table.idOf("x-1")).isEqualTo(other);
  }

  /** The meetings that an event of a server is offered to. */
  private List<MeetingId> concernedBy(String server) {
    List<MeetingId> concerned = new ArrayList<>();
    table.changeOn(
        server::equals,
        (meetingId, whereabouts) -> {
          concerned.add(meetingId);
          return whereabouts.unchanged();
        });
    return concerned;
  }

  @Test
  void aSweepOfAServerConcernsTheMeetingsThatAreOrMayBeThereAndNoOthers() {
    puts(MATH, "bbb1", "x-1");
    puts(ART, "bbb2", "y-1");

    assertThat(concernedBy("bbb1")).containsExactly(MATH);

    Whereabouts before =
        new Whereabouts(State.CERTAIN, Copy.made("bbb1", "x-1", 0), 0, OtherCopies.NONE, null);
    OtherCopy leftover = OtherCopy.of(Standing.DETACHED, Copy.made("bbb2", "x-2", 0));
    table.change(
        MATH,
        known ->
            new Whereabouts(
                    State.PLACING,
                    Copy.placed("bbb3", 0),
                    0,
                    OtherCopies.NONE.with(leftover),
                    before)
                .asChange());

    assertThat(concernedBy("bbb1")).containsExactly(MATH);
    assertThat(concernedBy("bbb2")).containsExactlyInAnyOrder(MATH, ART);
    assertThat(concernedBy("bbb3")).containsExactly(MATH);

    table.change(MATH, known -> Whereabouts.NOTHING.asChange());

    assertThat(concernedBy("bbb1")).isEmpty();
    assertThat(concernedBy("bbb2")).containsExactly(ART);
  }

  @Test
  void theIndexOfServersKeepsUpWithAnyChanges() {
    Random random = new Random(7);
    List<String> names = List.of("bbb1", "bbb2", "bbb3", "bbb4");
    Map<MeetingId, Whereabouts> expected = new HashMap<>();
    for (int step = 0; step < 5_000; step++) {
      MeetingId meetingId = new MeetingId("m" + random.nextInt(20));
      Copy copy = Copy.made(names.get(random.nextInt(4)), "i" + step, step);
      OtherCopies others = OtherCopies.NONE;
      for (int other = random.nextInt(3); other > 0; other--) {
        others =
            others.with(
                OtherCopy.of(
                    Standing.DETACHED, Copy.made(names.get(random.nextInt(4)), "o" + step, step)));
      }
      boolean isOver = random.nextInt(4) == 0;
      Whereabouts next =
          isOver
              ? new Whereabouts(State.UNKNOWN, Copy.NONE, 0, others, null)
              : new Whereabouts(State.CERTAIN, copy, step, others, null);
      table.change(meetingId, before -> next.asChange());
      expected.put(meetingId, next);
    }
    for (String name : names) {
      assertThat(concernedBy(name))
          .containsExactlyInAnyOrderElementsOf(
              expected.entrySet().stream()
                  .filter(entry -> entry.getValue().servers().contains(name))
                  .map(Map.Entry::getKey)
                  .toList());
      assertThat(table.countOn(name))
          .isEqualTo(
              expected.values().stream()
                  .filter(known -> known.isKnown() && known.server().equals(name))
                  .count());
    }
  }
}
