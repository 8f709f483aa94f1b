package io.tinyscale.bench.soak;

import static io.tinyscale.bench.soak.Story.OPEN;
import static io.tinyscale.bench.soak.Story.failed;
import static io.tinyscale.bench.soak.Story.internalId;
import static io.tinyscale.bench.soak.Story.list;
import static io.tinyscale.bench.soak.Story.success;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the checks allow to two balancers that share nothing, and no more. */
class SeveralBalancersChecksTest {

  private static final String UP = "<returncode>SUCCESS</returncode>";

  private final Story story = new Story().twoBalancers();

  private List<Violation> violations(Check check) {
    return check.violationsIn(story.history());
  }

  private void expectNone(Check check) {
    assertThat(violations(check)).isEmpty();
  }

  private void expectOne(Check check, String... words) {
    assertThat(violations(check)).singleElement().asString().contains(words);
  }

  /** A create that a front end began at this time, and that arrived at a server later. */
  private void create(String id, double begun, String server, double arrived) {
    story
        .callOf(id, "create", "math", begun, arrived + 0.2, Story.document(success("?")))
        .createOf(id, server, "math", arrived, arrived + 0.1, "");
  }

  /** Both balancers are asked at the same time, and choose different servers. */
  private void createsOfBothAtOnce() {
    create("a-moodle-1-000001", 9.9, "bbb1", 10);
    create("b-moodle-2-000002", 9.95, "bbb2", 10.02);
  }

  @Nested
  class OneServer {

    private final Check check = new OneServerPerMeeting();

    @Test
    void allowsAnEmptySecondCopyUntilTwoLooksAreOver() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 30, 11).life("bbb2", "math", 10.06, 13);

      expectNone(check);
    }

    @Test
    void findsAnEmptySecondCopyThatStays() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 30, 11).life("bbb2", "math", 10.06, 20);

      expectOne(check, "an empty leftover was not ended", "math on bbb2");
    }

    @Test
    void findsTwoEmptyCopiesThatStay() {
      createsOfBothAtOnce();
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.06, 20);

      expectOne(check, "an empty leftover was not ended");
    }

    @Test
    void findsPeopleInBothCopies() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 10.06, 13, 12);

      expectOne(check, "people in both copies of two balancers");
    }

    @Test
    void allowsPeopleInBothCopiesWhileOneBalancerHasLostTheStore() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 10.06, 20, 12);
      story.store(0).storeTrouble("cut of b", 9, 15);

      expectNone(check);
    }

    @Test
    void findsPeopleInBothCopiesWhileTheStoreIsWell() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 10.06, 20, 12);
      story.store(0).storeTrouble("cut of b", 10.5, 15);

      expectOne(check, "people in both copies of two balancers");
    }

    @Test
    void balancersLearnOfBothCopiesWithTheirNextSweeps() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 10.06, 20, 13);
      story.store(0).storeTrouble("cut of b", 9, 15);
      expectOne(check, "people in both copies of two balancers");

      story.freezeOf("b", 11, 14);
      expectNone(check);
    }

    @Test
    void allowsPeopleInTheSecondCopyOnceTheFirstIsOver() {
      createsOfBothAtOnce();
      story.joinedLife("bbb1", "math", 10.05, 12, 11).joinedLife("bbb2", "math", 10.06, 20, 13);

      expectNone(check);
    }

    @Test
    void findsASecondCopyOfABalancerThatWasCalledLater() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 10.2, "bbb2", 10.3);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.35, 12);

      expectOne(check, "two copies, and no server was down");
    }

    @Test
    void findsTwoCopiesOfOneBalancer() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("a-moodle-2-000002", 9.95, "bbb2", 10.02);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.06, 12);

      expectOne(check, "two copies, and no server was down");
    }

    @Test
    void allowsACopyOnTheServerWhoseMeetingEndedSinceTheLastSweep() {
      story.life("bbb2", "math", 1, 9.5);
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 11.2, "bbb2", 11.3);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 11.35, 14);

      expectNone(check);
    }

    @Test
    void findsACopyOnTheServerWhoseMeetingEndedSweepsAgo() {
      story.life("bbb2", "math", 1, 7.5);
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 11.2, "bbb2", 11.3);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 11.35, 14);
      expectOne(check, "two copies, and no server was down");

      // A balancer that is frozen sweeps no server.
      story.freezeOf("a", 7.6, 11.1);
      expectOne(check, "two copies, and no server was down");
      story.freezeOf("b", 7.6, 11.1);
      expectNone(check);
    }

    @Test
    void allowsACopyOfAMeetingThatWasNeverSweptOnAServerThatCannotTell() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 13, "bbb2", 13.1);
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 13.15, 30, 14);
      story.partialTrouble("bbb1", "wrong-secret", 10.2, 13.05);
      expectNone(check);
    }

    @Test
    void findsACopyOfAMeetingThatCouldBeSwept() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 14, "bbb2", 14.1);
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 14.15, 30, 15);
      story.partialTrouble("bbb1", "wrong-secret", 12.5, 14.05);

      expectOne(check, "two copies, and no server was down");
    }

    @Test
    void findsACopyOnceTheServerCanTellAgain() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 13, "bbb2", 13.1);
      story.joinedLife("bbb1", "math", 10.05, 30, 11).joinedLife("bbb2", "math", 13.15, 30, 14);
      story.partialTrouble("bbb1", "wrong-secret", 10.2, 12.5);

      expectOne(check, "two copies, and no server was down");
    }

    @Test
    void aVerdictOfTheOtherBalancerExcusesNoCopy() {
      create("b-moodle-2-000002", 12, "bbb2", 12.1);
      story.life("bbb1", "math", 1, 30).life("bbb2", "math", 12.15, 30);
      story.downFor("a", "bbb1", 8, 28);
      expectOne(check, "two copies, and no server was down");

      story.downFor("b", "bbb1", 8, 28);
      expectNone(check);
    }

    @Test
    void findsALeftoverThatStaysThoughABalancerWasRestarted() {
      create("b-moodle-2-000002", 12, "bbb2", 12.1);
      story.life("bbb1", "math", 1, 40).life("bbb2", "math", 12.15, 40);
      story.downFor("b", "bbb1", 8, 14).restartOf("a", 17, 18).restartOf("b", 27, 28);

      expectOne(check, "an empty leftover was not ended");
    }
  }

  @Nested
  class SecondCreate {

    private final Check check = new NoSecondCreate();

    @Test
    void allowsTheCreateOfABalancerThatAskedBeforeTheOtherMadeTheMeeting() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 10.01, "bbb2", 10.4);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.45, 13);

      expectNone(check);
    }

    @Test
    void findsTheCreateOfABalancerThatWasCalledLater() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 10.06, "bbb2", 10.4);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.45, 13);

      expectOne(
          check, "create of math at bbb2", "sent for b-moodle-2-000002", "it lives: math on bbb1");
    }

    @Test
    void findsACreateForTheSecondCopyAfterBothWereMade() {
      createsOfBothAtOnce();
      create("b-moodle-3-000003", 12, "bbb2", 12.1);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.06, 14);

      expectOne(check, "sent for b-moodle-3-000003", "it lives: math on bbb1");
    }

    @Test
    void allowsCreatesForTheFirstCopyBesideTheSecond() {
      createsOfBothAtOnce();
      create("a-moodle-3-000003", 12, "bbb1", 12.1);
      story.life("bbb1", "math", 10.05, 30).life("bbb2", "math", 10.06, 14);

      expectNone(check);
    }

    @Test
    void theOlderCopyIsWhatTheServersTakeForIt() {
      createsOfBothAtOnce();
      create("b-moodle-3-000003", 12, "bbb2", 12.1);
      story
          .stampedLife("bbb1", "math", 10.05, 10.05, 14)
          .stampedLife("bbb2", "math", 10.03, 10.08, 30);

      expectNone(check);
    }

    @Test
    void findsACreateForTheFirstServerOnceItsCopyIsLongOver() {
      createsOfBothAtOnce();
      create("a-moodle-3-000003", 19, "bbb1", 19.1);
      story.life("bbb1", "math", 10.05, 12).life("bbb2", "math", 10.06, 30);

      expectOne(check, "sent for a-moodle-3-000003", "it lives: math on bbb2");
    }

    @Test
    void allowsACreateBesideAMeetingThatWasNeverSweptOnAServerThatCannotTell() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-2-000002", 13, "bbb2", 13.1);
      story.life("bbb1", "math", 10.05, 30);
      expectOne(check, "sent for b-moodle-2-000002");

      story.partialTrouble("bbb1", "wrong-secret", 10.2, 13.05);
      expectNone(check);

      create("a-moodle-3-000003", 13, "bbb3", 13.1);
      expectOne(check, "sent for a-moodle-3-000003");
    }

    @Test
    void aBalancerKnowsItsOwnCreatesThatHaveNoAnswer() {
      story
          .createOf("a-moodle-1-000001", "bbb1", "math", 10, OPEN, "Stall")
          .createOf("b-moodle-2-000002", "bbb2", "math", 11, 11.1, "");
      expectNone(check);

      story.createOf("a-moodle-3-000003", "bbb2", "math", 12, 12.1, "");
      expectOne(check, "sent for a-moodle-3-000003", "not known what became of");
    }

    @Test
    void allowsThatABalancerRepeatsItsOwnLostCreateAtTheSameServer() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      create("b-moodle-3-000003", 12, "bbb2", 12.1);
      story.life("bbb1", "math", 10.05, 30);
      expectOne(check, "it lives: math on bbb1");

      story.createOf("b-moodle-2-000002", "bbb2", "math", 9.5, OPEN, "Stall");
      expectNone(check);
    }

    @Test
    void allowsACreateForTheCopyThatTheOtherBalancerMadeAfterALostCreate() {
      story
          .createOf("a-moodle-1-000001", "bbb1", "math", 10, OPEN, "Stall")
          .createOf("a-moodle-3-000003", "bbb2", "math", 12, 12.1, "");
      expectOne(check, "not known what became of");

      story.life("bbb2", "math", 11, 30);
      expectNone(check);
    }

    @Test
    void callsGoToACopyThatWasGivenUpAsSoonAsOneBalancerTakesItsServerForUp() {
      create("b-moodle-1-000001", 12, "bbb2", 12.1);
      create("a-moodle-2-000002", 19.7, "bbb1", 19.8);
      story.life("bbb1", "math", 1, 40).life("bbb2", "math", 12.15, 40);
      story.downFor("b", "bbb1", 8, 25).downFor("a", "bbb1", 8, 16);

      expectNone(check);
    }

    @Test
    void callsDoNotGoToACopyWhoseServerAllTakeForDown() {
      create("b-moodle-1-000001", 12, "bbb2", 12.1);
      create("a-moodle-2-000002", 19.7, "bbb1", 19.8);
      story.life("bbb1", "math", 1, 40).life("bbb2", "math", 12.15, 40);
      story.downFor("b", "bbb1", 8, 25).downFor("a", "bbb1", 8, 25);

      expectOne(check, "sent for a-moodle-2-000002", "it lives: math on bbb2");
    }

    @Test
    void aBalancerForgetsItsCreatesOnlyIfItIsItselfRestarted() {
      story
          .createOf("a-moodle-1-000001", "bbb1", "math", 10, OPEN, "Stall")
          .createOf("a-moodle-2-000002", "bbb2", "math", 13, 13.1, "")
          .restartOf("b", 11, 12);
      expectOne(check, "sent for a-moodle-2-000002");

      story.restartOf("a", 11, 12);
      expectNone(check);
    }

    @Test
    void aVerdictOfTheOtherBalancerExcusesNoCreate() {
      create("b-moodle-2-000002", 12, "bbb2", 12.1);
      story.life("bbb1", "math", 1, 30).downFor("a", "bbb1", 8, 28);
      expectOne(check, "it lives: math on bbb1");

      story.downFor("b", "bbb1", 8, 28);
      expectNone(check);
    }
  }

  @Nested
  class Absence {

    private final Check check = new NoFalseAbsence();

    @Test
    void theOtherBalancerKnowsAMeetingOnceItsAnswersAreNotOlder() {
      String id = internalId("bbb1", 10);
      story
          .life("bbb1", "math", 10, 30)
          .callOf("a-x-1", "create", "math", 9.9, 10.1, Story.document(success(id)))
          .callOf(
              "b-x-2", "getMeetingInfo", "math", 10.4, 10.45, Story.document(failed("notFound")));
      expectNone(check);

      story.callOf(
          "a-x-3", "getMeetingInfo", "math", 10.4, 10.45, Story.document(failed("notFound")));
      expectOne(check, "through a", "not there");
    }

    @Test
    void findsThatTheOtherBalancerStillDoesNotKnowTheMeeting() {
      String id = internalId("bbb1", 10);
      story
          .life("bbb1", "math", 10, 30)
          .callOf("a-x-1", "create", "math", 9.9, 10.1, Story.document(success(id)))
          .callOf(
              "b-x-2", "getMeetingInfo", "math", 10.6, 10.7, Story.document(failed("notFound")));

      expectOne(check, "through b", "not there");
    }

    @Test
    void theOtherBalancerMayBelieveItsLastSweepForTwoSweepsIfTheServerCannotTell() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      story
          .life("bbb1", "math", 10.05, 30)
          .partialTrouble("bbb1", "wrong-secret", 10.2, 15)
          .callOf("b-x-2", "getMeetingInfo", "math", 12, 12.1, Story.document(failed("notFound")));
      expectNone(check);

      story.callOf("a-x-3", "getMeetingInfo", "math", 12, 12.1, Story.document(failed("notFound")));
      expectOne(check, "through a");
    }

    @Test
    void findsThatItBelievesItsLastSweepForLonger() {
      create("a-moodle-1-000001", 9.9, "bbb1", 10);
      story
          .life("bbb1", "math", 10.05, 30)
          .partialTrouble("bbb1", "wrong-secret", 10.2, 15)
          .callOf(
              "b-x-2", "getMeetingInfo", "math", 12.4, 12.5, Story.document(failed("notFound")));

      expectOne(check, "through b");
    }

    @Test
    void theSecondCopyNeedNotBeKnown() {
      createsOfBothAtOnce();
      story
          .life("bbb1", "math", 10.05, 12)
          .life("bbb2", "math", 10.06, 30)
          .callOf("b-x-2", "getMeetingInfo", "math", 13, 13.1, Story.document(failed("notFound")));
      expectNone(check);

      story.callOf("b-x-3", "getMeetingInfo", "math", 19, 19.1, Story.document(failed("notFound")));
      expectOne(check, "through b 00:00:19.000");
    }
  }

  @Nested
  class Ids {

    private final Check check = new StableIds();

    @Test
    void findsTheIdOfTheSecondCopy() {
      createsOfBothAtOnce();
      story
          .life("bbb1", "math", 10.05, 30)
          .life("bbb2", "math", 10.06, 13)
          .callOf(
              "b-x-3",
              "getMeetingInfo",
              "math",
              11,
              11.1,
              Story.document(success(internalId("bbb1", 10.05))));
      expectNone(check);

      story.callOf(
          "b-x-4",
          "getMeetingInfo",
          "math",
          11,
          11.1,
          Story.document(success(internalId("bbb2", 10.06))));
      expectOne(check, "showed bbb2-10060000 for math");
    }

    @Test
    void allowsEitherIdIfTheCopiesAreOfTheSameMoment() {
      createsOfBothAtOnce();
      story
          .life("bbb1", "math", 10.05, 30)
          .life("bbb2", "math", 10.053, 13)
          .callOf(
              "b-x-4",
              "getMeetingInfo",
              "math",
              11,
              11.1,
              Story.document(success(internalId("bbb2", 10.053))));

      expectNone(check);
    }
  }

  @Nested
  class Answers {

    private final Check check = new EveryCallAnswered();

    @Test
    void allowsAnAttemptWithoutAnAnswerWhileItsBalancerWasAway() {
      story
          .freezeOf("a", 5, 9)
          .attemptOf("a-x-1", "end", "math", 4.9, 8.9, false, Reply.none("no answer"))
          .callOf("b-x-2", "end", "math", 8.9, 9, Story.document(UP));
      expectNone(check);

      story.attemptOf("b-x-3", "end", "math", 4.9, 8.9, false, Reply.none("no answer"));
      expectOne(check, "no answer", "through b");
    }

    @Test
    void findsACallThatNoBalancerAnswered() {
      story
          .restartOf("a", 5, 9)
          .attemptOf("a-x-1", "end", "math", 5.1, 5.1, false, Reply.none("refused"))
          .restartOf("b", 5, 9)
          .attemptOf("b-x-2", "end", "math", 5.1, 5.2, true, Reply.none("refused"));

      expectOne(check, "no answer", "through b");
    }

    @Test
    void allowsALateAnswerOfABalancerThatWasFrozen() {
      story
          .freezeOf("a", 5, 12)
          .callOf("a-x-1", "getMeetings", "", 4.9, 12.1, Story.document(list()));
      expectNone(check);

      story.callOf("b-x-1", "getMeetings", "", 4.9, 12.1, Story.document(list()));
      expectOne(check, "too late", "through b");
    }
  }

  @Nested
  class ThrownOut {

    private final Check check = new NobodyThrownOut();

    @Test
    void allowsTheEndThatAFrozenBalancerSendsLater() {
      story
          .joinedLife("bbb1", "math", 10, 16, 12)
          .attemptOf("a-x-1", "end", "math", 5, 9, false, Reply.none("no answer"));
      expectOne(check, "people were in math");

      story.freezeOf("b", 5.1, 15.9);
      expectOne(check, "people were in math");
      story.freezeOf("a", 5.1, 15.9);
      expectNone(check);
    }
  }

  @Nested
  class StartedAnew {

    private final Check check = new NobodyThrownOut();

    @Test
    void allowsTheEndThatCameWhileTheBalancerWasBeingStarted() {
      story
          .joinedLife("bbb1", "math", 10, 16, 12)
          .callOf("a-x-1", "end", "math", 14.9, 15, Reply.ABANDONED);
      expectOne(check, "people were in math");

      story.restartOf("a", 13, 15.95);
      expectNone(check);
    }
  }

  @Nested
  class Down {

    private final Check check = new JustifiedVerdicts();

    @Test
    void countsTheAnswersToTheVeryBalancer() {
      story.trouble("bbb1", "kill", 8, 12).downFor("b", "bbb1", 10, 15);
      story.answerTo("a-x-1", "bbb1", 7.9, 7.95);
      expectNone(check);

      story.answerTo("b-x-2", "bbb1", 7.9, 7.95);
      expectOne(check, "bbb1 answered getMeetingInfo");
    }

    @Test
    void aSweepOfEitherBalancerSaysThatTheOtherWasAnsweredShortlyBefore() {
      story.trouble("bbb1", "kill", 8.7, 12).downFor("b", "bbb1", 10, 15);
      story.answerTo("", "bbb1", 8.55, 8.55);
      expectNone(check);

      story.answerTo("", "bbb1", 8.65, 8.65);
      expectOne(check, "bbb1 answered getMeetingInfo 00:00:08.650");
    }

    @Test
    void aSweepOfTheOtherBalancerShowsTheEndOfASilenceFirst() {
      story.trouble("bbb1", "delay:3s", 5, 6.9).downFor("b", "bbb1", 10, 15);
      story.answerTo("", "bbb1", 9, 9);
      expectOne(check, "bbb1 answered getMeetingInfo");

      story.trouble("bbb1", "delay:3s", 7.6, 8.5);
      expectNone(check);
    }

    @Test
    void aBalancerDoesNotKnowWhatWasAnsweredBeforeItsOwnStart() {
      story
          .trouble("bbb1", "kill", 8, 12)
          .answerTo("a-x-1", "bbb1", 7.9, 7.95)
          .restartOf("b", 7.96, 8.9)
          .downFor("a", "bbb1", 10, 15);
      expectOne(check, "bbb1 answered getMeetingInfo");

      story.restartOf("a", 7.96, 8.9);
      expectNone(check);
    }
  }
}
