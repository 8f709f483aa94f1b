package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a copy of a meeting knows of its people. */
class CopyTest {

  private static final long START = Long.MAX_VALUE - 10;

  /** A copy that was made at the start, on a clock that overflows meanwhile. */
  private static Copy made() {
    return Copy.made("bbb1", "x-1", START);
  }

  private static Copy shown(String internalId, int users, long asked) {
    return Copy.of("bbb1", new HeldMeeting(internalId, users, ""), START + asked);
  }

  @ParameterizedTest(name = "{0} people, asked at {1}, joined at {2}: {3}")
  @CsvSource({
    "0, 20, 19, true",
    "0, 20, 20, false",
    "0, 20, 21, false",
    "1, 20, 19, false",
    "-1, 20, 19, false"
  })
  void isSurelyEmptyIfNoJoinWentOutSinceTheQuestion(
      int users, long asked, long joined, boolean isEmpty) {
    Copy copy = made().joinedAt(START + joined).shownAs(shown("x-1", users, asked));

    assertThat(copy.surelyEmpty()).isEqualTo(isEmpty);
  }

  @Test
  void isNotSurelyEmptyByTheAnswerToACreate() {
    assertThat(made().surelyEmpty()).isFalse();
    assertThat(made().shownAs(shown("x-1", 0, 1)).surelyEmpty()).isTrue();
  }

  @Test
  void anAnswerToAnOlderQuestionDoesNotChangeTheNumberOfPeople() {
    Copy copy = made().shownAs(shown("x-1", 3, 20));

    assertThat(copy.shownAs(shown("x-1", 0, 19)).users()).isEqualTo(3);
    assertThat(copy.shownAs(shown("x-1", 0, 21)).users()).isZero();
  }

  @Test
  void theNextRunKeepsTheTimeOfTheLastJoin() {
    Copy copy = made().joinedAt(START + 20);

    Copy next = copy.shownAs(shown("x-2", 0, 19));

    assertThat(next.internalId()).isEqualTo("x-2");
    assertThat(next.surelyEmpty()).as("the join may lead there").isFalse();
  }

  @Test
  void knowsTheTimeOfTheLastCreate() {
    Copy copy = made().shownAs(shown("x-1", 0, 20));
    assertThat(copy.noCreateSince(copy.asked())).isTrue();

    Copy repeated = copy.shownAs(Copy.made("bbb1", "x-1", START + 30));
    assertThat(repeated.noCreateSince(copy.asked())).as("answered").isFalse();
    assertThat(repeated.surelyEmpty()).as("a create brings nobody by itself").isTrue();
    assertThat(copy.unansweredAt(START + 30).noCreateSince(copy.asked())).isFalse();
    assertThat(repeated.shownAs(shown("x-1", 0, 31)).noCreateSince(START + 31)).isTrue();
  }

  @Test
  void knowsWhetherACreateOfOursMadeThisRun() {
    assertThat(made().shownAs(shown("x-1", 0, 1)).ours()).isTrue();
    assertThat(made().shownAs(shown("x-2", 0, 1)).ours()).as("the next run").isFalse();
    assertThat(Copy.placed("bbb1", START).shownAs(shown("x-1", 0, 1)).ours()).isTrue();
    assertThat(Copy.unseen("bbb1", START).shownAs(shown("x-1", 0, 1)).ours()).isFalse();
    assertThat(Copy.unseen("bbb1", START).shownAs(made()).ours()).isTrue();
    assertThat(shown("x-1", 0, 1).shownAs(made()).ours())
        .as("the server had it before the create")
        .isFalse();
    assertThat(shown("x-1", 0, 1).shownAs(Copy.made("bbb1", "x-2", START)).ours()).isTrue();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "x-1700000000000, 1700000000000",
    "x-y-5, 5",
    "-5, 5",
    "17, 9223372036854775807",
    "x-, 9223372036854775807",
    "x-y, 9223372036854775807",
    "'', 9223372036854775807"
  })
  void itsInternalIdTellsWhenItWasMade(String internalId, long time) {
    assertThat(shown(internalId, 0, 1).createTime()).isEqualTo(time);
  }

  @Test
  void nothingWentToACopyThatNobodyHasSeen() {
    Copy unseen = Copy.unseen("bbb1", START);

    assertThat(unseen.noJoinSince(START)).isTrue();
    assertThat(unseen.noCreateSince(START)).isTrue();
    assertThat(Copy.placed("bbb1", START).noCreateSince(START)).isFalse();
  }

  private static Copy entered(String internalId, boolean everJoined) {
    return Copy.of(
        "bbb1", new HeldMeeting(internalId, 0, "", 0, 0, 0, false, 0, everJoined), START);
  }

  @Test
  void knowsWhetherAnybodyHasEverBeenInThisRun() {
    Copy joined = entered("x-1", true);
    Copy empty = entered("x-1", false);

    assertThat(joined.shownAs(empty).everJoined()).isTrue();
    assertThat(empty.shownAs(joined).everJoined()).isTrue();
    assertThat(empty.shownAs(empty).everJoined()).isFalse();
    assertThat(joined.shownAs(entered("x-2", false)).everJoined()).as("the next run").isFalse();
  }

  @Test
  void knowsWhetherACreateOrAJoinOfOursWentToIt() {
    Copy shown = shown("x-1", 0, 1);

    assertThat(made().shownAs(shown).used()).isTrue();
    assertThat(shown.shownAs(made()).used()).isTrue();
    assertThat(shown.shownAs(shown).used()).isFalse();
    assertThat(shown.joinedAt(START).used()).isTrue();
  }
}
