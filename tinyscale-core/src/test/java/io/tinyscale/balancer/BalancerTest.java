package io.tinyscale.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Cancellation;
import io.tinyscale.callback.CallbackContext;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.callback.FakeRelay;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.ServerFields;
import io.tinyscale.health.StartupException;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.observe.CallbackTry;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.RecentEvents;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalancerTest {

  @TempDir private Path directory;

  private final FakeServers servers = new FakeServers();
  private final AtomicInteger closed = new AtomicInteger();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void configure() throws IOException {
    servers.add("bbb1");
    servers.add("bbb2");
    StringBuilder entries = new StringBuilder();
    for (Server server : servers.all()) {
      entries.append(entries.isEmpty() ? "" : ",");
      entries.append(
          String.format(
              "{\"name\": \"%s\", \"host\": \"%s\", \"secret\": \"%s\"}",
              server.name(), server.api(), "secret of " + server.name()));
    }
    Path file = Files.writeString(directory.resolve("servers.json"), "[" + entries + "]");
    settings.put("tinyscale.secret", "front");
    settings.put("tinyscale.servers", file.toString());
  }

  private Balancer.Builder balancer() {
    TinyscaleConfig config =
        TinyscaleConfig.read(List.of(ConfigSource.properties("the test", settings)));
    return Balancer.of(config)
        .upstream(
            new Upstream() {
              @Override
              public CompletionStage<Outcome> send(
                  UpstreamRequest request, Cancellation cancellation) {
                return servers.send(request, cancellation);
              }

              @Override
              public void close() {
                closed.incrementAndGet();
              }
            });
  }

  private GatewayObserver noting(String name) {
    return new GatewayObserver() {
      @Override
      public void serverUp(Server server, int meetings) {
        events.add(name + " " + server.name());
      }
    };
  }

  @Test
  void tellsEveryObserverWhatTheFirstSweepFinds() {
    Balancer balancer = balancer().observer(noting("a")).observer(noting("b")).start();
    balancer.close();

    assertThat(events).containsExactlyInAnyOrder("a bbb1", "a bbb2", "b bbb1", "b bbb2");
  }

  /** Found by its name in a file. */
  public static final class Extension implements GatewayObserver {

    public Extension() {}

    @Override
    public void outOfMemory(OutOfMemoryError error) {
      error.addSuppressed(new IllegalStateException("the extension was told"));
    }
  }

  @Test
  void tellsOfALackOfMemoryBeforeAnExtensionCanUseUpTheRest() throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(GatewayObserver.class.getName()), Extension.class.getName());
    GatewayObserver explicit =
        new GatewayObserver() {
          @Override
          public void outOfMemory(OutOfMemoryError error) {
            error.addSuppressed(new IllegalStateException("the observer was told"));
          }
        };
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");

    try (URLClassLoader extensions =
        new URLClassLoader(
            new URL[] {directory.toUri().toURL()}, BalancerTest.class.getClassLoader())) {
      balancer()
          .observer(explicit)
          .extensions(extensions)
          .threads(
              told -> {
                told.outOfMemory(error);
                return Threads.start(told);
              })
          .assemble()
          .close();
    }

    assertThat(error.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("the observer was told", "the extension was told");
  }

  @Test
  void tellsOfAServerThatMayHoldAnyMeeting() {
    settings.put("tinyscale.startup.check", "warn");
    servers
        .get("bbb2")
        .answers(
            "*",
            "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
                + "</response>");
    GatewayObserver observer =
        new GatewayObserver() {
          @Override
          public void serverUnknown(Server server) {
            events.add("unknown " + server.name());
          }
        };

    balancer().observer(observer).start().close();

    assertThat(events).containsExactly("unknown bbb2");
  }

  @Test
  void tellsThePolicyWhatTheFirstSweepFinds() {
    servers.get("bbb2").holds("math");
    PlacementPolicy policy =
        new PlacementPolicy() {
          @Override
          public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
            return Optional.empty();
          }

          @Override
          public SweepObserver sweep(Server server, long asked) {
            return new SweepObserver() {
              @Override
              public void meeting(MeetingId meetingId, HeldMeeting meeting) {
                events.add(server.name() + " has " + meetingId.text());
              }

              @Override
              public void ended(boolean complete) {
                events.add(server.name() + " told all: " + complete);
              }
            };
          }
        };

    balancer().policy(policy).start().close();

    assertThat(events)
        .containsSubsequence("bbb2 has math", "bbb2 told all: true")
        .contains("bbb1 told all: true")
        .hasSize(3);
  }

  @Test
  void showsItsStatus() {
    try (Balancer balancer = balancer().start()) {
      BalancerStatus status = balancer.status();

      assertThat(status.servers())
          .extracting(server -> server.status().server().name())
          .containsExactly("bbb1", "bbb2");
      assertThat(status.servers())
          .allSatisfy(
              server -> {
                assertThat(server.status().health().isUp()).isTrue();
                assertThat(server.meetings()).isZero();
                assertThat(server.calls()).isZero();
                assertThat(server.mostCalls()).isEqualTo(2000);
              });
      assertThat(status.takingNewMeetings()).isEqualTo(2);
      assertThat(status.caution())
          .satisfies(
              caution -> {
                assertThat(caution.balancers()).isEqualTo(Balancers.AUTO);
                assertThat(caution.alone()).isFalse();
                assertThat(caution.rest()).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
              });
      assertThat(status.placement()).isEqualTo("round-robin");
      assertThat(status.calls()).isZero();
      assertThat(status.mostCalls()).isEqualTo(5000);
      assertThat(status.toString()).doesNotContain("secret of");
    }
  }

  @Test
  void closesTheTransportIfTheStartFails() {
    servers.get("bbb1").is(FakeServers.Fault.REFUSES);
    Balancer.Builder refused = balancer();

    assertThatThrownBy(refused::start).isInstanceOf(StartupException.class);

    assertThat(closed).hasValue(1);
  }

  @Test
  void refusesToStartWithoutATransport() {
    TinyscaleConfig config =
        TinyscaleConfig.read(List.of(ConfigSource.properties("the test", settings)));

    assertThatThrownBy(() -> Balancer.of(config).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("upstream");
  }

  @Test
  void leavesNoThreadBehind() {
    List<Thread> before = new ArrayList<>(Thread.getAllStackTraces().keySet());

    balancer().start().close();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread))
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("tinyscale-"));
  }

  @Test
  void showsWhatEachServerIsExpectedToCarry() {
    settings.put("tinyscale.placement", "expected-load");
    servers.get("bbb2").holds("math");

    try (Balancer balancer = balancer().start()) {
      BalancerStatus status = balancer.status();

      assertThat(status.placement()).isEqualTo("expected-load");
      assertThat(status.servers())
          .extracting(
              server -> server.load().meetings(),
              BalancerStatus.OfServer::expectedLoad,
              BalancerStatus.OfServer::weight,
              BalancerStatus.OfServer::fill)
          .containsExactly(tuple(0, 0.0, 1, 0.0), tuple(1, 0.0, 1, 0.0));
    }
  }

  @Test
  void roundRobinExpectsNothing() {
    try (Balancer balancer = balancer().start()) {
      assertThat(balancer.status().servers())
          .extracting(BalancerStatus.OfServer::fill)
          .containsExactly(-1.0, -1.0);
    }
  }

  /** Notes when it is told to keep what it knows. */
  private final class KeepingPolicy implements PlacementPolicy {
    @Override
    public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
      return Optional.empty();
    }

    @Override
    public void keep() {
      events.add("kept");
      throw new IllegalStateException("an extension's mistake");
    }
  }

  @Test
  void letsThePolicyKeepWhatItKnowsWhenItStops() {
    Balancer balancer = balancer().policy(new KeepingPolicy()).start();
    assertThat(events).isEmpty();

    balancer.close();
    balancer.close();

    assertThat(events).containsExactly("kept");
  }

  @Test
  void aCheckKeepsNothing() {
    balancer().policy(new KeepingPolicy()).check();

    assertThat(events).isEmpty();
  }

  @Test
  void aHistoryThatCannotBeReadDoesNotPreventTheStart() {
    settings.put("tinyscale.placement", "expected-load");
    settings.put("tinyscale.placement.history", directory.toString());
    GatewayObserver observer =
        new GatewayObserver() {
          @Override
          public void configWarning(String warning) {
            events.add(warning);
          }
        };

    balancer().observer(observer).start().close();

    assertThat(events)
        .filteredOn(event -> event.startsWith("placement.history: " + directory))
        .hasSize(1);
  }

  @Test
  void aGivenPolicyOverridesTheConfiguration() {
    try (Balancer balancer =
        balancer()
            .policy(
                (candidates, request) ->
                    Optional.of(candidates.get(candidates.size() - 1)).map(ServerStatus::server))
            .start()) {
      assertThat(balancer.status().placement()).contains("BalancerTest");
    }
  }

  @Test
  void refusesAMissingPolicyAndClosesTheTransport() {
    settings.put("tinyscale.placement", "org.example.Fullest");
    Balancer.Builder refused = balancer();

    assertThatThrownBy(refused::start)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "placement: org.example.Fullest (expected: round-robin, expected-load)");

    assertThat(closed).hasValue(1);
  }

  // Callbacks.

  @Test
  void tellsItsRelayWhatItNeedsAndClosesIt() {
    FakeRelay relay = new FakeRelay();
    GatewayObserver observer =
        new GatewayObserver() {
          @Override
          public void callbackGivenUp(CallbackTry failed, String cause) {
            events.add(failed.host() + ": " + cause);
          }
        };
    try (Balancer balancer = balancer().observer(observer).relay(relay).start()) {
      CallbackContext told = relay.context();

      assertThat(told.tenants())
          .singleElement()
          .satisfies(
              house -> {
                assertThat(house.name()).isEqualTo("house");
                assertThat(house.secrets()).containsExactly(Secret.of("front"));
              });
      assertThat(told.owner("0123-456")).contains(told.tenants().get(0));
      assertThat(told.serverSecrets())
          .containsExactly(Secret.of("secret of bbb1"), Secret.of("secret of bbb2"));
      assertThat(told.clock().instant())
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
      assertThat(balancer.status().callbacks()).isEqualTo(relay.status());
      told.observer().callbackGivenUp(new CallbackTry("house", CallbackKind.ENDED, "h", 1), "x");
      assertThat(events).containsExactly("h: x");
      assertThat(relay.closed()).isZero();
    }

    assertThat(relay.closed()).isOne();
  }

  @Test
  void itsRoutesHaveTheRelaysPath() {
    String path = RelaySettings.PATH + "e1.house.x";
    try (Balancer plain = balancer().start()) {
      assertThat(plain.routes().at(path)).isEmpty();
      assertThat(plain.routesWithHealth().at(path)).isEmpty();
      assertThat(plain.status().callbacks()).isEqualTo(CallbackStatus.NONE);
    }
    try (Balancer relaying = balancer().relay(new FakeRelay()).start()) {
      assertThat(relaying.routes().at(path)).isPresent();
      assertThat(relaying.routesWithHealth().at(path)).isPresent();
      assertThat(relaying.routes().at("/bigbluebutton/api/create")).isPresent();
      assertThat(relaying.routesWithHealth().at("/health/live")).isPresent();
    }
  }

  @Test
  void refusesToRelayWithoutARelayAndClosesTheTransport() {
    settings.put("tinyscale.relay.url", "https://lb.example.org");

    assertThatThrownBy(balancer()::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("relay.url");

    assertThat(closed).hasValue(1);
  }

  @Test
  void closesTheRelayIfTheStartFails() {
    FakeRelay relay = new FakeRelay();
    servers.get("bbb1").is(FakeServers.Fault.REFUSES);

    assertThatThrownBy(balancer().relay(relay)::start).isInstanceOf(StartupException.class);

    assertThat(relay.closed()).isOne();
  }

  @Test
  void doesNotStartIfItsRelayCannotBegin() {
    ConfigException locked =
        new ConfigException(List.of(ConfigException.Problem.of("relay.spool", "x", "y", "z")));
    Balancer.Builder refused =
        balancer()
            .relay(
                new FakeRelay() {
                  @Override
                  public void start(CallbackContext context) {
                    throw locked;
                  }
                });

    assertThatThrownBy(refused::start).isSameAs(locked);

    assertThat(closed).hasValue(1);
  }

  @Test
  void aCheckDoesNotStartTheRelay() {
    FakeRelay relay = new FakeRelay();

    balancer().relay(relay).check();

    assertThat(relay.context()).isNull();
    assertThat(relay.closed()).isOne();
  }

  @Test
  void drainsAServerByAnEditOfThePoolFile() throws IOException {
    servers.get("bbb1").holds("math");
    settings.put("tinyscale.health.interval", "1s");
    settings.put("tinyscale.health.timeout", "900ms");
    Path file = directory.resolve("servers.json");
    String before = Files.readString(file);
    try (Balancer balancer = balancer().start()) {
      PoolEdited edited =
          balancer
              .edit(
                  new PoolEdit.Change(
                      "bbb1",
                      ServerFields.NONE
                          .state(AdminState.CORDONED)
                          .drain(new Drain(Instant.now(), true, Drain.Then.DISABLED, ""))))
              .toCompletableFuture()
              .join();

      assertThat(edited).isInstanceOf(PoolEdited.Done.class);
      assertThat(balancer.status().servers().get(0).status().server().state())
          .isEqualTo(AdminState.CORDONED);
      await()
          .untilAsserted(
              () ->
                  assertThat(file)
                      .hasContent(before.replace("bbb1\"}", "bbb1\", \"state\": \"disabled\"}")));
      assertThat(servers.get("bbb1").meetings()).isEmpty();
      assertThat(balancer.recentEvents().newest(100))
          .extracting(RecentEvents.Event::name)
          .contains("tinyscale.started", "server.up", "pool.changed", "server.drain-ended");
    }
  }
}
