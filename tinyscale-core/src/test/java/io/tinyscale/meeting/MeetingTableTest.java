package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.meeting.OtherCopy.Standing;
import io.tinyscale.meeting.Whereabouts.State;
import io.tinyscale.tenant.MeetingId;
import org.junit.jupiter.api.Test;

class MeetingTableTest {

  private static final MeetingId MATH = new MeetingId("math");
  private static final MeetingId ART = new MeetingId("art");

  private final MeetingTable table = new MeetingTable((meetingId, event) -> {});

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
}
