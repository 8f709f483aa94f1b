package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.meeting.OtherCopy.Standing;
import org.junit.jupiter.api.Test;

/** Looks at a copy beside the meeting; {@link WhereaboutsTest} has what breaks their row. */
class OtherCopyTest {

  private static OtherCopy looked(OtherCopy copy, String internalId, long begun) {
    return copy.lookedAt(Copy.of("bbb1", new HeldMeeting(internalId, 0, ""), begun), begun, 0);
  }

  @Test
  void twoLooksAtTheSameRunAreARow() {
    OtherCopy rival = OtherCopy.of(Standing.RIVAL, Copy.made("bbb1", "x-1", 10));

    OtherCopy once = looked(rival, "x-1", 20);
    OtherCopy twice = looked(once, "x-1", 30);

    assertThat(once.isEmptyInTwoLooks()).isFalse();
    assertThat(twice.isEmptyInTwoLooks()).isTrue();
  }

  @Test
  void anotherRunBreaksTheRow() {
    OtherCopy rival = OtherCopy.of(Standing.RIVAL, Copy.made("bbb1", "x-1", 10));
    OtherCopy anew = looked(rival, "x-1", 20).shownAs(Copy.made("bbb1", "x-2", 25));

    OtherCopy once = looked(anew, "x-2", 30);

    assertThat(once.isLeftover()).isTrue();
    assertThat(once.isEmptyInTwoLooks()).isFalse();
    assertThat(looked(once, "x-2", 40).isEmptyInTwoLooks()).isTrue();
  }
}
