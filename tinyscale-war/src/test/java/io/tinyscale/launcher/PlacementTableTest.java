package io.tinyscale.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.PlacementPreview;
import io.tinyscale.balancer.PlacementPreview.OfServer;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Health;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTableTest {

  private final Server one = server("one", 200, AdminState.ENABLED);
  private final Server second = server("the-second", 1, AdminState.CORDONED, "gpu", "eu");

  private static Server server(String name, int weight, AdminState state, String... tags) {
    return new Server(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("sesame"),
        ChecksumAlgorithm.SHA256,
        weight,
        Set.of(tags),
        state);
  }

  private static OfServer row(
      Server server,
      ServerLoad load,
      OptionalDouble expected,
      OptionalDouble score,
      String obstacle) {
    return new OfServer(
        new ServerStatus(server, Health.UP, true, load, false, false), expected, score, obstacle);
  }

  @Test
  void alignsWordsAndNumbers() {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      String table =
          PlacementTable.of(
              new PlacementPreview(
                  "expected-load",
                  List.of(
                      row(
                          one,
                          new ServerLoad(3, 41, 2),
                          OptionalDouble.of(130.5),
                          OptionalDouble.of(0.8775),
                          ""),
                      row(
                          second,
                          ServerLoad.UNKNOWN,
                          OptionalDouble.of(7),
                          OptionalDouble.empty(),
                          "cordoned")),
                  Optional.of(one),
                  "the policy chooses it"));

      assertThat(table.lines())
          .containsExactly(
              "server      tags    state     meetings  people  expected  weight  fill  score",
              "one         -       enabled          3      41    130.50     200  0.65  0.88",
              "the-second  eu,gpu  cordoned         -       -      7.00       1  7.00  cordoned",
              "",
              "one (the policy chooses it; policy expected-load)");
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void saysWhyNoServerWouldGetTheMeeting() {
    String table =
        PlacementTable.of(
            new PlacementPreview(
                "round-robin",
                List.of(
                    row(
                        second,
                        ServerLoad.UNKNOWN,
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        "cordoned")),
                Optional.empty(),
                "internalError: Nothing"));

    assertThat(table).endsWith("none (internalError: Nothing)").doesNotContain("sesame");
  }

  @Test
  void namesTheServersThatDidNotTellTheirMeetings() {
    OfServer untold =
        new OfServer(
            new ServerStatus(one, Health.UP, false, ServerLoad.UNKNOWN, false, false),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            "in doubt");

    String table =
        PlacementTable.of(
            new PlacementPreview("round-robin", List.of(untold), Optional.empty(), "a reason"));

    assertThat(table).contains("did not tell their meetings: one (a meeting on them is not seen)");
  }
}
