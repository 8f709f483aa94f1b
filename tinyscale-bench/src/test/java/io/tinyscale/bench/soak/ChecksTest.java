package io.tinyscale.bench.soak;

import static io.tinyscale.bench.soak.Story.OPEN;
import static io.tinyscale.bench.soak.Story.document;
import static io.tinyscale.bench.soak.Story.failed;
import static io.tinyscale.bench.soak.Story.internalId;
import static io.tinyscale.bench.soak.Story.list;
import static io.tinyscale.bench.soak.Story.partial;
import static io.tinyscale.bench.soak.Story.success;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every check finds what it is there for, in histories made up to break the promise. */
class ChecksTest {

  private final Story story = new Story();

  private List<Violation> violations(Check check) {
    return check.violationsIn(story.history());
  }

  private void expectNone(Check check) {
    assertThat(violations(check)).isEmpty();
  }

  private void expectOne(Check check, String... words) {
    assertThat(violations(check)).singleElement().asString().contains(words);
  }

  @Nested
  class ThrownOut {

    private final Check check = new NobodyThrownOut();

    @Test
    void findsAMeetingWithPeopleThatNobodyEnded() {
      story.joinedLife("bbb1", "math", 10, 20, 12).call("end", "math", 3, 4, success(""));

      expectOne(check, "people were in math", "math on bbb1");
    }

    @Test
    void allowsTheEndThatAFrontEndAskedFor() {
      story.joinedLife("bbb1", "math", 10, 20, 12).call("end", "math", 19, 21, failed("x"));

      expectNone(check);
    }

    @Test
    void allowsAnEndRequestedWhileTheServerWasStopped() {
      story
          .trouble("bbb1", "stop", 5, 10.01)
          .joinedLife("bbb1", "math", 10, 10.02, 10.01)
          .call("end", "math", 6, 8, failed("internalError"))
          .trouble("bbb2", "stop", 5, 7)
          .joinedLife("bbb2", "art", 10, 10.02, 10.01)
          .call("end", "art", 6, 8, failed("internalError"));

      expectOne(check, "people were in art", "art on bbb2");
    }

    @Test
    void findsAnEndLongAfterThatOfAFrontEnd() {
      story
          .joinedLife("bbb1", "math", 10, 20, 12)
          .call("end", "math", 15, 15.5, failed("internalError"));

      expectOne(check, "people were in math");
    }

    @Test
    void findsAnEndOfACopyByItsInternalId() {
      story
          .joinedLife("bbb1", "math", 10, 20, 12)
          .end("bbb1", internalId("bbb1", 10), 19.999)
          .life("bbb2", "math", 15, OPEN);

      expectOne(check, "people were in math", "end of bbb1-10000000 at bbb1 00:00:19.999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"math", "bbb1-10000000"})
    void findsAnEndThatTheServerDidNotCarryOut(String id) {
      story.killedLife("bbb1", "math", 10, 20, 12).end("bbb1", id, 15);

      expectOne(check, "without effect: end of " + id);
    }

    @Test
    void findsAnEndThatTheServerDidNotCarryOutBeforeThatOfAFrontEnd() {
      story
          .joinedLife("bbb1", "math", 10, 20, 12)
          .end("bbb1", "math", 15)
          .end("bbb1", "math", 20)
          .call("end", "math", 19.9, 20.1, success(""));

      expectOne(check, "without effect: end of math");
    }

    @Test
    void allowsEndsOfEmptyCopiesAndOfOtherServers() {
      story
          .joinedLife("bbb1", "math", 10, 20, 12)
          .end("bbb1", "math", 11)
          .end("bbb2", "math", 15)
          .call("end", "math", 20, 20.1, success(""));

      expectNone(check);
    }

    @Test
    void allowsAnEndThatArrivesRightAfterItsCallerHasLeft() {
      story
          .joinedLife("bbb1", "math", 10, 20, 12)
          .call("end", "math", 19.7, 19.75, Reply.ABANDONED);

      expectNone(check);
    }

    @Test
    void allowsAnEndRequestedInTheMillisecondOfTheEnd() {
      story
          .joinedLife("bbb1", "math", 10, 20.005, 12)
          .call("end", "math", 20.0058, 20.007, success(""))
          .joinedLife("bbb1", "art", 10, 20.005, 12)
          .call("end", "art", 20.0061, 20.007, success(""));

      expectOne(check, "people were in art", "art on bbb1");
    }

    @Test
    void allowsTheEndOfAnEmptyMeetingAndOfAServer() {
      story.life("bbb1", "math", 10, 20).killedLife("bbb2", "art", 10, 20, 12);

      expectNone(check);
    }
  }

  @Nested
  class OneServer {

    private final Check check = new OneServerPerMeeting();

    @Test
    void findsTwoCopiesThoughNoServerWasDown() {
      story.life("bbb1", "math", 1, 30).life("bbb2", "math", 10, 12);

      expectOne(check, "no server was down", "math on bbb1", "math on bbb2", "00:00:10.000");
    }

    @Test
    void findsACopyOfAMeetingThatAnotherBalancerHadMade() {
      story.life("bbb1", "neighbour-18-0", 9.9, 12).life("bbb2", "neighbour-18-0", 10, 12);

      expectOne(check, "no server was down", "neighbour-18-0 on bbb2");
    }

    @Test
    void allowsACopyOfAMeetingThatAnotherBalancerHadMadeOnAServerWithAFault() {
      story
          .life("bbb1", "neighbour-18-0", 9.9, 12)
          .life("bbb2", "neighbour-18-0", 10, 12)
          .partialTrouble("bbb1", "wrong-secret", 5, 9);
      expectNone(check);

      story.life("bbb1", "math", 9.9, 12).life("bbb2", "math", 10, 12);
      expectOne(check, "math on bbb2");
    }

    @Test
    void allowsACopyOfAMeetingThatAnotherBalancerMadeWhileACreateOfItWasLost() {
      story.life("bbb1", "neighbour-18-0", 9.9, 12).life("bbb2", "neighbour-18-0", 10, 12);
      expectOne(check, "neighbour-18-0 on bbb2");

      story.create("bbb2", "neighbour-18-0", 8, 8.1, "ActThenDrop");
      expectNone(check);
    }

    @Test
    void allowsACopyAfterAStartAtWhichTheServerRefusedTheSecret() {
      story
          .life("bbb1", "math", 1, 30)
          .partialTrouble("bbb1", "wrong-secret", 5, 12)
          .life("bbb2", "math", 10, 12);
      expectOne(check, "math on bbb2");

      story.restart(8, 9);
      expectNone(check);
    }

    @Test
    void findsACopyMadeBeforeTheVerdict() {
      story
          .life("bbb1", "math", 1, 30)
          .life("bbb2", "math", 10, 12)
          .trouble("bbb1", "stop", 9, 20)
          .down("bbb1", 11, 22);

      expectOne(check, "no server was down");
    }

    @Test
    void allowsMeetingsOneAfterTheOther() {
      story.life("bbb1", "math", 1, 10).life("bbb2", "math", 10, 12).life("bbb2", "art", 5, 15);

      expectNone(check);
    }

    @Test
    void allowsALeftoverThatIsEndedSoonAfterTheReturn() {
      story
          .life("bbb1", "math", 1, 24)
          .life("bbb2", "math", 10, OPEN)
          .trouble("bbb1", "stop", 5, 20)
          .down("bbb1", 7, 22);

      expectNone(check);
    }

    @Test
    void findsALeftoverThatIsNeverEnded() {
      story
          .life("bbb1", "math", 1, OPEN)
          .life("bbb2", "math", 10, OPEN)
          .trouble("bbb1", "stop", 5, 20)
          .down("bbb1", 7, 22);

      expectOne(check, "an empty leftover was not ended", "stop of bbb1");
    }

    @Test
    void allowsALeftoverWithUsers() {
      story
          .joinedLife("bbb1", "math", 1, OPEN, 3)
          .life("bbb2", "math", 10, OPEN)
          .trouble("bbb1", "stop", 5, 20)
          .down("bbb1", 7, 22);

      expectNone(check);
    }

    @Test
    void findsAnEmptyLeftoverIfUsersAreInTheOtherCopy() {
      story
          .life("bbb1", "math", 1, OPEN)
          .joinedLife("bbb2", "math", 10, OPEN, 11)
          .trouble("bbb1", "stop", 5, 20)
          .down("bbb1", 7, 22);

      expectOne(check, "an empty leftover was not ended");
    }

    @Test
    void allowsEitherCopyToBeTheLeftoverOnceBothServersWereDown() {
      story
          .joinedLife("bbb1", "math", 1, OPEN, 3)
          .life("bbb2", "math", 10, OPEN)
          .down("bbb1", 7, 22)
          .down("bbb2", 20, 25);

      expectNone(check);
    }

    @Test
    void allowsTheCopyOfAServerThatLostItAndMadeItAgain() {
      story
          .joinedLife("bbb1", "math", 1, 60, 2)
          .killedLife("bbb2", "math", 10, 20, 11)
          .joinedLife("bbb2", "math", 22, 60, 23)
          .down("bbb1", 8, 13);

      expectNone(check);
    }

    @Test
    void allowsTheCopyOfAServerThatCameBackAndThenLostItsOwn() {
      story
          .killedLife("bbb1", "math", 1, 20, 2)
          .joinedLife("bbb2", "math", 10, 60, 11)
          .joinedLife("bbb1", "math", 22, 60, 23)
          .down("bbb1", 8, 13);

      expectNone(check);
    }

    @Test
    void findsTheCopyOfAServerThatNeverCameBackWithItsOwn() {
      story
          .killedLife("bbb1", "math", 1, 20, 2)
          .joinedLife("bbb2", "math", 10, 60, 11)
          .joinedLife("bbb1", "math", 22, 60, 23)
          .down("bbb1", 8, 21);

      expectOne(check, "two copies, and no server was down");
    }

    @Test
    void allowsALeftoverAfterARestartOfTinyscale() {
      story
          .life("bbb1", "math", 1, OPEN)
          .life("bbb2", "math", 10, OPEN)
          .down("bbb1", 7, 22)
          .restart(12, 14);

      expectNone(check);
    }

    @Test
    void allowsALostCreateToBeRepeatedOnTheSameServer() {
      story
          .life("bbb1", "math", 1, 24.6)
          .down("bbb1", 7, 23)
          .create("bbb2", "math", 21, 21, "DropAfterActing")
          .life("bbb2", "math", 21, 22)
          .life("bbb2", "math", 24, OPEN);

      expectNone(check);
    }

    @Test
    void findsACreateRepeatedAlthoughTheFirstWasAnswered() {
      story
          .life("bbb1", "math", 1, 24.6)
          .down("bbb1", 7, 23)
          .create("bbb2", "math", 21, 21, "")
          .life("bbb2", "math", 21, 22)
          .life("bbb2", "math", 24, OPEN);

      expectOne(check, "no server was down");
    }

    @Test
    void givesTimeWhileAServerIsInTrouble() {
      story
          .life("bbb1", "math", 1, 35)
          .life("bbb2", "math", 10, OPEN)
          .trouble("bbb1", "stop", 5, 20)
          .down("bbb1", 7, 22)
          .trouble("bbb2", "stall", 24, 32);

      expectNone(check);
    }

    @Test
    void allowsACreateThatTookEffectLate() {
      story
          .life("bbb2", "math", 10, OPEN)
          .life("bbb1", "math", 20, 24)
          .trouble("bbb1", "stop", 5, 20)
          .down("bbb1", 7, 22);

      expectNone(check);
    }
  }

  @Nested
  class SecondCreate {

    private final Check check = new NoSecondCreate();

    @Test
    void findsACreateForASecondServerWhileTheMeetingLives() {
      story.life("bbb1", "math", 1, 30).create("bbb2", "math", 10, 10.1, "EmptyBody");

      expectOne(check, "create of math at bbb2", "it lives: math on bbb1");
    }

    @Test
    void allowsACreateWhileTheServerOfAnotherBalancersMeetingHasAFault() {
      story
          .life("bbb1", "neighbour-18-0", 9, 12)
          .create("bbb2", "neighbour-18-0", 10, 10.1, "")
          .partialTrouble("bbb1", "wrong-secret", 8, 11)
          .life("bbb1", "neighbour-18-0", 19, 22)
          .create("bbb2", "neighbour-18-0", 20, 20.1, "");

      expectOne(check, "create of neighbour-18-0 at bbb2 00:00:20.000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ActThenDrop", "Drop", "Stall", "Html"})
    void findsACreateForASecondServerAfterAnUnclearAnswer(String fault) {
      story
          .create("bbb1", "math", 9, 9.1, fault)
          .trouble("bbb1", "create=fault", 8, 12)
          .create("bbb2", "math", 10, 10.1, "");

      expectOne(check, "create of math at bbb2", "not known what became", "create=fault of bbb1");
    }

    @Test
    void allowsACreateForAServerThatHasHadTheMeetingSinceBeforeTheUnclearAnswer() {
      story
          .life("bbb1", "math", 1, 30)
          .down("bbb1", 5, 8)
          .life("bbb2", "math", 7, 30)
          .create("bbb2", "math", 9, 9.1, "ActThenDrop")
          .trouble("bbb2", "create=act-then-drop", 8.5, 12)
          .create("bbb1", "math", 10, 10.1, "");

      expectNone(check);
    }

    @Test
    void allowsACreateForASecondServerAfterAnErrorOfTheFirst() {
      story
          .create("bbb1", "math", 9, 9.1, "ServerError")
          .trouble("bbb1", "create=error:500", 8, 12)
          .create("bbb2", "math", 10, 10.1, "");

      expectNone(check);
    }

    @Test
    void findsACreateForASecondServerBeforeTheFirstAnswers() {
      story.create("bbb1", "math", 9, 11, "").create("bbb2", "math", 10, 10.1, "");

      expectOne(check, "create of math at bbb2");
    }

    @Test
    void allowsACreateElsewhereOnceTheFirstServerIsDown() {
      story
          .life("bbb1", "math", 1, 30)
          .create("bbb1", "math", 9, OPEN, "")
          .create("bbb2", "math", 12, 12.1, "")
          .life("bbb2", "math", 12.05, OPEN)
          .create("bbb2", "math", 25, 25.1, "")
          .down("bbb1", 11, 20);

      expectNone(check);
    }

    @Test
    void allowsACreateElsewhereAfterAClearAnswer() {
      story
          .create("bbb1", "math", 8, 8.1, "ActThenDrop")
          .create("bbb1", "math", 9, 9.1, "")
          .create("bbb2", "math", 10, 10.1, "");

      expectNone(check);
    }

    @Test
    void allowsACreateForAServerThatWasStoppedWhenTheMeetingWasEnded() {
      story
          .create("bbb1", "math", 8, 8.1, "ActThenDrop")
          .life("bbb1", "math", 8.05, 9.5)
          .trouble("bbb2", "stop", 8.5, 9.9)
          .create("bbb2", "math", 10, 10.1, "");

      expectNone(check);
    }

    @Test
    void allowsACreateElsewhereOnceTheMeetingWasEnded() {
      story
          .create("bbb1", "math", 8, 8.1, "ActThenDrop")
          .life("bbb1", "math", 8.05, 9.5)
          .create("bbb2", "math", 10, 10.1, "");

      expectNone(check);
    }

    @Test
    void allowsACreateElsewhereAfterACreateDuringTheEnd() {
      story
          .life("bbb1", "math", 1, 8)
          .create("bbb1", "math", 8.1, 8.2, "ActThenDrop")
          .create("bbb2", "math", 10, 10.1, "");

      expectNone(check);
    }

    @Test
    void allowsACreateThatWaitedInAStoppedServer() {
      story
          .life("bbb1", "math", 10, OPEN)
          .create("bbb2", "math", 20, 20.1, "")
          .trouble("bbb2", "stop", 5, 20);

      expectNone(check);
    }
  }

  @Nested
  class FalseAbsence {

    private final Check check = new NoFalseAbsence();

    @ParameterizedTest
    @ValueSource(strings = {"getMeetingInfo", "end", "insertDocument"})
    void findsADenialOfALivingMeeting(String call) {
      story
          .life("bbb1", "math", 1, 30)
          .trouble("bbb1", "html:200", 8, 14)
          .call(call, "math", 10, 11, failed("notFound"));

      expectOne(check, "not there", call, "math on bbb1", "html:200 of bbb1");
    }

    @Test
    void findsAJoinRefusedByRedirect() {
      Reply away =
          new Reply(
              302,
              Map.of(
                  "location",
                  "https://moodle/?errors=%5B%7B%22key%22%3A%22invalidMeetingIdentifier%22%7D%5D"),
              "");
      story.life("bbb1", "math", 1, 30).call("join", "math", 10, 11, away);

      expectOne(check, "not there", "join");
    }

    @Test
    void findsADenialThatAMeetingRuns() {
      String notRunning = "<returncode>SUCCESS</returncode><running>false</running>";
      story
          .joinedLife("bbb1", "math", 1, 30, 5)
          .call("isMeetingRunning", "math", 4, 4.5, notRunning)
          .call("isMeetingRunning", "math", 10, 11, notRunning);

      expectOne(check, "not running", "00:00:10.000");
    }

    @Test
    void allowsADenialIfTheMeetingLivedOnlyPartOfTheCall() {
      story
          .life("bbb1", "math", 1, 10.5)
          .call("getMeetingInfo", "math", 10, 11, failed("notFound"))
          .call("getMeetingInfo", "math", 0.5, 2, failed("notFound"))
          .call("getMeetingInfo", "math", 1.2, 1.3, failed("notFound"));

      expectNone(check);
    }

    @Test
    void findsADenialRightAfterAnAnsweredCreate() {
      story
          .life("bbb1", "math", 1, 10.5)
          .call("create", "math", 0.9, 1.1, success(internalId("bbb1", 1)))
          .call("getMeetingInfo", "math", 1.2, 1.3, failed("notFound"));

      expectOne(check, "not there");
    }

    @Test
    void allowsADenialOfAGivenUpCopy() {
      story
          .life("bbb1", "math", 1, OPEN)
          .life("bbb2", "math", 10, 15)
          .down("bbb1", 8, 30)
          .call("getMeetingInfo", "math", 16, 17, failed("notFound"));

      expectNone(check);
    }
  }

  @Nested
  class Lists {

    private final Check check = new CompleteLists();

    @Test
    void findsAMeetingThatIsMissing() {
      story
          .life("bbb1", "math", 1, 30)
          .life("bbb2", "art", 1, 30)
          .call("getMeetings", "", 10, 11, list("art", "x"));

      expectOne(check, "missing: math", "math on bbb1");
    }

    @Test
    void findsAMeetingThatIsShownTwice() {
      story.call("getMeetings", "", 10, 11, list("art", "x", "art", "y"));

      expectOne(check, "shown twice: art");
    }

    @Test
    void allowsAListWithoutAMeetingThatItsServerDoesNotShowAsXml() {
      story
          .life("bbb1", "math", 1, 30)
          .partialTrouble("bbb1", "getMeetings=damaged:element-name", 9, 12)
          .call("getMeetings", "", 10, 11, list())
          .call("getMeetings", "", 20, 21, list());

      expectOne(check, "missing: math", "00:00:20.000");
    }

    @Test
    void allowsAListWithoutTheMeetingsOfAServerThatWasRemovedWhileItWasDown() {
      story
          .life("bbb1", "math", 1, 30)
          .partialTrouble("bbb1", Trouble.REMOVED, 9, 12)
          .call("getMeetings", "", 10, 11, list())
          .call("getMeetings", "", 20, 21, list());

      expectOne(check, "missing: math", "00:00:20.000");
    }

    @Test
    void allowsPartialAndFailedLists() {
      story
          .life("bbb1", "math", 1, 30)
          .call("getMeetings", "", 10, 11, partial(list()))
          .call("getMeetings", "", 10, 11, failed("internalError"));

      expectNone(check);
    }
  }

  @Nested
  class Ids {

    private final Check check = new StableIds();

    @Test
    void findsAnotherIdWhileTheMeetingLives() {
      story
          .life("bbb1", "math", 1, 30)
          .call("getMeetingInfo", "math", 10, 11, success("another"))
          .call("create", "math", 12, 13, success(internalId("bbb1", 1)));

      expectOne(check, "showed another for math");
    }

    @Test
    void allowsAnotherIdIfTheMeetingOfAnotherBalancerIsOnAServerWithAFault() {
      story
          .life("bbb1", "neighbour-18-0", 9, 30)
          .life("bbb2", "neighbour-18-0", 10, 30)
          .partialTrouble("bbb1", "wrong-secret", 8, 9.5)
          .call("create", "neighbour-18-0", 12, 13, success(internalId("bbb2", 10)));

      expectNone(check);
    }

    @Test
    void findsAnotherIdInAList() {
      story.life("bbb1", "math", 1, 30).call("getMeetings", "", 10, 11, list("math", "another"));

      expectOne(check, "showed another for math");
    }

    @Test
    void allowsAnotherIdInAListThatLacksTheMeetingOfTheServer() {
      story
          .life("bbb1", "math", 1, 30)
          .partialTrouble("bbb1", "getMeetings=damaged:element-name", 9, 12)
          .call("getMeetings", "", 10, 11, list("math", "x"))
          .call("getMeetingInfo", "math", 10, 11, success("y"));

      expectOne(check, "showed y for math");
    }

    @Test
    void allowsAnotherIdInAListThatLacksTheServer() {
      story.life("bbb1", "math", 1, 30).call("getMeetings", "", 10, 11, partial(list("math", "x")));

      expectNone(check);
    }

    @Test
    void allowsTheNextIdOnceTheMeetingWasGivenUp() {
      story
          .life("bbb1", "math", 1, 40)
          .life("bbb2", "math", 10, OPEN)
          .down("bbb1", 8, 38)
          .call("create", "math", 9.9, 10.1, success(internalId("bbb2", 10)))
          .call("getMeetingInfo", "math", 20, 21, success(internalId("bbb2", 10)));

      expectNone(check);
    }

    @Test
    void allowsTheFirstCopyAgainOnceTheServerOfTheSecondIsDown() {
      story
          .life("bbb1", "math", 1, 40)
          .life("bbb2", "math", 10, 25)
          .down("bbb1", 8, 13)
          .down("bbb2", 12, 20)
          .call("getMeetingInfo", "math", 15, 16, success(internalId("bbb1", 1)));

      expectNone(check);
    }

    @Test
    void allowsTheFirstCopyAgainAfterARestart() {
      story
          .life("bbb1", "math", 1, 40)
          .life("bbb2", "math", 10, 30)
          .down("bbb1", 8, 20)
          .restart(12, 14)
          .call("getMeetingInfo", "math", 25, 26, success(internalId("bbb1", 1)));

      expectNone(check);
    }

    @Test
    void allowsTheFirstOfSeveralSuccessors() {
      story
          .life("bbb3", "math", 20, 30)
          .life("bbb1", "math", 1, 40)
          .life("bbb2", "math", 10, 15)
          .down("bbb1", 8, 38)
          .call("getMeetingInfo", "math", 11, 12, success(internalId("bbb2", 10)));

      expectNone(check);
    }

    @Test
    void allowsTheFirstCopyAgainOnceTheServerOfTheSecondHasLostIt() {
      story
          .life("bbb1", "math", 1, OPEN)
          .killedLife("bbb2", "math", 10, 20, OPEN)
          .life("bbb2", "math", 22, OPEN)
          .down("bbb1", 8, 13)
          .call("getMeetingInfo", "math", 25, 26, success(internalId("bbb1", 1)));

      expectNone(check);
    }

    @Test
    void allowsTheSecondCopyOnceTheServerOfTheFirstHasLostItAndMadeItAgain() {
      story
          .killedLife("bbb1", "math", 1, 20, OPEN)
          .life("bbb2", "math", 10, OPEN)
          .life("bbb1", "math", 22, OPEN)
          .down("bbb1", 8, 13)
          .call("getMeetingInfo", "math", 25, 26, success(internalId("bbb2", 10)));

      expectNone(check);
    }

    @Test
    void findsTheOldIdIfTheSecondCopyWasEndedAndMadeAgain() {
      story
          .life("bbb1", "math", 1, OPEN)
          .life("bbb2", "math", 10, 20)
          .life("bbb2", "math", 22, OPEN)
          .down("bbb1", 8, 13)
          .call("getMeetingInfo", "math", 25, 26, success(internalId("bbb1", 1)));

      expectOne(check, "showed bbb1-1000000 for math");
    }

    @Test
    void findsTheOldIdOnceTheMeetingWasGivenUp() {
      story
          .life("bbb1", "math", 1, 40)
          .life("bbb2", "math", 10, OPEN)
          .down("bbb1", 8, 38)
          .call("getMeetingInfo", "math", 30, 30.5, success(internalId("bbb1", 1)));

      expectOne(check, "showed bbb1-1000000 for math");
    }

    @Test
    void allowsEitherCopyOnceBothServersAreUp() {
      story
          .life("bbb1", "math", 1, 60)
          .life("bbb2", "math", 10, OPEN)
          .down("bbb1", 8, 38)
          .call("getMeetingInfo", "math", 37.1, 37.4, success(internalId("bbb1", 1)))
          .call("getMeetingInfo", "math", 40, 40.5, success(internalId("bbb2", 10)));

      expectNone(check);
    }
  }

  @Nested
  class Answers {

    private final Check check = new EveryCallAnswered();

    @Test
    void findsACallWithoutAnAnswer() {
      story.call("create", "math", 1, 21, Reply.none("no answer within 20000 ms"));

      expectOne(check, "no answer within 20000 ms");
    }

    @Test
    void findsAServersErrorPage() {
      story.call("create", "math", 1, 2, new Reply(502, Map.of(), "<html></html>"));

      expectOne(check, "not an answer of BBB", "502");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html></html>", "", "<response><returncode>SUCCESS</returncode>"})
    void findsAnswersThatAreNoDocument(String body) {
      story.call("create", "math", 1, 2, new Reply(200, Map.of(), body));

      expectOne(check, "not an answer of BBB");
    }

    @Test
    void findsAnAnswerThatComesTooLate() {
      story
          .call("getMeetings", "", 1, 4, list())
          .call("getMeetings", "", 1, 5, list())
          .call("create", "math", 1, 7, failed("internalError"))
          .call("create", "math", 1, 8, failed("internalError"));

      assertThat(violations(check))
          .extracting(Violation::what)
          .satisfiesExactly(
              list -> assertThat(list).startsWith("after 4000 ms, too late"),
              create -> assertThat(create).startsWith("after 7000 ms, too late"));
    }

    @Test
    void allowsALateAnswerWhileTinyscaleHasNoDescriptors() {
      story
          .shortage(2, 6)
          .call("getMeetings", "", 1, 7, list())
          .call("create", "math", 1, 21, Reply.none("no answer within 20000 ms"));

      expectOne(check, "no answer within 20000 ms");
    }

    @Test
    void allowsFailuresInTimeAndRedirects() {
      story
          .call("create", "math", 1, 2, failed("internalError"))
          .call("join", "math", 1, 2, new Reply(302, Map.of("location", "http://x/"), ""))
          .call("create", "math", 1, 2, Reply.ABANDONED);

      expectNone(check);
    }

    @Test
    void allowsAMissingAnswerDuringARestart() {
      story
          .restart(5, 7)
          .call("create", "math", 4.9, 5.1, Reply.none("refused"))
          .call("create", "math", 6.9, 7.1, Reply.none("refused"));
      expectNone(check);

      story.call("create", "math", 7.1, 7.2, Reply.none("refused"));
      expectOne(check, "00:00:07.100");
    }
  }

  @Nested
  class Down {

    private final Check check = new JustifiedVerdicts();

    @Test
    void findsAVerdictWithinThreeSecondsOfAnAnswer() {
      story
          .trouble("bbb1", "kill", 8, 12)
          .answer("bbb1", 7.9, 7.95)
          .answer("bbb1", 8, 8)
          .answer("bbb2", 9.5, 9.5)
          .down("bbb1", 10, 15);

      expectOne(check, "bbb1 00:00:10.000", "bbb1 answered getMeetingInfo 00:00:08.000", "kill");
    }

    @Test
    void allowsAVerdictAfterThreeSecondsOfSilence() {
      story
          .trouble("bbb1", "kill", 7, 12)
          .answer("bbb1", 7, 7)
          .down("bbb1", 10, 15)
          .answer("bbb1", 12.5, 12.5);

      expectNone(check);
    }

    @Test
    void allowsAVerdictWhileAServerAnswersCallsThatWereGivenUp() {
      story.trouble("bbb1", "stop", 5, 9.5).answer("bbb1", 9.6, 9.6).down("bbb1", 10, 15);

      expectNone(check);
    }

    @Test
    void findsAVerdictAfterAnAnswerToAServerThatHadGoneOnBefore() {
      story.trouble("bbb1", "stop", 5, 8).answer("bbb1", 9.6, 9.6).down("bbb1", 10, 15);

      expectOne(check, "bbb1 answered");
    }

    @Test
    void doesNotHoldAnswersBeforeItsStartAgainstTinyscale() {
      story
          .trouble("bbb1", "kill", 7, 12)
          .answer("bbb1", 7.9, 7.95)
          .restart(7.96, 8.9)
          .down("bbb1", 10, 15);

      expectNone(check);
    }

    @Test
    void findsEachVerdictInAFaultThatSilencesNoServer() {
      story.partialTrouble("bbb1", "wrong-secret", 5, 12).down("bbb1", 10, 15);
      story.shortage(20, 24).down("bbb2", 22, 25);

      assertThat(violations(check))
          .hasSize(2)
          .allSatisfy(violation -> assertThat(violation.toString()).contains("silence no server"));
    }

    @Test
    void allowsAVerdictAfterAKillAmidFaultsThatSilenceNoServer() {
      story
          .trouble("bbb1", "kill", 5, 9)
          .partialTrouble("bbb1", "wrong-secret", 9, 12)
          .shortage(8, 11)
          .down("bbb1", 10, 15);

      expectNone(check);
    }

    @Test
    void findsRepeatedVerdictsWithoutAFault() {
      story.trouble("bbb2", "kill", 8, 12).down("bbb1", 10, 15).down("bbb1", 20, 25);
      expectNone(check);

      story.down("bbb1", 30, 35);
      assertThat(violations(check)).hasSize(3).first().asString().contains("bbb1 00:00:10.000");
    }

    @Test
    void allowsAVerdictAfterAFault() {
      story.trouble("bbb1", "kill", 8, 9).down("bbb1", 10, 15);

      expectNone(check);
    }
  }

  @Test
  void aQuietHistoryBreaksNoPromise() {
    story
        .create("bbb1", "math", 1, 1.1, "")
        .joinedLife("bbb1", "math", 1.05, 20, 3)
        .call("create", "math", 0.9, 1.2, success(internalId("bbb1", 1.05)))
        .call("getMeetingInfo", "math", 2, 2.1, success(internalId("bbb1", 1.05)))
        .call("getMeetings", "", 3, 3.1, list("math", internalId("bbb1", 1.05)))
        .call("end", "math", 19.9, 20.1, document("<returncode>SUCCESS</returncode>"))
        .call("getMeetingInfo", "math", 21, 21.1, failed("notFound"));

    for (Check check : Soak.CHECKS) {
      expectNone(check);
    }
  }
}
