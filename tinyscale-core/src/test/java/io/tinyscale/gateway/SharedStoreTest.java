package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.call.Answer;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.FakeStore;
import io.tinyscale.store.StoreSettings.WhenDown;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two balancers that share a store, in front of the same servers. They never choose alike. */
class SharedStoreTest {

  private final FakeStore store = new FakeStore();
  private final TestBalancer first =
      new TestBalancer(3).withStore(store, "a").with(new Always("first", 0));
  private final TestBalancer second =
      first.another().withStore(store, "b").with(new Always("second", 1));

  /** Places every meeting on one server: without the store balancers never agree. */
  private record Always(String name, int place) implements PlacementPolicy {

    @Override
    public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
      return Optional.of(candidates.get(Math.min(place, candidates.size() - 1)).server());
    }
  }

  @BeforeEach
  void sweepAll() {
    first.time.advance(Duration.ofSeconds(10));
    for (int number = 1; number <= 3; number++) {
      sweep(number);
    }
  }

  private void sweep(int number) {
    first.sweep(number);
    second.sweep(number);
  }

  private static String internalId(ApiReply reply) {
    assertThat(reply.succeeded()).as(reply.messageKey()).isTrue();
    return reply.text("internalMeetingID");
  }

  private static String create(int room) {
    return "meetingID=room" + room + "&moderatorPW=mp";
  }

  // Claims.

  @Test
  void createsAtOnceGoToOneServerAndNobodyIsAsked() {
    first.bbb(1).is(Fault.HOLDS, "create");
    List<CompletableFuture<Answer>> creates = new ArrayList<>();
    for (int room = 0; room < 100; room++) {
      for (TestBalancer balancer : List.of(first, second, first, second)) {
        creates.add(balancer.calling("create", create(room)));
      }
    }
    int asked = first.servers.count("getMeetingInfo");
    first.bbb(1).release();
    creates.forEach(answer -> internalId(reply(now(answer))));

    assertThat(first.bbb(1).meetings()).hasSize(100);
    assertThat(first.bbb(2).meetings()).isEmpty();
    assertThat(first.servers.count("getMeetingInfo")).as("no create is confirmed").isEqualTo(asked);
    assertThat(first.confirmed).isEmpty();
    assertThat(second.confirmed).isEmpty();
    assertThat(first.claims).contains(ClaimResult.NEW);
    assertThat(second.claims).containsOnly(ClaimResult.SHARED);
  }

  @Test
  void aCreateThroughTheOtherBalancerAfterAnEndFindsTheNewMeeting() {
    second.connection().deaf();
    for (int room = 0; room < 100; room++) {
      String old = internalId(first.reply("create", create(room)));
      sweepAll();
      first.reply("end", "meetingID=room" + room + "&password=mp");
      store.forgetsClaims();
      first.bbb(1).is(Fault.REFUSES, "create");
      first.bbb(2).startsAt(1_800_000_000_000L);
      String made = internalId(first.reply("create", create(room)));
      first.bbb(1).is(Fault.NONE, "create");

      assertThat(made).isNotEqualTo(old);
      assertThat(internalId(second.reply("create", create(room)))).isEqualTo(made);
    }
  }

  @Test
  void theStoreSeesNoIdAndNoSecret() {
    first.reply("create", "meetingID=Mrs+Miller&moderatorPW=mp&name=Biology");
    first.reply("end", "meetingID=Mrs+Miller&password=mp");

    assertThat(store.claims()).isEqualTo(1);
    assertThat(store.text()).doesNotContain("Miller", "mp", "Biology", "front", "hush");
  }

  // What balancers agree on.

  @Test
  void aServerThatAnotherBalancerReachesIsNotGivenUp() {
    internalId(first.reply("create", create(1)));
    sweepAll();
    first.bbb(1).people("room1", 3);
    sweepAll();

    first.goesDown(1);
    first.time.advance(Duration.ofMinutes(2));
    first.bbb(1).is(Fault.REFUSES);
    CompletableFuture<Answer> create = first.calling("create", create(1));
    first.time.advance(TestBalancer.ANSWER);
    assertThat(reply(now(create)).messageKey()).isEqualTo("internalError");
    first.bbb(1).is(Fault.NONE);
    assertThat(second.reply("create", create(1)).messageKey()).isEqualTo("duplicateWarning");
    assertThat(first.bbb(2).meetings()).isEmpty();

    first.bbb(1).is(Fault.REFUSES);
    second.goesDown(1);
    first.time.advance(Duration.ofSeconds(10));
    String made = internalId(first.reply("create", create(1)));

    assertThat(internalId(second.reply("create", create(1)))).isEqualTo(made);
    assertThat(first.claims).contains(ClaimResult.GIVEN_UP);
  }

  @Test
  void aCreateIsRefusedWhileItsServerIsReachedByOthersAlone() {
    second.bbb(2).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> others = second.calling("create", create(1));
    first.goesDown(2);
    first.time.advance(Duration.ofSeconds(10));

    assertThat(first.key("create", create(1))).isEqualTo("internalError");
    assertThat(first.events).contains("refused room1 for bbb2");
    second.bbb(2).release();
    internalId(reply(now(others)));
    assertThat(first.bbb(1).meetings()).isEmpty();
    assertThat(first.claims).contains(ClaimResult.REFUSED);
  }

  @Test
  void aClaimMovesIfItsServerCannotBeReachedAndNobodyElseHasUsedIt() {
    first.bbb(1).is(Fault.REFUSES, "create");

    internalId(first.reply("create", create(1)));

    assertThat(first.bbb(2).meetings()).containsKey("room1");
    assertThat(first.claims).containsExactly(ClaimResult.NEW, ClaimResult.MOVED);
  }

  @Test
  void aClaimThatAnotherBalancerHasUsedDoesNotMove() {
    first.bbb(1).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> create = first.calling("create", create(1));
    first.bbb(1).is(Fault.REFUSES, "create");

    assertThat(second.key("create", create(1))).isEqualTo("internalError");

    assertThat(first.bbb(2).meetings()).isEmpty();
    first.bbb(1).release();
    assertThat(create).isDone();
  }

  // A store that is not there.

  @Test
  void withoutTheStoreCreatesGoOnAndAreConfirmed() {
    first.connection().silent(true);
    CompletableFuture<Answer> create = first.calling("create", create(1));
    assertThat(create).isNotDone();
    first.time.advance(Duration.ofMillis(200));

    internalId(reply(now(create)));
    internalId(first.reply("create", create(2)));
    assertThat(first.confirmed).hasSize(2);
    assertThat(first.claims).containsExactly(ClaimResult.UNAVAILABLE, ClaimResult.UNAVAILABLE);
    first.time.advance(Duration.ofSeconds(2));
    assertThat(first.events).contains("store down: no answer in time");

    first.connection().silent(false);
    first.time.advance(Duration.ofSeconds(2));
    assertThat(first.events).contains("store up");
    internalId(first.reply("create", create(3)));
    assertThat(first.confirmed).hasSize(2);
  }

  @Test
  void withoutTheStoreCreatesOfUnknownMeetingsAreRefusedIfTheOperatorSaysSo() {
    TestBalancer strict = first.another().withStore(store, "c", WhenDown.REFUSE);
    for (int number = 1; number <= 3; number++) {
      strict.sweep(number);
    }
    internalId(strict.reply("create", create(1)));
    strict.connection().silent(true);

    CompletableFuture<Answer> create = strict.calling("create", create(2));
    first.time.advance(Duration.ofMillis(200));

    assertThat(reply(now(create)).messageKey()).isEqualTo("internalError");
    assertThat(strict.key("create", create(1))).isEqualTo("duplicateWarning");
  }

  @Test
  void aStoreThatHasLostItsDataDecidesNothingForCertain() {
    store.loses();
    first.time.advance(Duration.ofSeconds(5));
    assertThat(first.events).contains("store new");

    internalId(first.reply("create", create(1)));
    assertThat(first.confirmed).hasSize(1);

    store.ages();
    first.time.advance(Duration.ofSeconds(5));
    internalId(first.reply("create", create(2)));
    assertThat(first.confirmed).hasSize(1);
  }

  @Test
  void aBalancerThatTellsOfItselfNoMoreMayDecideAlone() {
    first.time.advance(Duration.ofSeconds(5));
    second.connection().silent(true);
    store.forgets("b");
    first.time.advance(Duration.ofSeconds(5));
    assertThat(first.events).contains("gone b");

    internalId(first.reply("create", create(1)));
    assertThat(first.confirmed).hasSize(1);

    first.time.advance(Duration.ofMinutes(10));
    sweepAll();
    internalId(first.reply("create", create(2)));
    assertThat(first.confirmed).hasSize(1);
  }

  // What balancers tell each other.

  @Test
  void balancersSeeEachOther() {
    first.time.advance(Duration.ofSeconds(5));

    assertThat(first.events).contains("seen b").doesNotContain("differs b in [bbb3]");
    assertThat(first.status().shared().others())
        .singleElement()
        .satisfies(other -> assertThat(other.peer().id()).isEqualTo("b"));
    assertThat(first.status().shared().pool()).isEqualTo(second.status().shared().pool());
  }

  @Test
  void balancersWithOtherPoolsAreToldApart() {
    second.withPool(second.servers.all().subList(0, 2));
    first.time.advance(Duration.ofSeconds(66));

    assertThat(first.events.stream().filter("differs b in [bbb3]"::equals))
        .as("at once, and once a minute")
        .hasSize(2);
    assertThat(first.status().shared().differing()).isEqualTo(1);
  }

  @Test
  void aPollThroughTheOtherBalancerSeesANewMeetingAtOnce() {
    second.withReuse(Duration.ofMinutes(1));
    for (int number = 1; number <= 3; number++) {
      second.sweep(number);
    }
    assertThat(second.reply("isMeetingRunning", "meetingID=room1").text("running"))
        .isEqualTo("false");

    internalId(first.reply("create", create(1)));

    assertThat(second.reply("getMeetingInfo", "meetingID=room1").succeeded()).isTrue();
  }

  @Test
  void aCopyThatAServerBringsBackIsNotTheMeetingForAnyBalancer() {
    internalId(first.reply("create", create(1)));
    first.bbb(1).people("room1", 3);
    sweepAll();
    first.bbb(1).is(Fault.REFUSES);
    first.goesDown(1);
    second.goesDown(1);
    first.time.advance(Duration.ofSeconds(10));
    String made = internalId(first.reply("create", create(1)));
    first.time.advance(Duration.ofSeconds(5));

    first.bbb(1).is(Fault.NONE);
    TestBalancer third = first.another().withStore(store, "c").with(new Always("third", 2));
    third.sweep(1);
    third.sweep(2);

    assertThat(internalId(third.reply("getMeetingInfo", "meetingID=room1"))).isEqualTo(made);
    assertThat(internalId(third.reply("create", create(1)))).isEqualTo(made);
    first.bbb(1).loses();
    third.sweep(1);
    assertThat(store.text()).as("nothing is brought back any more").contains("bbb1=[]");
  }

  @Test
  void aWebhookThatAnotherBalancerDestroyedStaysDestroyed() {
    for (int number = 1; number <= 3; number++) {
      first.bbb(number).withWebhooks();
    }
    String hook = "callbackURL=https%3A%2F%2Fmoodle.example.org%2Fhook";
    String id = first.reply("hooks/create", hook).text("hookID");
    first.bbb(3).is(Fault.REFUSES);
    first.goesDown(3);
    first.reply("hooks/destroy", "hookID=" + id);
    assertThat(first.bbb(1).hooks()).isEmpty();
    first.bbb(3).is(Fault.NONE);

    sweepAll();
    sweep(3);

    assertThat(second.events).noneMatch(event -> event.contains("+1"));
    for (int number = 1; number <= 3; number++) {
      assertThat(first.bbb(number).hooks()).as("bbb%d", number).isEmpty();
    }
  }
}
