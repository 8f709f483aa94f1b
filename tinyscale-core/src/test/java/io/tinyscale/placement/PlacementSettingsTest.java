package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.config.ConfigException;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    assertThat(new PlacementSettings("round-robin", true).load(null))
        .isInstanceOf(RoundRobin.class);
  }

  @Test
  void takesThePolicyThatAJarOffers() throws IOException {
    try (URLClassLoader jar = offering(First.class.getName())) {
      assertThat(new PlacementSettings(First.class.getName(), false).load(jar))
          .isInstanceOf(First.class);
    }
  }

  @Test
  void refusesAClassThatNoJarOffers() {
    PlacementSettings settings = new PlacementSettings("org.example.Fullest", false);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> settings.load(null))
        .withMessage(
            "placement: org.example.Fullest (expected: round-robin). Choose one of these, or add the"
                + " jar whose META-INF/services/io.tinyscale.placement.PlacementPolicy names the"
                + " class.");
  }

  @Test
  void suggestsASimilarPolicy() throws IOException {
    String offered = First.class.getName();
    PlacementSettings settings = new PlacementSettings(offered.toLowerCase() + "t", false);

    try (URLClassLoader jar = offering(offered)) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> settings.load(jar))
          .withMessageContaining("(expected: round-robin, " + offered + ")")
          .withMessageEndingWith("Did you mean " + offered + "?");
    }
  }

  @Test
  void reportsAJarThatOffersAMissingClass() throws IOException {
    PlacementSettings settings = new PlacementSettings("org.example.Gone", false);

    try (URLClassLoader jar = offering("org.example.Gone")) {
      assertThatThrownBy(() -> settings.load(jar)).isInstanceOf(ServiceConfigurationError.class);
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
}
