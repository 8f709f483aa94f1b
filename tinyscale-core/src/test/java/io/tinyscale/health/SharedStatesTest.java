package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.ServerFields;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.store.Decisions;
import io.tinyscale.store.FakeStore;
import io.tinyscale.store.Peer;
import io.tinyscale.store.PoolDigest;
import io.tinyscale.store.StoreAddress;
import io.tinyscale.store.StoreLink;
import io.tinyscale.store.StoreSettings;
import io.tinyscale.upstream.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Two balancers, each with a pool file of its own, and one store. */
class SharedStatesTest {

  private static final Secret SECRET = Secret.of("secret of a server");

  private final ManualTime time = new ManualTime();
  private final FakeStore store = new FakeStore();
  private final Balancer one = new Balancer("one");
  private final Balancer two = new Balancer("two");

  private final class Balancer {

    private final String id;
    private final ServerPool pool;
    private final List<String> events = new ArrayList<>();
    private final SharedStates states;
    private final FakeStore.Connection connection;
    private boolean writable = true;

    Balancer(String id) {
      this(id, List.of(server(AdminState.ENABLED)));
    }

    Balancer(String id, List<Server> servers) {
      this.id = id;
      this.pool = new ServerPool(servers, 2, 2);
      connection = store.connect(notice -> takeOver());
      StoreSettings settings =
          new StoreSettings(
              id,
              StoreAddress.parse("redis://store.example.org").orElseThrow(),
              Duration.ofMinutes(10),
              Duration.ofMillis(200),
              StoreSettings.WhenDown.DEGRADE,
              List.of());
      StoreLink link =
          new StoreLink(
              connection, settings, this::self, observer(), time, Runnable::run, time::nanos);
      Decisions decisions =
          new Decisions(link, () -> Instant.ofEpochMilli(time.nanos() / 1_000_000));
      states = new SharedStates(decisions, pool, this::edit, observer());
      link.whenDecided(states::takeOver);
      link.start();
    }

    private void takeOver() {
      states.takeOver();
    }

    private Peer self() {
      return new Peer(
          id, id, "1", 1, Instant.EPOCH, PoolDigest.of(pool.servers(all -> true)), Set.of());
    }

    private GatewayObserver observer() {
      return new GatewayObserver() {
        @Override
        public void configWarning(String warning) {
          events.add(warning);
        }
      };
    }

    private CompletionStage<PoolEdited> edit(PoolEdit edit) {
      if (!writable) {
        return CompletableFuture.completedStage(
            new PoolEdited.Refused(PoolEdited.Reason.READ_ONLY, List.of("it is read-only")));
      }
      change(server(((PoolEdit.Change) edit).fields()).state());
      return CompletableFuture.completedStage(new PoolEdited.Done(null, true));
    }

    /** The pool file says so now, by whomever. */
    private void change(AdminState state) {
      PoolChange change = pool.replace(List.of(server(state)), Set.of());
      if (!change.isEmpty()) {
        states.poolChanged(change);
      }
    }

    private AdminState state() {
      return pool.status("bbb1").orElseThrow().server().state();
    }
  }

  private static Server server(AdminState state) {
    return server(ServerFields.NONE.state(state));
  }

  private static Server server(ServerFields fields) {
    return new PoolEdit.Add("bbb1", "https://bbb1.example.org/bigbluebutton/api", SECRET, fields)
        .described()
        .orElseThrow();
  }

  @Test
  void aStateGoesToTheOtherBalancersAtOnce() {
    one.change(AdminState.CORDONED);

    assertThat(two.state()).isEqualTo(AdminState.CORDONED);
    assertThat(two.states.isRetired("bbb1")).isTrue();

    two.change(AdminState.ENABLED);

    assertThat(one.state()).isEqualTo(AdminState.ENABLED);
    assertThat(one.states.isRetired("bbb1")).isFalse();
  }

  @Test
  void aBalancerThatStartsLaterTakesOverWhatWasDecided() {
    one.change(AdminState.DISABLED);

    assertThat(new Balancer("three").state()).isEqualTo(AdminState.DISABLED);
  }

  @Test
  void aNoticeThatIsLostIsMadeGoodByTheNextBeat() {
    two.connection.deaf();
    one.change(AdminState.CORDONED);
    assertThat(two.state()).isEqualTo(AdminState.ENABLED);

    time.advance(StoreLink.BEAT);

    assertThat(two.state()).isEqualTo(AdminState.CORDONED);
  }

  @Test
  void whatTheStoreDidNotTellIsAskedAgainWithTheNextBeat() {
    two.connection.deaf();
    one.change(AdminState.CORDONED);
    two.connection.keepDecisionsOnce();
    time.advance(StoreLink.BEAT);
    assertThat(two.state()).isEqualTo(AdminState.ENABLED);

    time.advance(StoreLink.BEAT);

    assertThat(two.state()).isEqualTo(AdminState.CORDONED);
  }

  @Test
  void whatWasDecidedWithoutTheStoreIsToldWhenItIsBack() {
    one.connection.silent(true);
    one.change(AdminState.CORDONED);
    time.advance(StoreLink.BEAT);
    assertThat(two.state()).isEqualTo(AdminState.ENABLED);

    one.connection.silent(false);
    time.advance(StoreLink.BEAT);

    assertThat(two.state()).isEqualTo(AdminState.CORDONED);
    assertThat(one.state()).isEqualTo(AdminState.CORDONED);
  }

  @Test
  void aPoolFileThatCannotBeWrittenIsReported() {
    two.writable = false;

    one.change(AdminState.CORDONED);

    assertThat(two.state()).isEqualTo(AdminState.ENABLED);
    assertThat(two.events)
        .containsExactly(
            "server bbb1: it stays as it is here, although one made it cordoned: it is read-only");
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenWhenThatIsPossibleAndReportedOnce() {
    two.writable = false;
    one.change(AdminState.CORDONED);
    time.advance(StoreLink.BEAT);
    time.advance(StoreLink.BEAT);
    assertThat(two.events).hasSize(1);

    two.writable = true;
    time.advance(StoreLink.BEAT);

    assertThat(two.state()).isEqualTo(AdminState.CORDONED);
  }

  @Test
  void aServerThatJoinsLaterGetsTheStateThatKeepsNewMeetingsAway() {
    Balancer three = new Balancer("three", List.of());
    one.change(AdminState.DISABLED);

    three.change(AdminState.ENABLED);

    assertThat(three.state()).isEqualTo(AdminState.DISABLED);
    assertThat(one.state()).isEqualTo(AdminState.DISABLED);
  }

  @Test
  void aServerThatJoinsLaterIsNotEnabledByWhatWasDecidedBefore() {
    one.change(AdminState.CORDONED);
    one.change(AdminState.ENABLED);
    Balancer three = new Balancer("three", List.of());

    three.change(AdminState.CORDONED);

    assertThat(three.state()).isEqualTo(AdminState.CORDONED);
  }
}
