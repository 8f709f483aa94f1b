package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.meeting.OtherCopy.Standing;
import org.junit.jupiter.api.Test;

class OtherCopiesTest {

  private final OtherCopies others =
      OtherCopies.NONE.with(OtherCopy.of(Standing.DETACHED, Copy.made("bbb1", "x-1", 0)));

  @Test
  void aMethodThatChangesNothingReturnsTheSameObject() {
    assertThat(others.without("bbb2")).isSameAs(others);
    assertThat(others.changed("bbb2", other -> other.joinedAt(1))).isSameAs(others);
  }

  @Test
  void aCopyIsRemovedWithItsServer() {
    assertThat(others.without("bbb1").isEmpty()).isTrue();
  }
}
