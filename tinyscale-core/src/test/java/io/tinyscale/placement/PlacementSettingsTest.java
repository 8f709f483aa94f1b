package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.config.ConfigException;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementSettingsTest {

  /** A policy that a jar beside the product may offer. */
  public static final class First implements PlacementPolicy {
    @Override
    public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
      return candidates.stream().findFirst().map(ServerStatus::server);
    }
  }

  @TempDir private Path folder;

  @Test
  void roundRobinNeedsNoJar() {
    assertThat(
            new PlacementSettings("round-robin", true)
                .load(
                    null,
                    false,
                    InstantSource.system(),
                    System::nanoTime,
                    new GatewayObserver() {}))
        .isInstanceOf(RoundRobin.class);
  }

  @Test
  void takesThePolicyThatAJarOffers() throws IOException {
    try (URLClassLoader jar = offering(First.class.getName())) {
      assertThat(
              new PlacementSettings(First.class.getName(), false)
                  .load(
                      jar,
                      false,
                      InstantSource.system(),
                      System::nanoTime,
                      new GatewayObserver() {}))
          .isInstanceOf(First.class);
    }
  }

  @Test
  void expectedLoadKnowsTheSizesOfMeetingsAfterARestart() {
    PlacementSettings settings =
        new PlacementSettings(
            "expected-load",
            false,
            ExpectedLoadSettings.DEFAULT,
            folder.resolve("history"),
            List.of());
    Server server = LoadScene.server("A", 1);
    PlacementPolicy before =
        settings.load(
            null, false, InstantSource.system(), System::nanoTime, new GatewayObserver() {});
    LoadScene.answer(
        before.sweep(server, System.nanoTime()),
        Map.of("math", LoadScene.held(80, 0, Instant.now(), 0, false, 0)),
        true);
    LoadScene.answer(before.sweep(server, System.nanoTime()), Map.of(), true);
    before.keep();

    PlacementPolicy after =
        settings.load(
            null, false, InstantSource.system(), System::nanoTime, new GatewayObserver() {});
    after.choose(LoadScene.statuses(List.of(server)), LoadScene.create("math"));
    assertThat(after.expectedLoad(server)).as("before the server told its meetings").isEmpty();
    LoadScene.answer(after.sweep(server, System.nanoTime()), Map.of(), true);

    assertThat(after.expectedLoad(server)).hasValue(80);
    assertThat(after.name()).isEqualTo("expected-load");
  }

  @Test
  void refusesAClassThatNoJarOffers() {
    PlacementSettings settings = new PlacementSettings("org.example.Fullest", false);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                settings.load(
                    null,
                    false,
                    InstantSource.system(),
                    System::nanoTime,
                    new GatewayObserver() {}))
        .withMessage(
            "placement: org.example.Fullest (expected: round-robin, expected-load). Choose one of these, or add the"
                + " jar whose META-INF/services/io.tinyscale.placement.PlacementPolicy names the"
                + " class.");
  }

  @Test
  void suggestsASimilarPolicy() throws IOException {
    String offered = First.class.getName();
    PlacementSettings settings = new PlacementSettings(offered.toLowerCase() + "t", false);

    try (URLClassLoader jar = offering(offered)) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(
              () ->
                  settings.load(
                      jar,
                      false,
                      InstantSource.system(),
                      System::nanoTime,
                      new GatewayObserver() {}))
          .withMessageContaining("(expected: round-robin, expected-load, " + offered + ")")
          .withMessageEndingWith("Did you mean " + offered + "?");
    }
  }

  @Test
  void reportsAJarThatOffersAMissingClass() throws IOException {
    PlacementSettings settings = new PlacementSettings("org.example.Gone", false);

    try (URLClassLoader jar = offering("org.example.Gone")) {
      assertThatThrownBy(
              () ->
                  settings.load(
                      jar,
                      false,
                      InstantSource.system(),
                      System::nanoTime,
                      new GatewayObserver() {}))
          .isInstanceOf(ServiceConfigurationError.class);
    }
  }

  private URLClassLoader offering(String name) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(PlacementPolicy.class.getName()), name + "\n");
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, PlacementSettingsTest.class.getClassLoader());
  }

  @Test
  void aPolicyIsCalledByItsClassUnlessItHasAName() {
    assertThat(new First().name()).isEqualTo(First.class.getName());
    assertThat(new RoundRobin(true).name()).isEqualTo("round-robin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void saysThatAPolicyIsEmpty(String policy) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new PlacementSettings(policy, true))
        .withMessageStartingWith("placement: empty (expected: round-robin");
  }

  @Test
  void severalBalancersThatShareNothingChooseAlike() {
    PlacementSettings settings = new PlacementSettings(ExpectedLoad.NAME, true);
    List<Server> servers = List.of(LoadScene.server("A", 1), LoadScene.server("B", 1));
    LoadScene scene = new LoadScene(1, 1);
    PlacementRequest create = LoadScene.create(scene.idPreferring("B", "m"));
    for (boolean several : new boolean[] {false, true}) {
      PlacementPolicy policy =
          settings.load(
              null, several, InstantSource.system(), System::nanoTime, new GatewayObserver() {});
      for (Server server : servers) {
        int users = server.name().equals("A") ? 100 : 110;
        SweepObserver sweep = policy.sweep(server, System.nanoTime());
        sweep.meeting(new MeetingId("x"), new HeldMeeting("", users, ""));
        sweep.ended(true);
      }

      assertThat(policy.choose(LoadScene.statuses(servers), create).map(Server::name))
          .as("several balancers: %s", several)
          .contains(several ? "B" : "A");
    }
  }
}
