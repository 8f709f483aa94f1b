package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.meeting.OtherCopy.Standing;
import io.tinyscale.meeting.Whereabouts.State;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every cell of the table in the Javadoc of {@link Whereabouts}, and what events tell. */
class WhereaboutsTest {

  private static final long PATIENCE = 1000;
  private static final long LEARNED = 100;
  private static final long EARLIER = 50;
  private static final long LATER = 200;
  private static final long MUCH_LATER = LEARNED + PATIENCE + 1;

  private static final String ID = "x-1700000000000";
  private static final String OLDER_ID = "x-1600000000000";
  private static final String YOUNGER_ID = "x-1800000000000";

  private final PoolOfThree servers = new PoolOfThree();

  /**
   * Three servers that are up and have told all their meetings, and on which nobody else makes
   * meetings, unless a test says otherwise.
   */
  private static final class PoolOfThree implements Servers {

    private final Set<String> gone = new HashSet<>();
    private final Set<String> down = new HashSet<>();
    private final Set<String> unswept = new HashSet<>();
    private final Set<String> cordoned = new HashSet<>();
    private boolean alone = true;
    private boolean shared;

    @Override
    public List<String> all() {
      return List.of("s1", "s2", "s3").stream().filter(server -> !gone.contains(server)).toList();
    }

    @Override
    public boolean inUse(String server) {
      return all().contains(server);
    }

    @Override
    public boolean reachable(String server) {
      return inUse(server) && !down.contains(server);
    }

    @Override
    public boolean swept(String server) {
      return !unswept.contains(server);
    }

    @Override
    public boolean cordoned(String server) {
      return cordoned.contains(server);
    }

    @Override
    public boolean alone() {
      return alone;
    }

    @Override
    public boolean shared() {
      return shared;
    }
  }

  private static Copy copy(String server, String internalId, int users) {
    return copy(server, internalId, users, LATER);
  }

  private static Copy copy(String server, String internalId, int users, long asked) {
    return Copy.of(server, new HeldMeeting(internalId, users, ""), asked);
  }

  private static Copy copy(String server, String internalId) {
    return copy(server, internalId, HeldMeeting.UNKNOWN);
  }

  /** A meeting on the first server, in this state. */
  private Whereabouts on1(State state) {
    return on1(Whereabouts.NOTHING, state);
  }

  private Whereabouts on1(Whereabouts before, State state) {
    if (state == State.UNKNOWN) {
      return before;
    }
    Whereabouts placed = before.placedOn("s1", LEARNED, servers).next();
    return switch (state) {
      case PLACING -> placed;
      case PERHAPS -> placed.createUnanswered("s1", LEARNED).next();
      case DOUBTFUL -> placed.createErred("s1", LEARNED).next();
      case CERTAIN -> seen(placed);
      case ENDING -> seen(placed).ended("s1", LEARNED).next();
      default -> throw new IllegalStateException();
    };
  }

  private Whereabouts seen(Whereabouts placed) {
    return placed.seenOn(copy("s1", ID, HeldMeeting.UNKNOWN, LEARNED), LEARNED, servers).next();
  }

  /** The same, made again while its old server, the third, was down. */
  private Whereabouts madeAnewOn1(State state) {
    servers.down.add("s3");
    Whereabouts on3 = Whereabouts.NOTHING.seenOn(copy("s3", OLDER_ID), LATER, servers).next();
    Whereabouts anew =
        state == State.UNKNOWN
            ? on1(on3, State.CERTAIN).deniedBy("s1", LATER, LATER, servers).next()
            : on1(on3, state);
    servers.down.clear();
    return anew;
  }

  /**
   * The same, after a create went to the third server and had no answer until the server failed.
   */
  private Whereabouts lostOn3(State state) {
    Whereabouts perhaps = Whereabouts.NOTHING.createUnanswered("s3", EARLIER).next();
    servers.down.add("s3");
    Whereabouts anew =
        state == State.UNKNOWN
            ? on1(perhaps, State.CERTAIN).deniedBy("s1", LATER, LATER, servers).next()
            : on1(perhaps, state);
    servers.down.clear();
    return anew;
  }

  /** The same, while people are in the leftover on the third server. */
  private Whereabouts withPeopleOn3(State state) {
    return madeAnewOn1(state).second("s3", servers).answered(copy("s3", OLDER_ID, 3)).next();
  }

  private static String said(Whereabouts whereabouts) {
    return whereabouts.isKnown()
        ? whereabouts.state() + " " + whereabouts.server()
        : whereabouts.state().toString();
  }

  private static String told(Change.Event event) {
    return event instanceof Change.Split split
        ? "split " + split.kept().server() + " " + split.other().server()
        : event.toString();
  }

  private String after(String event, State state) {
    return said(change(event, state).next());
  }

  private Change change(String event, State state) {
    return switch (event) {
      case "placed" -> on1(state).placedOn("s2", LATER, servers);
      case "placed, s1 down" -> {
        Whereabouts before = on1(state);
        servers.down.add("s1");
        yield before.placedOn("s2", LATER, servers);
      }
      case "placed, s1 down, people on s3" -> {
        Whereabouts before = withPeopleOn3(state);
        servers.down.add("s1");
        yield before.placedOn("s2", LATER, servers);
      }
      case "unanswered on s1" -> on1(state).createUnanswered("s1", LATER);
      case "unanswered on s2" -> on1(state).createUnanswered("s2", LATER);
      case "erred on s1" -> on1(state).createErred("s1", LATER);
      case "erred on s2" -> on1(state).createErred("s2", LATER);
      case "failed on s1" -> on1(state).createFailed("s1");
      case "failed on s2" -> on1(state).createFailed("s2");
      case "failed on s1, s3 down" -> {
        Whereabouts before = madeAnewOn1(state);
        servers.down.add("s3");
        yield before.createFailed("s1");
      }
      case "failed on s1, s3 back" -> madeAnewOn1(state).createFailed("s1");
      case "seen on s1" -> on1(state).seenOn(copy("s1", ID), LATER, servers);
      case "seen on s1, no id" -> on1(state).seenOn(copy("s1", ""), LATER, servers);
      case "seen on s1, next run" -> on1(state).seenOn(copy("s1", YOUNGER_ID), LATER, servers);
      case "seen on s2" -> on1(state).seenOn(copy("s2", YOUNGER_ID), LATER, servers);
      case "seen on s2, older" -> on1(state).seenOn(copy("s2", OLDER_ID), LATER, servers);
      case "seen on s2, s1 down" -> {
        Whereabouts before = on1(state);
        servers.down.add("s1");
        yield before.seenOn(copy("s2", YOUNGER_ID), LATER, servers);
      }
      case "seen on s2, which is down" -> {
        servers.down.add("s2");
        yield on1(state).seenOn(copy("s2", OLDER_ID), LATER, servers);
      }
      case "brought back by s3, younger" ->
          madeAnewOn1(state).seenOn(copy("s3", YOUNGER_ID), LATER, servers);
      case "brought back by s3" -> madeAnewOn1(state).seenOn(copy("s3", OLDER_ID), LATER, servers);
      case "brought back by s3, s1 down" -> {
        Whereabouts before = madeAnewOn1(state);
        servers.down.add("s1");
        yield before.seenOn(copy("s3", OLDER_ID), LATER, servers);
      }
      case "brought back by s3, told to end, s1 down" -> {
        Whereabouts before = madeAnewOn1(state).second("s3", servers).ended().next();
        servers.down.add("s1");
        yield before.seenOn(copy("s3", OLDER_ID), LATER, servers);
      }
      case "made late on s3" -> lostOn3(state).seenOn(copy("s3", YOUNGER_ID), LATER, servers);
      case "made late on s3, with people" ->
          lostOn3(state).seenOn(copy("s3", YOUNGER_ID, 2), LATER, servers);
      case "made late on s3, s1 down" -> {
        Whereabouts before = lostOn3(state);
        servers.down.add("s1");
        yield before.seenOn(copy("s3", YOUNGER_ID), LATER, servers);
      }
      case "failed on s1, lost on s3" -> lostOn3(state).createFailed("s1");
      case "missing from s1, lost on s3, which is down, much later" -> {
        Whereabouts before = lostOn3(state);
        servers.down.add("s3");
        yield missing(before, "s1", MUCH_LATER);
      }
      case "denied by s1" -> on1(state).deniedBy("s1", LATER, LATER, servers);
      case "denied by s1, earlier" -> on1(state).deniedBy("s1", EARLIER, LATER, servers);
      case "denied by s2" -> on1(state).deniedBy("s2", LATER, LATER, servers);
      case "denied by s1, people on s3" ->
          withPeopleOn3(state).deniedBy("s1", LATER, LATER, servers);
      case "ended on s1" -> on1(state).ended("s1", LATER);
      case "ended on s2" -> on1(state).ended("s2", LATER);
      case "missing from s1" -> missing(on1(state), "s1", LATER);
      case "missing from s1, earlier" -> missing(on1(state), "s1", EARLIER);
      case "missing from s1, much later" -> missing(on1(state), "s1", MUCH_LATER);
      case "missing from s2" -> missing(on1(state), "s2", LATER);
      case "missing from s2, s1 gone" -> {
        Whereabouts before = on1(state);
        servers.gone.add("s1");
        yield missing(before, "s2", LATER);
      }
      case "missing from s1, s3 back" -> missing(madeAnewOn1(state), "s1", LATER);
      case "missing from s1, s3 down" -> {
        Whereabouts before = madeAnewOn1(state);
        servers.down.add("s3");
        yield missing(before, "s1", LATER);
      }
      case "missing from s1, s3 down, much later" -> {
        Whereabouts before = madeAnewOn1(state);
        servers.down.add("s3");
        yield missing(before, "s1", MUCH_LATER);
      }
      case "missing from s1, people on s3" -> missing(withPeopleOn3(state), "s1", LATER);
      case "people seen on s3" ->
          madeAnewOn1(state).second("s3", servers).answered(copy("s3", OLDER_ID, 3));
      case "told s3 to end" -> madeAnewOn1(state).second("s3", servers).ended();
      default -> throw new IllegalArgumentException(event);
    };
  }

  private Change missing(Whereabouts before, String server, long begun) {
    return before.missingFromSweep(server, begun, PATIENCE, LATER, servers);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          placed                                    | PLACING s2 | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          placed, s1 down                           | PLACING s2 | PLACING s2 | PLACING s2 | PLACING s2  | PLACING s2 | PLACING s2
          placed, s1 down, people on s3             | CERTAIN s3 | CERTAIN s3 | CERTAIN s3 | CERTAIN s3  | CERTAIN s3 | CERTAIN s3
          unanswered on s1                          | PERHAPS s1 | PERHAPS s1 | PERHAPS s1 | PERHAPS s1  | PERHAPS s1 | PERHAPS s1
          unanswered on s2                          | PERHAPS s2 | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          erred on s1                               | DOUBTFUL s1 | DOUBTFUL s1 | PERHAPS s1 | DOUBTFUL s1 | DOUBTFUL s1 | DOUBTFUL s1
          erred on s2                               | DOUBTFUL s2 | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          failed on s1                              | UNKNOWN    | UNKNOWN    | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          failed on s2                              | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          failed on s1, s3 down                     | UNKNOWN    | CERTAIN s3 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          failed on s1, s3 back                     | UNKNOWN    | CERTAIN s3 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          seen on s1                                | CERTAIN s1 | CERTAIN s1 | CERTAIN s1 | CERTAIN s1  | CERTAIN s1 | ENDING s1
          seen on s1, no id                         | CERTAIN s1 | CERTAIN s1 | CERTAIN s1 | CERTAIN s1  | CERTAIN s1 | ENDING s1
          seen on s1, next run                      | CERTAIN s1 | CERTAIN s1 | CERTAIN s1 | CERTAIN s1  | CERTAIN s1 | CERTAIN s1
          seen on s2                                | CERTAIN s2 | CERTAIN s2 | CERTAIN s2 | CERTAIN s2  | CERTAIN s1 | ENDING s1
          seen on s2, older                         | CERTAIN s2 | CERTAIN s2 | CERTAIN s2 | CERTAIN s2  | CERTAIN s1 | ENDING s1
          seen on s2, s1 down                       | CERTAIN s2 | CERTAIN s2 | CERTAIN s2 | CERTAIN s2  | CERTAIN s2 | CERTAIN s2
          seen on s2, which is down                 | CERTAIN s2 | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          brought back by s3                        | CERTAIN s3 | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          brought back by s3, younger               | CERTAIN s3 | CERTAIN s3 | CERTAIN s3 | CERTAIN s3  | CERTAIN s1 | ENDING s1
          brought back by s3, s1 down               | CERTAIN s3 | CERTAIN s3 | CERTAIN s3 | CERTAIN s3  | CERTAIN s3 | CERTAIN s3
          brought back by s3, told to end, s1 down  | CERTAIN s3 | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          made late on s3                           | CERTAIN s3 | CERTAIN s3 | CERTAIN s3 | CERTAIN s3  | CERTAIN s1 | ENDING s1
          made late on s3, with people              | CERTAIN s3 | CERTAIN s3 | CERTAIN s3 | CERTAIN s3  | CERTAIN s1 | ENDING s1
          made late on s3, s1 down                  | CERTAIN s3 | CERTAIN s3 | CERTAIN s3 | CERTAIN s3  | CERTAIN s3 | CERTAIN s3
          failed on s1, lost on s3                  | UNKNOWN    | PERHAPS s3 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          missing from s1, lost on s3, which is down, much later | UNKNOWN    | PLACING s1 | PERHAPS s3 | PERHAPS s3  | UNKNOWN    | UNKNOWN
          denied by s1                              | UNKNOWN    | PLACING s1 | PERHAPS s1 | UNKNOWN     | UNKNOWN    | UNKNOWN
          denied by s1, earlier                     | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          denied by s2                              | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          denied by s1, people on s3                | UNKNOWN    | PLACING s1 | PERHAPS s1 | CERTAIN s3  | CERTAIN s3 | CERTAIN s3
          ended on s1                               | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | ENDING s1  | ENDING s1
          ended on s2                               | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          missing from s1                           | UNKNOWN    | PLACING s1 | PERHAPS s1 | UNKNOWN     | UNKNOWN    | UNKNOWN
          missing from s1, earlier                  | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          missing from s1, much later               | UNKNOWN    | PLACING s1 | UNKNOWN    | UNKNOWN     | UNKNOWN    | UNKNOWN
          missing from s1, s3 back                  | UNKNOWN    | PLACING s1 | CERTAIN s3 | CERTAIN s3  | UNKNOWN    | UNKNOWN
          missing from s1, s3 down                  | UNKNOWN    | PLACING s1 | PERHAPS s1 | CERTAIN s3  | UNKNOWN    | UNKNOWN
          missing from s1, s3 down, much later      | UNKNOWN    | PLACING s1 | CERTAIN s3 | CERTAIN s3  | UNKNOWN    | UNKNOWN
          missing from s1, people on s3             | UNKNOWN    | PLACING s1 | CERTAIN s3 | CERTAIN s3  | CERTAIN s3 | CERTAIN s3
          missing from s2                           | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          missing from s2, s1 gone                  | UNKNOWN    | UNKNOWN    | UNKNOWN    | UNKNOWN     | UNKNOWN    | UNKNOWN
          people seen on s3                         | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          told s3 to end                            | UNKNOWN    | PLACING s1 | PERHAPS s1 | DOUBTFUL s1 | CERTAIN s1 | ENDING s1
          """)
  void everyEventInEveryState(
      String event,
      String unknown,
      String placing,
      String perhaps,
      String doubtful,
      String certain,
      String ending) {
    String[] expected = {unknown, placing, perhaps, doubtful, certain, ending};
    for (State state : State.values()) {
      servers.down.clear();
      servers.gone.clear();

      assertThat(after(event, state)).as(state.toString()).isEqualTo(expected[state.ordinal()]);
    }
  }

  // Times.

  @Test
  void aDenialMustBeLaterThanTheSighting() {
    Whereabouts certain = on1(State.CERTAIN);

    assertThat(certain.deniedBy("s1", LEARNED, LATER, servers).next()).isSameAs(certain);
    assertThat(certain.deniedBy("s1", LEARNED + 1, LATER, servers).next().isKnown()).isFalse();
  }

  @Test
  void waitsForAnUnansweredCreateUntilItsPatienceEnds() {
    Whereabouts perhaps = on1(State.PERHAPS);

    assertThat(missing(perhaps, "s1", LEARNED + PATIENCE).next()).isSameAs(perhaps);
    assertThat(missing(perhaps, "s1", LEARNED + PATIENCE + 1).next().isNothing()).isTrue();
  }

  @Test
  void aSightingRenewsTheTimeOfAMeeting() {
    Whereabouts certain = on1(State.CERTAIN).seenOn(copy("s1", ID), LATER, servers).next();

    assertThat(certain.since()).isEqualTo(LATER);
    assertThat(on1(State.ENDING).seenOn(copy("s1", ID), LATER, servers).next().since())
        .as("ending since it was told to")
        .isEqualTo(LEARNED);
  }

  // People.

  @Test
  void peopleAreRememberedWithTheTimeOfTheQuestion() {
    Whereabouts counted = on1(State.CERTAIN).seenOn(copy("s1", ID, 7), MUCH_LATER, servers).next();

    assertThat(counted.copy().users()).isEqualTo(7);
    assertThat(counted.copy().asked()).isEqualTo(LATER);
    assertThat(counted.since()).as("when the answer came").isEqualTo(MUCH_LATER);
    Copy untold = copy("s1", "", HeldMeeting.UNKNOWN, MUCH_LATER);
    Copy after = counted.seenOn(untold, MUCH_LATER, servers).next().copy();
    assertThat(after.internalId()).isEqualTo(ID);
    assertThat(after.users()).as("an answer that tells neither run nor people").isEqualTo(7);
    assertThat(after.asked()).isEqualTo(LATER);
    Copy nextRun = copy("s1", YOUNGER_ID, HeldMeeting.UNKNOWN, MUCH_LATER);
    assertThat(counted.seenOn(nextRun, MUCH_LATER, servers).next().copy().users())
        .as("nobody has been counted in the next run")
        .isEqualTo(HeldMeeting.UNKNOWN);
  }

  @Test
  void peopleOfOtherCopiesAreRemembered() {
    assertThat(on3(change("brought back by s3", State.CERTAIN).next()).standing())
        .isEqualTo(Standing.DETACHED);
    OtherCopy inUse = on3(withPeopleOn3(State.CERTAIN));
    assertThat(inUse.standing()).isEqualTo(Standing.IN_USE);
    assertThat(inUse.copy().users()).isEqualTo(3);
    assertThat(change("denied by s1, people on s3", State.CERTAIN).next().copy())
        .as("the leftover that is the meeting again")
        .isEqualTo(inUse.copy());
  }

  private static OtherCopy on3(Whereabouts whereabouts) {
    return Objects.requireNonNull(whereabouts.others().on("s3"));
  }

  @Test
  void aJoinIsRememberedOfTheCopyThatItGoesTo() {
    Whereabouts certain = seenEmptyOn1(LATER);

    Whereabouts joined = certain.joinSent("s1", LATER);
    Whereabouts elsewhere = madeAnewOn1(State.CERTAIN).joinSent("s3", MUCH_LATER);

    assertThat(certain.copy().surelyEmpty()).isTrue();
    assertThat(joined.copy().surelyEmpty()).as("joined when the question began").isFalse();
    assertThat(on3(elsewhere).copy().joined()).isEqualTo(MUCH_LATER);
    assertThat(certain.joinSent("s2", LATER)).isSameAs(certain);
  }

  private Whereabouts seenEmptyOn1(long asked) {
    return on1(State.CERTAIN).seenOn(copy("s1", ID, 0, asked), asked, servers).next();
  }

  @Test
  void aJoinToAMeetingThatIsBeingMadeIsRememberedOnceItIsSeen() {
    Whereabouts seen =
        on1(State.PLACING)
            .joinSent("s1", LATER)
            .seenOn(copy("s1", ID, 0, LATER), MUCH_LATER, servers)
            .next();

    assertThat(seen.copy().surelyEmpty()).isFalse();
  }

  // A create that was not sent.

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PLACING")
  void aCreateThatMadeNothingLeavesAllAsItWas(State state) {
    Whereabouts before =
        on1(state).seenOn(copy("s1", ID, 7), LATER, servers).next().joinSent("s1", LATER);
    servers.down.add("s1");

    Whereabouts placing = before.placedOn("s2", MUCH_LATER, servers).next();

    assertThat(said(placing)).isEqualTo("PLACING s2");
    assertThat(placing.createFailed("s2").next()).isSameAs(before);
  }

  @Test
  void aMeetingThatIsOverRemembersItsDetachedCopiesAfterACreateThatMadeNothing() {
    Whereabouts over = madeAnewOn1(State.UNKNOWN);

    Whereabouts placing = over.placedOn("s2", MUCH_LATER, servers).next();

    assertThat(placing.createFailed("s2").next()).isSameAs(over);
  }

  @Test
  void whatTheOldServerShowsMeanwhileCountsAfterACreateThatMadeNothing() {
    Whereabouts placing = madeAnewOn1(State.PLACING);

    Whereabouts shown = placing.seenOn(copy("s3", OLDER_ID, 4), MUCH_LATER, servers).next();
    Whereabouts joined = placing.joinSent("s3", MUCH_LATER);
    Whereabouts missing = missing(placing, "s3", MUCH_LATER).next();

    assertThat(said(shown)).isEqualTo("PLACING s1");
    assertThat(shown.createFailed("s1").next().copy().users()).isEqualTo(4);
    assertThat(joined.createFailed("s1").next().copy().joined()).isEqualTo(MUCH_LATER);
    assertThat(missing.createFailed("s1").next().isNothing()).isTrue();
  }

  @Test
  void aCreateThatMadeNothingIsForgottenAlsoIfTheMeetingWasSeenElsewhere() {
    Whereabouts seen = change("seen on s2", State.PLACING).next();

    assertThat(seen.hasOtherOn("s1")).as("its create may still act").isTrue();
    assertThat(seen.createFailed("s1").next().hasOtherOn("s1")).isFalse();
  }

  // Two copies.

  private Whereabouts split(int usersOn1, int usersOn2) {
    return on1(State.CERTAIN)
        .seenOn(copy("s1", ID, usersOn1), LATER, servers)
        .next()
        .seenOn(copy("s2", YOUNGER_ID, usersOn2), LATER, servers)
        .next();
  }

  @Test
  void reportsASecondCopyOnce() {
    Change first = change("seen on s2", State.CERTAIN);

    assertThat(first.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s2");
    assertThat(first.next().seenOn(copy("s2", YOUNGER_ID), LATER, servers).events()).isEmpty();
  }

  @Test
  void aMeetingOnOneServerIsNoSplit() {
    for (State state : State.values()) {
      assertThat(change("seen on s1", state).events()).as(state.toString()).isEmpty();
    }
    assertThat(change("seen on s2", State.PLACING).events()).isEmpty();
  }

  @Test
  void aLostAnswerToARepeatedCreateDoesNotChangeWhichCopyIsKept() {
    Whereabouts perhaps = split(0, 0).createUnanswered("s1", LATER).next();

    Change seen = perhaps.seenOn(copy("s2", YOUNGER_ID, 0), LATER, servers);

    assertThat(said(seen.next())).isEqualTo("PERHAPS s1");
    assertThat(seen.events()).isEmpty();
  }

  @Test
  void reportsASecondCopyAgainAfterItWasGone() {
    Whereabouts split = split(0, 0);

    Whereabouts single = missing(split, "s2", LATER).next();

    assertThat(single.others().isEmpty()).isTrue();
    assertThat(single.seenOn(copy("s2", YOUNGER_ID), LATER, servers).events())
        .extracting(WhereaboutsTest::told)
        .containsExactly("split s1 s2");
  }

  /** Two copies that neither a create nor a join of ours went to, as two answers show them. */
  private Whereabouts found(Copy first, Copy second) {
    return Whereabouts.NOTHING
        .seenOn(first, LATER, servers)
        .next()
        .seenOn(second, LATER, servers)
        .next();
  }

  @ParameterizedTest(name = "alone: {0}, people on s1: {1}, on s2: {2}, s1 cordoned: {3}: {4}")
  @CsvSource({
    "true, 0, 1, false, s2",
    "true, 1, 1, false, s1",
    "true, 1, 2, false, s2",
    "true, 0, 0, false, s1",
    "true, 0, 0, true, s2",
    "true, 1, 1, true, s1",
    "false, 0, 1, false, s2",
    "false, 1, 2, false, s1",
    "false, 0, 0, false, s1",
    "false, 0, 0, true, s2",
    "false, 1, 1, true, s1",
  })
  void ofTwoCopiesThatNobodyUsesOneIsKeptInAnyOrder(
      boolean alone, int usersOn1, int usersOn2, boolean cordoned, String kept) {
    servers.alone = alone;
    servers.cordoned.addAll(cordoned ? Set.of("s1") : Set.of());
    Copy older = copy("s1", ID, usersOn1);
    Copy younger = copy("s2", YOUNGER_ID, usersOn2);

    assertThat(found(older, younger).server()).isEqualTo(kept);
    assertThat(found(younger, older).server()).isEqualTo(kept);
  }

  @Test
  void whereBalancersShareTheServersACordonDoesNotDecideBetweenEmptyCopies() {
    servers.alone = false;
    servers.shared = true;
    servers.cordoned.add("s1");
    Copy older = copy("s1", ID, 0);
    Copy younger = copy("s2", YOUNGER_ID, 0);

    assertThat(found(older, younger).server()).isEqualTo("s1");
    assertThat(found(younger, older).server()).isEqualTo("s1");
  }

  @Test
  void ofTwoCopiesOfOneAgeTheFirstByNameIsKept() {
    assertThat(found(copy("s2", ID), copy("s1", ID)).server()).isEqualTo("s1");
  }

  @Test
  void anAnswerAboutAnotherCopyMovesNoCopyThatIsInUse() {
    Change older = change("seen on s2, older", State.CERTAIN);

    assertThat(older.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s2");
    assertThat(older.next().seenOn(copy("s2", OLDER_ID, 5), LATER, servers).next().server())
        .isEqualTo("s1");
  }

  /** A complete sweep of the second server shows so many people in its copy. */
  private Change lookedAt2(Whereabouts split, String internalId, int users, long begun) {
    return lookedAt(split, copy("s2", internalId, users, begun));
  }

  @Test
  void aloneTheCopyInUseStaysUntilItIsEmptyAndTheOtherIsNot() {
    Whereabouts empty = split(0, 0);

    assertThat(lookedAt2(empty, YOUNGER_ID, 0, MUCH_LATER).next().server())
        .as("both are empty")
        .isEqualTo("s1");
    assertThat(lookedAt2(split(1, 1), YOUNGER_ID, 1, MUCH_LATER).next().server())
        .as("people are in both")
        .isEqualTo("s1");
    assertThat(
            lookedAt2(empty.joinSent("s1", MUCH_LATER), YOUNGER_ID, 1, MUCH_LATER).next().server())
        .as("somebody is on the way to the copy in use")
        .isEqualTo("s1");
    Change moved = lookedAt2(empty, YOUNGER_ID, 1, MUCH_LATER);
    assertThat(said(moved.next())).isEqualTo("CERTAIN s2");
    assertThat(moved.events()).extracting(WhereaboutsTest::told).containsExactly("split s2 s1");
  }

  @Test
  void aloneCallsGoToACopyThatHasMorePeopleInTwoLooksInARow() {
    Whereabouts once = lookedAt2(split(2, 3), YOUNGER_ID, 3, LATER).next();
    assertThat(once.server()).as("one look").isEqualTo("s1");

    Change twice = lookedAt2(once, YOUNGER_ID, 3, MUCH_LATER);
    Whereabouts broken = lookedAt2(once, YOUNGER_ID, 2, MUCH_LATER).next();

    assertThat(twice.next().server()).isEqualTo("s2");
    assertThat(twice.events()).extracting(WhereaboutsTest::told).containsExactly("split s2 s1");
    assertThat(lookedAt2(broken, YOUNGER_ID, 3, MUCH_LATER + 1).next().server())
        .as("not in a row")
        .isEqualTo("s1");
  }

  @Test
  void carefulCallsGoToPeopleThenToTheOlderCopyAtEachLook() {
    servers.alone = false;

    assertThat(lookedAt2(split(9, 1), OLDER_ID, 1, MUCH_LATER).next().server())
        .as("people are in both")
        .isEqualTo("s2");
    assertThat(lookedAt2(split(0, 0), OLDER_ID, 0, MUCH_LATER).next().server())
        .as("both are empty")
        .isEqualTo("s2");
    assertThat(lookedAt2(split(1, 0), OLDER_ID, 0, MUCH_LATER).next().server())
        .as("people are in the younger")
        .isEqualTo("s1");
    assertThat(lookedAt2(split(0, 1), YOUNGER_ID, 1, MUCH_LATER).next().server())
        .as("people are in the younger")
        .isEqualTo("s2");
    assertThat(lookedAt2(split(9, 10), YOUNGER_ID, 10, MUCH_LATER).next().server())
        .as("people are in both")
        .isEqualTo("s1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptyCopyOnACordonedServerIsLeftForAnEmptyCopyOnAnother(boolean alone) {
    servers.alone = alone;
    servers.cordoned.add("s1");

    assertThat(lookedAt2(split(0, 0), YOUNGER_ID, 0, MUCH_LATER).next().server()).isEqualTo("s2");
    assertThat(lookedAt2(split(1, 0), YOUNGER_ID, 0, MUCH_LATER).next().server())
        .as("with people")
        .isEqualTo("s1");
    servers.cordoned.clear();
    servers.cordoned.add("s2");
    assertThat(lookedAt2(split(0, 0), OLDER_ID, 0, MUCH_LATER).next().server()).isEqualTo("s1");
  }

  @Test
  void copiesAreComparedOnlyWhileTheirServersAreUpAndTellTheirPeople() {
    servers.alone = false;
    int unknown = HeldMeeting.UNKNOWN;

    assertThat(lookedAt2(split(unknown, 1), OLDER_ID, 1, MUCH_LATER).next().server())
        .isEqualTo("s1");
    assertThat(lookedAt2(split(0, unknown), OLDER_ID, unknown, MUCH_LATER).next().server())
        .isEqualTo("s1");
    for (String down : List.of("s1", "s2")) {
      Whereabouts split = split(0, 1);
      servers.down.add(down);
      assertThat(lookedAt2(split, OLDER_ID, 1, MUCH_LATER).next().server())
          .as(down + " is down")
          .isEqualTo("s1");
      servers.down.clear();
    }
  }

  @Test
  void aLeftoverWithPeopleIsTheMeetingAgainIfNobodyIsInTheNewCopy() {
    Whereabouts empty = madeAnewOn1(State.CERTAIN).seenOn(copy("s1", ID, 0), LATER, servers).next();

    Change back = lookedAt(empty, copy("s3", OLDER_ID, 3, MUCH_LATER));

    assertThat(said(back.next())).isEqualTo("CERTAIN s3");
    assertThat(back.events()).extracting(WhereaboutsTest::told).containsExactly("split s3 s1");
    assertThat(back.next().second("s1", servers).isLeftover()).as("which we made").isTrue();
  }

  @Test
  void placesOnAKnownSecondCopyInsteadOfMakingAThird() {
    Whereabouts split = split(1, 1);
    servers.down.add("s1");

    Whereabouts placed = split.placedOn("s3", LATER, servers).next();

    assertThat(said(placed)).isEqualTo("CERTAIN s2");
    assertThat(placed.copy().internalId()).isEqualTo(YOUNGER_ID);
    assertThat(placed.others().byServer().get("s1").standing()).isEqualTo(Standing.DETACHED);
  }

  @Test
  void makesAThirdCopyIfBothServersAreDown() {
    Whereabouts split = split(1, 1);
    servers.down.addAll(Set.of("s1", "s2"));

    assertThat(said(split.placedOn("s3", LATER, servers).next())).isEqualTo("PLACING s3");
  }

  @Test
  void aRivalIsTheMeetingWhenTheKeptCopyIsOver() {
    Whereabouts split = split(3, 3);

    Whereabouts over = split.deniedBy("s1", MUCH_LATER, MUCH_LATER, servers).next();

    assertThat(over.server()).isEqualTo("s2");
    assertThat(over.isCertain()).isTrue();
  }

  @Test
  void aRivalOnAServerThatIsDownIsRememberedWhenTheMeetingIsMadeAnew() {
    Whereabouts split = split(3, 3);
    servers.down.add("s2");

    Whereabouts anew =
        split
            .deniedBy("s1", MUCH_LATER, MUCH_LATER, servers)
            .next()
            .placedOn("s3", MUCH_LATER, servers)
            .next()
            .seenOn(copy("s3", ID), LATER, servers)
            .next();

    assertThat(anew.server()).isEqualTo("s3");
    assertThat(anew.second("s2", servers).isLeftover()).isTrue();
  }

  @Test
  void aRivalOfUnknownOriginIsNoLeftover() {
    Whereabouts split = lookedTwice(split(1, 0), "s2", YOUNGER_ID);

    assertThat(split.second("s2", servers).isLeftover()).isFalse();
    assertThat(split.second("s2", servers).isToBeEnded()).isFalse();
    assertThat(split.second("s2", servers).answered(copy("s2", YOUNGER_ID, 2)).events()).isEmpty();
  }

  @Test
  void aRivalThatWeMadeIsALeftover() {
    Whereabouts moved = lookedAt2(split(0, 1), YOUNGER_ID, 1, MUCH_LATER).next();

    Whereabouts looked = lookedTwice(moved, "s1", ID);

    assertThat(looked.others().byServer().get("s1").standing()).isEqualTo(Standing.RIVAL);
    assertThat(looked.second("s1", servers).isToBeEnded()).isTrue();
    assertThat(looked.second("s1", servers).ended().events())
        .containsExactly(new Change.LeftoverEnded("s1", "s2"));
  }

  private Copy neverJoined(String server, String internalId, long asked) {
    return Copy.of(server, new HeldMeeting(internalId, 0, "", 0, 0, 0, false, 0, false), asked);
  }

  @Test
  void unlessAloneACopyThatSomebodyJoinedIsReportedAndNotEnded() {
    servers.alone = false;
    Whereabouts people =
        madeAnewOn1(State.CERTAIN).seenOn(copy("s1", ID, 1), LATER, servers).next();

    Change once = lookedAt(people, copy("s3", OLDER_ID, 0, LATER));
    Whereabouts twice = looked(once.next(), copy("s3", OLDER_ID, 0, MUCH_LATER));

    assertThat(once.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s3");
    assertThat(twice.second("s3", servers).isToBeEnded()).isFalse();
    servers.alone = true;
    assertThat(twice.second("s3", servers).isToBeEnded()).as("alone").isTrue();
  }

  @Test
  void unlessAloneACopyOfOursThatNobodyEverJoinedIsALeftover() {
    servers.alone = false;
    Whereabouts ours =
        on1(State.PLACING).seenOn(neverJoined("s1", ID, LEARNED), LEARNED, servers).next();
    Whereabouts moved =
        lookedAt2(ours.seenOn(copy("s2", OLDER_ID, 1), LATER, servers).next(), OLDER_ID, 1, LATER)
            .next();

    Whereabouts twice =
        looked(looked(moved, neverJoined("s1", ID, LATER)), neverJoined("s1", ID, MUCH_LATER));

    assertThat(said(moved)).isEqualTo("CERTAIN s2");
    assertThat(twice.second("s1", servers).isToBeEnded()).isTrue();
  }

  @Test
  void ofSeveralBalancersEachEndsAnyEmptyCopyThatNobodyEverJoined() {
    servers.alone = false;
    Whereabouts split = found(copy("s1", ID, 1), neverJoined("s2", YOUNGER_ID, LATER));

    Whereabouts twice =
        looked(
            looked(split, neverJoined("s2", YOUNGER_ID, LATER)),
            neverJoined("s2", YOUNGER_ID, MUCH_LATER));

    assertThat(twice.second("s2", servers).isToBeEnded()).as("auto").isFalse();
    servers.shared = true;
    assertThat(twice.second("s2", servers).isToBeEnded()).as("several").isTrue();
    assertThat(twice.second("s2", servers).ended().events())
        .containsExactly(new Change.LeftoverEnded("s2", "s1"));
  }

  @Test
  void oneRunOnTwoServersIsNoLeftover() {
    Whereabouts split = on1(State.CERTAIN).seenOn(copy("s2", ID), LATER, servers).next();
    servers.down.add("s1");
    Whereabouts moved = split.placedOn("s3", LATER, servers).next();
    servers.down.clear();

    assertThat(said(moved)).isEqualTo("CERTAIN s2");
    assertThat(lookedTwice(moved, "s1", ID).second("s1", servers).isToBeEnded()).isFalse();
  }

  // Leftovers.

  @Test
  void aCopyIsALeftoverOnlyWhileTheMeetingIsCertainElsewhere() {
    for (State state : State.values()) {
      servers.down.clear();
      assertThat(madeAnewOn1(state).second("s3", servers).isLeftover())
          .as(state.toString())
          .isEqualTo(state == State.CERTAIN || state == State.ENDING);
    }
    Whereabouts certain = madeAnewOn1(State.CERTAIN);
    servers.down.add("s1");
    assertThat(certain.second("s3", servers).isLeftover()).as("its server is down").isFalse();
    assertThat(certain.second("s2", servers).isLeftover()).isFalse();
  }

  @Test
  void reportsPeopleInALeftoverOnce() {
    Change first = change("people seen on s3", State.CERTAIN);

    assertThat(first.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s3");
    assertThat(first.next().second("s3", servers).answered(copy("s3", OLDER_ID, 5)).events())
        .isEmpty();
    Change ended = first.next().second("s3", servers).ended();
    assertThat(ended.events()).containsExactly(new Change.LeftoverEnded("s3", "s1"));
    assertThat(ended.next().second("s3", servers).ended().events()).isEmpty();
  }

  @Test
  void forgetsALeftoverThatASweepNoLongerShows() {
    Whereabouts told = missing(madeAnewOn1(State.CERTAIN), "s3", LATER).next();

    assertThat(told.others().isEmpty()).isTrue();
    assertThat(told.seenOn(copy("s3", YOUNGER_ID), LATER, servers).events())
        .as("what appears there later is a second copy")
        .extracting(WhereaboutsTest::told)
        .containsExactly("split s1 s3");
  }

  @Test
  void remembersADetachedCopyAfterTheMeetingEnds() {
    Whereabouts over = madeAnewOn1(State.UNKNOWN);

    assertThat(on3(over)).isEqualTo(OtherCopy.of(Standing.DETACHED, copy("s3", OLDER_ID)));
    assertThat(over.isNothing()).isFalse();
    Whereabouts onceMore = on1(over, State.CERTAIN);
    assertThat(onceMore.second("s3", servers).isLeftover()).isTrue();
    assertThat(missing(over, "s3", LATER).next().isNothing()).isTrue();
  }

  @Test
  void forgetsADetachedCopyWithItsServer() {
    Whereabouts over = madeAnewOn1(State.UNKNOWN);
    servers.gone.add("s3");

    assertThat(missing(over, "s2", LATER).next().isNothing()).isTrue();
  }

  @Test
  void theNewMeetingIsTheLeftoverIfItsServerFailsToo() {
    Whereabouts back = change("brought back by s3, s1 down", State.CERTAIN).next();
    servers.down.clear();

    assertThat(back.second("s1", servers).isLeftover()).isTrue();
    assertThat(said(back.seenOn(copy("s1", ID), LATER, servers).next())).isEqualTo("CERTAIN s3");
  }

  // Two looks.

  /** A complete sweep shows another copy. */
  private Change lookedAt(Whereabouts before, Copy shown) {
    return before.second(shown.server(), servers).lookedAt(shown, shown.asked());
  }

  private Whereabouts looked(Whereabouts before, Copy shown) {
    return lookedAt(before, shown).next();
  }

  private Whereabouts lookedTwice(Whereabouts before, String server, String internalId) {
    Whereabouts once = looked(before, copy(server, internalId, 0, LATER));
    return looked(once, copy(server, internalId, 0, MUCH_LATER));
  }

  private Whereabouts lookedTwiceAt3(State state) {
    return lookedTwice(madeAnewOn1(state), "s3", OLDER_ID);
  }

  /** Every state of a leftover that was empty in one look, and then this happened. */
  private Whereabouts afterOneLook(String event) {
    Whereabouts once = looked(madeAnewOn1(State.CERTAIN), copy("s3", OLDER_ID, 0, LATER));
    return switch (event) {
      case "nothing" -> once;
      case "a join to it" -> once.joinSent("s3", LATER);
      case "a join to the kept copy" -> once.joinSent("s1", LATER);
      case "people in a look" -> looked(once, copy("s3", OLDER_ID, 1));
      case "an unknown number of people in a look" -> looked(once, copy("s3", OLDER_ID));
      case "people in a partial sweep" ->
          once.seenOn(copy("s3", OLDER_ID, 1), LATER, servers).next();
      case "nobody in a partial sweep" ->
          once.seenOn(copy("s3", OLDER_ID, 0), LATER, servers).next();
      case "people by the answer to a question" ->
          once.second("s3", servers).answered(copy("s3", OLDER_ID, 1)).next();
      case "another run" -> once.seenOn(copy("s3", YOUNGER_ID, 0), LATER, servers).next();
      case "a failure of the kept server" -> {
        servers.down.add("s1");
        yield once;
      }
      case "an end of the kept copy" -> once.ended("s1", LATER).next();
      case "a lost create" -> once.createUnanswered("s1", LATER).next();
      default -> throw new IllegalArgumentException(event);
    };
  }

  @ParameterizedTest(name = "after {0}: {1}")
  @CsvSource({
    "nothing, true",
    "a join to it, false",
    "a join to the kept copy, true",
    "people in a look, false",
    "an unknown number of people in a look, false",
    "people in a partial sweep, false",
    "nobody in a partial sweep, true",
    "people by the answer to a question, false",
    "another run, false",
    "a failure of the kept server, false",
    "an end of the kept copy, true",
    "a lost create, false"
  })
  void aSecondLookAtAnEmptyLeftoverEndsIt(String event, boolean isEnded) {
    Whereabouts before = afterOneLook(event);
    assertThat(before.second("s3", servers).isToBeEnded()).as("one look").isFalse();

    Whereabouts twice = looked(before, copy("s3", OLDER_ID, 0, MUCH_LATER));

    assertThat(twice.second("s3", servers).isToBeEnded()).isEqualTo(isEnded);
  }

  @Test
  void afterAJoinTheRowOfLooksBeginsAnew() {
    Whereabouts joined = lookedTwiceAt3(State.CERTAIN).joinSent("s3", MUCH_LATER + 1);
    assertThat(joined.second("s3", servers).isToBeEnded()).isFalse();

    Whereabouts once = looked(joined, copy("s3", OLDER_ID, 0, MUCH_LATER + 2));
    Whereabouts twice = looked(once, copy("s3", OLDER_ID, 0, MUCH_LATER + 3));

    assertThat(once.second("s3", servers).isToBeEnded()).isFalse();
    assertThat(twice.second("s3", servers).isToBeEnded()).isTrue();
  }

  @Test
  void anEmptyCopyIsEndedOnlyWhileTheMeetingIsCertainElsewhere() {
    for (State state : List.of(State.PLACING, State.PERHAPS, State.UNKNOWN)) {
      assertThat(lookedTwiceAt3(state).second("s3", servers).isToBeEnded())
          .as(state.toString())
          .isFalse();
    }
  }

  @Test
  void anEmptyCopyIsEndedOnlyWhileItsOwnServerIsUp() {
    Whereabouts twice = lookedTwiceAt3(State.CERTAIN);
    servers.down.add("s3");

    assertThat(twice.second("s3", servers).isToBeEnded()).isFalse();
  }

  @Test
  void unlessAloneNoCopyIsEndedBeforeThePeopleInTheKeptCopyWereCounted() {
    Whereabouts certain =
        on1(State.PLACING).seenOn(neverJoined("s1", ID, LEARNED), LEARNED, servers).next();
    servers.down.add("s1");
    Whereabouts anew = certain.placedOn("s2", LATER, servers).next();
    Whereabouts made = anew.seenOn(copy("s2", OLDER_ID), LATER, servers).next();
    servers.down.clear();
    Whereabouts back = made.seenOn(neverJoined("s1", ID, LATER), LATER, servers).next();
    Whereabouts twice =
        looked(looked(back, neverJoined("s1", ID, LATER)), neverJoined("s1", ID, MUCH_LATER));

    assertThat(twice.second("s1", servers).isToBeEnded()).as("alone").isTrue();
    servers.alone = false;
    assertThat(twice.second("s1", servers).isToBeEnded()).as("not counted").isFalse();
    Whereabouts counted = twice.seenOn(copy("s2", OLDER_ID, 0), MUCH_LATER, servers).next();
    assertThat(counted.second("s1", servers).isToBeEnded()).as("counted").isTrue();
  }

  // Copies that were never seen.

  @Test
  void aCopyThatWasOnlyPlacedIsNotDetached() {
    for (Whereabouts lost : List.of(lostOn3(State.CERTAIN), lostOn3(State.PLACING))) {
      assertThat(on3(lost).standing()).isEqualTo(Standing.POSSIBLE);
      assertThat(lookedTwice(lost, "s3", YOUNGER_ID).second("s3", servers).isToBeEnded()).isFalse();
    }
  }

  @Test
  void peopleInACopyThatIsMadeLateAreReported() {
    Whereabouts people = lostOn3(State.CERTAIN).seenOn(copy("s1", ID, 1), LATER, servers).next();

    Change late = people.seenOn(copy("s3", YOUNGER_ID, 2), LATER, servers);

    assertThat(said(late.next())).isEqualTo("CERTAIN s1");
    assertThat(late.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s3");
    assertThat(on3(late.next()).standing()).isEqualTo(Standing.RIVAL);
  }

  @Test
  void anEmptyCopyThatIsMadeLateIsALeftover() {
    Change late = change("made late on s3", State.CERTAIN);

    assertThat(late.events()).isEmpty();
    assertThat(lookedTwice(late.next(), "s3", YOUNGER_ID).second("s3", servers).isToBeEnded())
        .isTrue();
    assertThat(lookedAt(late.next(), copy("s3", YOUNGER_ID, 1, LATER)).events())
        .as("people come after all")
        .extracting(WhereaboutsTest::told)
        .containsExactly("split s1 s3");
  }

  @Test
  void aCreateWithoutAnAnswerIsRememberedUntilItCanActNoMore() {
    for (State state : List.of(State.CERTAIN, State.UNKNOWN)) {
      Whereabouts lost = lostOn3(state);

      assertThat(missing(lost, "s3", EARLIER + PATIENCE).next()).isSameAs(lost);
      assertThat(missing(lost, "s3", EARLIER + PATIENCE + 1).next().hasOtherOn("s3")).isFalse();
    }
  }

  @Test
  void theNewMeetingIsPossibleIfTheOldCopyIsBackAndTheCreateHadNoAnswer() {
    Whereabouts back = change("missing from s1, s3 back", State.PERHAPS).next();
    Whereabouts late = back.seenOn(copy("s1", YOUNGER_ID), LATER, servers).next();

    assertThat(said(late)).isEqualTo("CERTAIN s3");
    assertThat(lookedTwice(back, "s1", YOUNGER_ID).second("s1", servers).isToBeEnded()).isFalse();
    assertThat(lookedTwice(late, "s1", YOUNGER_ID).second("s1", servers).isToBeEnded()).isTrue();
  }

  @Test
  void aCopyOnAServerThatNeverToldItsMeetingsIsARival() {
    servers.down.add("s3");
    servers.unswept.add("s3");
    Whereabouts placed = on1(State.PLACING);
    assertThat(placed.fallbacks(servers)).containsExactly("s3");
    assertThat(placed.createFailed("s1").next().isNothing()).isTrue();
    servers.down.clear();

    Change shown = seen(placed).seenOn(copy("s3", YOUNGER_ID), LATER, servers);

    assertThat(shown.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s3");
    assertThat(lookedTwice(shown.next(), "s3", YOUNGER_ID).second("s3", servers).isToBeEnded())
        .as("we neither made nor gave up this copy")
        .isFalse();
  }

  @Test
  void anotherRunOnTheOldServerIsARival() {
    Change shown = change("brought back by s3, younger", State.CERTAIN);

    assertThat(shown.events()).extracting(WhereaboutsTest::told).containsExactly("split s1 s3");
    assertThat(lookedTwice(shown.next(), "s3", YOUNGER_ID).second("s3", servers).isToBeEnded())
        .isFalse();
  }

  @Test
  void aServerThatIsDownIsNoFallbackIfItsLastSweepWasEmpty() {
    servers.down.add("s3");

    assertThat(on1(State.PLACING).others().isEmpty()).isTrue();
  }

  @Test
  void theOldServerIsAFallbackUntilTheNewOneIsCertain() {
    assertThat(madeAnewOn1(State.PLACING).fallbacks(servers)).containsExactly("s3");
    assertThat(madeAnewOn1(State.PERHAPS).fallbacks(servers)).containsExactly("s3");
    assertThat(madeAnewOn1(State.CERTAIN).fallbacks(servers)).isEmpty();
    Whereabouts placing = madeAnewOn1(State.PLACING);
    servers.gone.add("s3");
    assertThat(placing.fallbacks(servers)).isEmpty();
  }

  @Test
  void anEventThatChangesNothingReturnsTheSameObject() {
    Whereabouts certain = madeAnewOn1(State.CERTAIN);

    assertThat(missing(certain, "s2", LATER).next()).isSameAs(certain);
    assertThat(certain.placedOn("s2", LATER, servers).next()).isSameAs(certain);
    assertThat(certain.unchanged().next()).isSameAs(certain);
    assertThat(missing(Whereabouts.NOTHING, "s1", LATER).next()).isSameAs(Whereabouts.NOTHING);
  }

  @Test
  void aCreateOnItsWayKeepsItsFormerStateIfNothingChanges() {
    Whereabouts placing = madeAnewOn1(State.PLACING);

    assertThat(missing(placing, "s2", LATER).next()).isSameAs(placing);
  }

  @Test
  void afterTwoCreatesThatMadeNothingAllIsAsItWas() {
    Whereabouts placing = madeAnewOn1(State.PLACING);
    servers.down.addAll(Set.of("s1", "s3"));

    Whereabouts again = placing.placedOn("s2", LATER, servers).next();

    assertThat(said(again)).isEqualTo("PLACING s2");
    assertThat(said(again.createFailed("s2").next())).isEqualTo("CERTAIN s3");
  }

  /** The meeting, made anew on the second server while the first is down, which then comes back. */
  private Change bringsBackOn1(Whereabouts on1) {
    servers.down.add("s1");
    Whereabouts anew =
        on1.placedOn("s2", LATER, servers).next().seenOn(copy("s2", ID), LATER, servers).next();
    servers.down.clear();
    return anew.seenOn(copy("s1", OLDER_ID), LATER, servers);
  }

  @Test
  void aCopyThatWasSeenWithoutItsInternalIdIsALeftoverOnceItIsGivenUp() {
    Whereabouts on1 = Whereabouts.NOTHING.seenOn(copy("s1", ""), LEARNED, servers).next();

    Change back = bringsBackOn1(on1);

    assertThat(back.events()).isEmpty();
    assertThat(back.next().second("s1", servers).isLeftover()).isTrue();
  }

  @Test
  void aCopyThatWasSeenBeforeItsLastCreateWasLostIsALeftoverOnceItIsGivenUp() {
    Whereabouts seen = Whereabouts.NOTHING.seenOn(copy("s1", OLDER_ID), LEARNED, servers).next();

    Change back = bringsBackOn1(seen.createUnanswered("s1", LEARNED).next());

    assertThat(back.events()).isEmpty();
    assertThat(back.next().second("s1", servers).isLeftover()).isTrue();
  }

  @Test
  void tellsTheCopiesThatServersMayHave() {
    Whereabouts certain = madeAnewOn1(State.CERTAIN);
    Whereabouts toldToEnd = certain.second("s3", servers).ended().next();

    assertThat(certain.copies()).extracting(Copy::server).containsExactly("s1", "s3");
    assertThat(toldToEnd.copies()).extracting(Copy::server).containsExactly("s1");
    assertThat(madeAnewOn1(State.UNKNOWN).copies()).extracting(Copy::server).containsExactly("s3");
  }

  @Test
  void aLostCreateIsForgottenAlthoughAnOlderOneMayActOnAServerThatIsUp() {
    Whereabouts lost = missing(lostOn3(State.PERHAPS), "s1", MUCH_LATER).next();

    assertThat(lost.isKnown()).isFalse();
    assertThat(lost.hasOtherOn("s3")).isTrue();
  }

  @Test
  void nothingChangesWhereNoSecondCopyIsKnown() {
    Whereabouts certain = on1(State.CERTAIN);
    SecondCopy none = certain.second("s2", servers);

    assertThat(none.lookedAt(copy("s2", YOUNGER_ID, 3), LATER).next()).isSameAs(certain);
    assertThat(none.answered(copy("s2", YOUNGER_ID, 3)).next()).isSameAs(certain);
    assertThat(none.ended().next()).isSameAs(certain);
    assertThat(none.endedToo().next()).isSameAs(certain);
  }

  @Test
  void aLookAtAServerThatIsNotUpYetIsNoSighting() {
    Whereabouts certain = lostOn3(State.CERTAIN);
    servers.down.add("s3");

    assertThat(certain.second("s3", servers).lookedAt(copy("s3", YOUNGER_ID, 3), LATER).next())
        .isSameAs(certain);
  }

  @Test
  void aMoveToTheSameRunUnderAnotherNameIsNoSplit() {
    Whereabouts certain = on1(State.CERTAIN);
    servers.down.add("s1");

    Change moved = certain.seenOn(copy("s2", ID), LATER, servers);

    assertThat(said(moved.next())).isEqualTo("CERTAIN s2");
    assertThat(moved.events()).isEmpty();
  }

  @Test
  void peopleInALeftoverAreReportedAgainBesideTheNextMeeting() {
    Whereabouts before = withPeopleOn3(State.CERTAIN);
    servers.down.addAll(Set.of("s1", "s3"));
    Whereabouts anew =
        before
            .placedOn("s2", LATER, servers)
            .next()
            .seenOn(copy("s2", YOUNGER_ID), LATER, servers)
            .next();
    servers.down.clear();

    Change shown = anew.second("s3", servers).answered(copy("s3", OLDER_ID, 3));

    assertThat(shown.events()).extracting(WhereaboutsTest::told).containsExactly("split s2 s3");
  }

  @Test
  void aServerThatMayHaveACopyIsAFallbackUnlessItWasToldToEndTheCopy() {
    Whereabouts toldToEnd = madeAnewOn1(State.CERTAIN).second("s3", servers).ended().next();

    assertThat(lostOn3(State.PLACING).fallbacks(servers)).containsExactly("s3");
    assertThat(withPeopleOn3(State.CERTAIN).createUnanswered("s1", LATER).next().fallbacks(servers))
        .containsExactly("s3");
    assertThat(toldToEnd.createUnanswered("s1", LATER).next().fallbacks(servers)).isEmpty();
  }

  @Test
  void remembersEachCopyThatItsServerMayBringBackAfterTheMeetingEnds() {
    Whereabouts toldToEnd = madeAnewOn1(State.CERTAIN).second("s3", servers).ended().next();
    Whereabouts inUse = withPeopleOn3(State.CERTAIN);

    assertThat(lostOn3(State.UNKNOWN).hasOtherOn("s3")).isTrue();
    assertThat(toldToEnd.deniedBy("s1", LATER, LATER, servers).next().hasOtherOn("s3")).isTrue();
    servers.gone.add("s1");
    assertThat(missing(inUse, "s2", LATER).next().hasOtherOn("s3")).isTrue();
  }

  @Test
  void forgetsARivalWithTheServerOfTheMeeting() {
    Whereabouts before = split(0, 0);
    servers.gone.add("s1");

    Whereabouts after = missing(before, "s3", MUCH_LATER).next();

    assertThat(after.isNothing()).isTrue();
  }
}
