package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Server;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator reads if tinyscale does not start. */
class StartupCheckTest {

  private static final Server BBB1 =
      Server.of(
          "bbb1", URI.create("https://bbb1.example.org/bigbluebutton/api"), Secret.of("sesame"));

  private static void assertRefused(Sweep sweep, String message) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> StartupCheck.ABORT.require(List.of(sweep)))
        .withMessage("bbb1 (bbb1.example.org): " + message);
  }

  @Test
  void saysWhatToMend() {
    assertRefused(
        new Sweep.Failed(BBB1, Map.of(), "HTTP 404", "Correct its path."),
        "HTTP 404. Correct its path. Set startup.check=warn to start without the server.");
  }

  @Test
  void saysHowToStartTheServerIfTheFailureShowsNothingElse() {
    assertRefused(
        Sweep.Failed.of(BBB1, "Connection refused"),
        "Connection refused. Start the server or mend its host in the pool file."
            + " Set startup.check=warn to start without the server.");
  }

  @Test
  void advisesNoSettingThatIsSetAlready() {
    Sweep dead = Sweep.Failed.of(BBB1, "Connection refused");

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> StartupCheck.WARN.requireAll(List.of(dead)))
        .withMessage(
            "bbb1 (bbb1.example.org): Connection refused."
                + " Start the server or mend its host in the pool file.");
  }

  @Test
  void saysThatTinyscaleMayOpenTooFewFiles() {
    assertRefused(
        new Sweep.Unasked(BBB1),
        "no connection could be opened: no file descriptor or port is left."
            + " Let tinyscale open more files (ulimit -n).");
  }

  @Test
  void saysWhereTheSecretIs() {
    assertRefused(
        new Sweep.WrongSecret(BBB1),
        "refuses our checksum. Copy its secret from `bbb-conf --secret` on bbb1.example.org into"
            + " the pool file.");
  }
}
