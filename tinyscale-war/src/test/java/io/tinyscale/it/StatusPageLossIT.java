package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The status page while it hears nothing of the balancer. */
@Tag("parts")
@ExtendWith(PageExtension.class)
class StatusPageLossIT {

  private static final String OLD = "Connection lost at \\d+:\\d+:\\d+; figures are old";

  @TempDir private Path folder;

  private final StatusPage page;
  private final Browser browser;

  StatusPageLossIT(StatusPage page) {
    this.page = page;
    browser = page.browser();
  }

  @Test
  void saysThatFiguresAreOldWhileTheBalancerIsSilent() {
    try {
      Duration took = page.until("#verdict", OLD, () -> page.running().process().signal("STOP"));

      assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(6));
      assertThat(browser.run("return getComputedStyle(document.querySelector('#data')).opacity"))
          .as("opacity of the figures")
          .isNotEqualTo("1");
      assertThat(browser.run("return document.title")).isEqualTo("(lost) tinyscale");
    } finally {
      page.running().process().signal("CONT");
    }
    page.awaitVerdict("Rooms open");
    page.awaitServers();
  }

  @Test
  void asksAgainForWhatItDidNotGet() {
    try {
      browser.breakOff("*/api/v1/token", "*/api/v1/history", "*/api/v1/events*");
      browser.requests();
      page.open(page.running());
      browser.awaitText("#server-count", "4 of 4");
      await().until(() -> browser.requests().stream().anyMatch(StatusPageLossIT::asksForTheToken));
      assertThat(browser.text("#foot")).doesNotContain("logged in as");
    } finally {
      browser.breakOff();
    }

    browser.awaitText("#foot", "logged in as anna");
    browser.awaitText("#events", "tinyscale.started");
    browser.awaitText("#figures", "15 min: ");
    assertThat(browser.errors()).allMatch(error -> error.contains("Failed to load"));
  }

  private static boolean asksForTheToken(URI address) {
    return address.getPath().endsWith("/token");
  }

  @Test
  void saysThatFiguresAreOldOnceTheBalancerHasStopped() {
    try (RunningDoor stopping = RunningDoor.before(page.servers(), folder)) {
      page.open(stopping);
      page.awaitServers();

      Duration took = page.until("#verdict", OLD, () -> stopping.process().terminate());

      assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(6));
      assertThat(browser.errors()).allMatch(error -> error.contains("Failed to load"));
      assertThat(browser.requests()).isNotEmpty();
    }
    page.open();
  }
}
