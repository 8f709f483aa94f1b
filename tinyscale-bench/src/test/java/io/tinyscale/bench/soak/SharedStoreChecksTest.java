package io.tinyscale.bench.soak;

import static io.tinyscale.bench.soak.Story.success;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What balancers that share a store promise beside the promises of several balancers. */
class SharedStoreChecksTest {

  private static final String A = "a-moodle-1-000001";
  private static final String B = "b-moodle-2-000002";

  private final Story story = new Story().twoBalancers();
  private final Check check = new StoreDecides();

  private List<Violation> violations() {
    return check.violationsIn(story.history());
  }

  private void expectNone() {
    assertThat(violations()).isEmpty();
  }

  private void expectOne(String... words) {
    assertThat(violations()).singleElement().asString().contains(words);
  }

  private void create(String id, String server, double arrived) {
    create(id, server, arrived, "");
  }

  private void create(String id, String server, double arrived, String fault) {
    story
        .callOf(id, "create", "math", arrived - 0.1, arrived + 0.2, Story.document(success("?")))
        .createOf(id, server, "math", arrived, arrived + 0.1, fault);
  }

  /** The first balancer makes the meeting, and the second one makes it again later. */
  private void secondCopy(double at) {
    create(A, "bbb1", 20);
    create(B, "bbb2", at);
    story.life("bbb1", "math", 20.05, 60).life("bbb2", "math", at + 0.05, 60);
  }

  @Test
  void findsCreatesOfTheSameMomentOnTwoServers() {
    story.store(0);
    create(A, "bbb1", 20);
    create(B, "bbb2", 20.02);
    story.life("bbb1", "math", 20.05, 60).life("bbb2", "math", 20.06, 23);

    expectOne("create of math at bbb2", "not known what became of the create of math at bbb1");
  }

  @Test
  void findsASecondCopyThatIsMadeAMomentLater() {
    story.store(0);
    secondCopy(20.15);

    expectOne("create of math at bbb2", "it lives: math on bbb1");
  }

  @Test
  void findsASecondCopyThatIsMadeLongAfterTheFirst() {
    story.store(0);
    secondCopy(50);

    expectOne("create of math at bbb2", "it lives: math on bbb1");
  }

  @Test
  void allowsCreatesOnOneServer() {
    story.store(0);
    create(A, "bbb1", 20);
    create(B, "bbb1", 20.02);
    story.life("bbb1", "math", 20.05, 60);

    expectNone();
  }

  @Test
  void allowsTheNextMeetingElsewhere() {
    story.store(0);
    create(A, "bbb1", 20);
    create(B, "bbb2", 31);
    story.life("bbb1", "math", 20.05, 30).life("bbb2", "math", 31.05, 60);

    expectNone();
  }

  @Test
  void balancersWithoutAStoreMayMakeASecondCopy() {
    secondCopy(20.02);

    expectNone();
  }

  @Test
  void aStoreThatHoldsNothingYetDecidesNothing() {
    story.store(10.5);
    secondCopy(20.02);
    expectNone();

    story.storeTrouble("kill", 9, 9.5);
    expectNone();
  }

  @Test
  void aStoreThatHasBeenWellForLongEnoughDecides() {
    story.store(9);
    secondCopy(20.02);

    expectOne("create of math at bbb2");
  }

  @Test
  void nothingIsDecidedWhileABalancerIsCutFromTheStore() {
    story.store(0).storeTrouble("cut of a", 19, 21);
    secondCopy(20.02);

    expectNone();
  }

  @Test
  void allowsASecondCopyOnceAllHaveGivenUpTheServer() {
    story.store(0).downFor("b", "bbb1", 25, 40);
    secondCopy(30);
    expectOne("create of math at bbb2");

    story.downFor("a", "bbb1", 26, 40);
    expectNone();
  }

  @Test
  void aBalancerHearsWithTheNextBeatThatAnotherReachesAServerAgain() {
    story.store(0).downFor("b", "bbb1", 22, 40);
    secondCopy(30);

    story.downFor("a", "bbb1", 22, 24);
    expectOne("create of math at bbb2");
    story.downFor("a", "bbb1", 22, 26);
    expectNone();
  }

  @Test
  void aBalancerMustHaveGivenUpTheServerItself() {
    story.store(0).downFor("a", "bbb1", 25, 40).downFor("b", "bbb1", 22, 27);
    secondCopy(30);

    expectOne("create of math at bbb2");
  }

  @Test
  void aBalancerThatIsBeingRestartedReachesNoServer() {
    story.store(0).downFor("b", "bbb1", 25, 40).restartOf("a", 27, 28);
    secondCopy(30);

    expectNone();
  }

  @Test
  void aFrozenBalancerHasGivenUpNothing() {
    story.store(0).downFor("b", "bbb1", 25, 40).freezeOf("a", 24, 40);
    secondCopy(30);

    expectOne("create of math at bbb2");
  }

  @Test
  void theStoreRemembersWhereACreateWentThatHadNoAnswer() {
    story.store(0);
    create(A, "bbb1", 20, "Drop");
    create(B, "bbb2", 27);

    expectOne("create of math at bbb2", "not known what became of the create of math at bbb1");
  }

  @Test
  void theStoreForgetsWhereACreateWentThatHadNoAnswer() {
    story.store(0);
    create(A, "bbb1", 20, "Drop");
    create(B, "bbb2", 28);

    expectNone();
  }

  @Test
  void aCreateThatWasAnsweredWithAnErrorIsOver() {
    story.store(0);
    create(A, "bbb1", 20, "ServerError");
    create(B, "bbb2", 22);

    expectNone();
  }

  @Test
  void allowsACreateThatAStoppedServerWorksOffLater() {
    create(A, "bbb1", 28);
    create(B, "bbb2", 26);
    story.store(0).life("bbb2", "math", 26.05, 60).life("bbb1", "math", 28.05, 60);
    story.trouble("bbb1", "stop", 20, 28).downFor("a", "bbb1", 24, 29);
    expectOne("create of math at bbb1");

    story.downFor("b", "bbb1", 25, 29);
    expectNone();
  }

  @Test
  void theStoreDoesNotKnowAMeetingThatWasMadeWithoutTinyscale() {
    story.store(0).life("bbb1", "math", 20.05, 60).life("bbb2", "math", 30.05, 60);
    create(B, "bbb2", 30);

    expectNone();
  }

  @Test
  void allowsCreatesForACopyThatIsThere() {
    story.store(0);
    secondCopy(30);
    create("b-moodle-2-000003", "bbb2", 40);

    expectOne("create of math at bbb2 " + Clock.text(Story.micros(30)));
  }

  @Test
  void tellsHowManyCreatesItJudged() {
    story.store(0);
    create(A, "bbb1", 5);
    create(A, "bbb1", 20);
    create(B, "bbb1", 21);

    assertThat(StoreDecides.judged(story.history())).isEqualTo(2);
  }
}
