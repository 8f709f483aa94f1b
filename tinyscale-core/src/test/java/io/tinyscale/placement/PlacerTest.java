package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PlacerTest {

  private static final Server ONE = server("bbb1");
  private static final Server TWO = server("bbb2");
  private static final PlacementRequest REQUEST =
      new PlacementRequest(
          ApiCall.CREATE, new MeetingId("m1"), "front", new QueryString("meetingID=m1"));

  private final ServerPool pool = new ServerPool(List.of(ONE, TWO), 2, 2);
  private final List<String> failures = new ArrayList<>();
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void observerFailed(Class<?> failed, Throwable bug) {
          failures.add(failed.getSimpleName() + " " + bug.getMessage());
        }
      };

  private static Server server(String name) {
    URI api = URI.create("https://" + name + ".example.org/bigbluebutton/api");
    return Server.of(name, api, Secret.of("sesame"));
  }

  /** Takes the first candidate, and throws at each notification. */
  private static final class Faulty implements PlacementPolicy {

    @Override
    public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
      return candidates.stream().map(ServerStatus::server).findFirst();
    }

    @Override
    public void passOver(List<ServerStatus> candidates, PlacementRequest request) {
      throw new IllegalStateException("passOver");
    }

    @Override
    public void made(PlacementRequest request, Server server) {
      throw new IllegalStateException("made");
    }

    @Override
    public void unknown(PlacementRequest request, Server server) {
      throw new IllegalStateException("unknown");
    }

    @Override
    public void failed(PlacementRequest request, Server server) {
      throw new IllegalStateException("failed");
    }

    @Override
    public SweepObserver sweep(Server server, long asked) {
      throw new IllegalStateException("sweep");
    }
  }

  @Test
  void offersTheServersThatTakeNewMeetings() {
    Placer placer = new Placer(pool, new Faulty(), observer);

    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
    assertThat(placer.choose(REQUEST, List.of(ONE))).contains(TWO);

    pool.startsDown(TWO);
    assertThat(placer.choose(REQUEST, List.of(ONE))).isEmpty();
  }

  @Test
  void offersAnEjectedServerIfNoServerTakesNewMeetings() {
    Placer placer = new Placer(pool, new Faulty(), observer);
    pool.erred(TWO, true, 0, Duration.ofSeconds(10));
    pool.erred(TWO, true, 0, Duration.ofSeconds(10));
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);

    pool.startsDown(ONE);

    assertThat(placer.choose(REQUEST, List.of())).contains(TWO);
    assertThat(placer.choose(REQUEST, List.of(TWO))).isEmpty();
  }

  @Test
  void offersAServerOnTrialForOneCreateAtATime() {
    Placer placer = new Placer(pool, new Faulty(), observer);
    Duration ejection = Duration.ofSeconds(10);
    pool.erred(ONE, true, 0, ejection);
    pool.erred(ONE, true, 0, ejection);
    pool.readmit(ONE, ejection.toNanos());

    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
    assertThat(placer.choose(REQUEST, List.of())).contains(TWO);
    assertThat(placer.choose(REQUEST, List.of(TWO))).as("as a last resort").contains(ONE);

    placer.failed(REQUEST, ONE);
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);

    pool.answered(ONE, true);
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
  }

  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void refusesAChoiceThatIsNoCandidate() {
    Placer placer = new Placer(pool, (candidates, request) -> Optional.of(ONE), observer);
    Duration ejection = Duration.ofSeconds(10);
    pool.erred(ONE, true, 0, ejection);
    pool.erred(ONE, true, 0, ejection);
    assertThat(placer.choose(REQUEST, List.of())).as("ejected").isEmpty();
    pool.readmit(ONE, ejection.toNanos());
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);

    assertThat(placer.choose(REQUEST, List.of())).as("tried already").isEmpty();

    assertThat(failures)
        .hasSize(2)
        .allMatch(failure -> failure.endsWith("it chose bbb1, which is no candidate"));
  }

  @Test
  void aPolicyThatThrowsWhenNotifiedIsReported() {
    Placer placer = new Placer(pool, new Faulty(), observer);

    placer.passOver(REQUEST);
    placer.made(REQUEST, ONE);
    placer.unknown(REQUEST, ONE);
    placer.failed(REQUEST, ONE);
    SweepObserver hearer = placer.sweep(ONE, 0);

    assertThat(hearer).isSameAs(SweepObserver.NONE);
    assertThat(failures)
        .containsExactly(
            "Faulty passOver", "Faulty made", "Faulty unknown", "Faulty failed", "Faulty sweep");
  }

  private void putOnTrial(Server server) {
    Duration ejection = Duration.ofSeconds(10);
    pool.erred(server, true, 0, ejection);
    pool.erred(server, true, 0, ejection);
    pool.readmit(server, ejection.toNanos());
  }

  @Test
  void aServerOnTrialIsFreeAgainWhateverBecameOfItsCreate() {
    Placer placer = new Placer(pool, new Faulty(), observer);
    putOnTrial(ONE);

    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
    placer.unknown(REQUEST, ONE);
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
    placer.made(REQUEST, ONE);
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
    placer.failed(REQUEST, ONE);
    assertThat(placer.choose(REQUEST, List.of())).contains(ONE);
  }

  @Test
  void choosesAgainIfAnotherCreateHasJustBegunToTryTheServer() {
    putOnTrial(ONE);
    List<String> failed = new ArrayList<>();
    PlacementPolicy slow =
        new PlacementPolicy() {
          @Override
          public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
            pool.beginCreate(ONE);
            return candidates.stream().map(ServerStatus::server).findFirst();
          }

          @Override
          public void failed(PlacementRequest request, Server server) {
            failed.add(server.name());
          }
        };

    assertThat(new Placer(pool, slow, observer).choose(REQUEST, List.of())).contains(TWO);
    assertThat(failed).containsExactly("bbb1");
  }
}
