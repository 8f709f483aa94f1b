package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The status page while servers fail. */
@Tag("parts")
@ExtendWith(PageExtension.class)
class StatusPageTroubleIT {

  private final StatusPage page;
  private final Browser browser;

  StatusPageTroubleIT(StatusPage page) {
    this.page = page;
    browser = page.browser();
  }

  @Test
  void firstNamesTheServerThatWasKilledAndWhomThatHits() {
    browser.view(360, 640, "light");
    SimulatorProcess killed = page.server(3);
    page.meet(killed, "lecture", 5);
    page.awaitCell("bbb3", "users", "^5$");

    page.kill(killed);

    page.awaitVerdict(
        "!\\s+Rooms open, but bbb3 is down since \\d+:\\d+ \\(\\d+ s\\):"
            + " it affects 1 meeting with 5 people\\.");
    assertThat(browser.run("return document.querySelector('main').innerText.trim()").toString())
        .as("the first text")
        .startsWith(browser.text("#verdict"));
    assertThat(bottom("#verdict")).as("lowest pixel of the verdict").isLessThanOrEqualTo(640);
    assertThat(browser.run("return document.title")).isEqualTo("(1) tinyscale");
    page.awaitCell("bbb3", "verdict", "DOWN");
    assertThat(browser.text("#servers tr")).as("the first row").startsWith("bbb3");

    page.restore();
    page.awaitVerdict("✓\\s+Rooms open");
    page.awaitCell("bbb3", "verdict", "✓ up");
  }

  private int bottom(String selector) {
    Object bottom =
        browser.run(
            "return document.querySelector(arguments[0]).getBoundingClientRect().bottom", selector);
    return ((Number) bottom).intValue();
  }

  @Test
  void endsOneCopyOfAMeeting() {
    page.running().create("twice");
    SimulatorProcess kept =
        page.servers().stream().filter(server -> server.holds("twice")).findFirst().orElseThrow();
    SimulatorProcess other = page.server(kept == page.server(1) ? 2 : 1);
    kept.join("twice", "Ann");
    page.meet(other, "twice", 3);

    page.awaitVerdict("alive on two servers since .* it affects twice with 4 people\\.");
    browser.awaitText("#problems", "twice");
    String copy = "#problems [data-key=" + other.name() + "] ";
    browser.awaitText(copy + "[data-slot=text]", "^" + other.name() + ": 3 people");
    assertThat(browser.text("#problems")).doesNotContain("Ask it now");
    browser.element(copy + "[data-slot=end]").click();
    browser.awaitText("#confirm", "^End twice on " + other.name());
    browser.element("#confirm .danger").click();

    browser.awaitText("#result", "^twice on " + other.name() + " was ended\\.");
    await().atMost(Duration.ofSeconds(30)).until(() -> !other.holds("twice"));
    assertThat(kept.holds("twice")).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(browser.text("#problems")).doesNotContain("twice"));
  }
}
