package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The status page while all is well. */
@Tag("parts")
@ExtendWith(PageExtension.class)
class StatusPageIT {

  private final StatusPage page;
  private final Browser browser;

  StatusPageIT(StatusPage page) {
    this.page = page;
    browser = page.browser();
  }

  @Test
  void showsTheVerdictTheFiguresAndEachServer() {
    page.meet(page.server(1), "math", 3);

    page.awaitCell("bbb1", "users", "^3$");
    page.awaitVerdict("✓\\s+Rooms open\\. 4 of 4 servers take new meetings; 1 meeting, 3 people");
    assertThat(browser.text("#problems")).isEmpty();
    assertThat(browser.text("#figures [data-key=users] [data-slot=value]")).isEqualTo("3");
  }

  @Test
  void showsServersWithinASecondOfItsLoading() throws Exception {
    String number =
        browser.runFirst(
            """
            new MutationObserver((changes, observer) => {
              if (!document.querySelector('#servers')?.children.length) return;
              window.tookMillis = performance.now(); // since the page began to load
              observer.disconnect();
            }).observe(document, {subtree: true, childList: true});
            """);
    try {
      Tries.assertOneOfThree(this::load, Duration.ofSeconds(1));
    } finally {
      browser.runFirstNoMore(number);
    }
  }

  private Duration load() {
    page.open();
    return Duration.ofMillis(browser.awaitNumber("return window.tookMillis"));
  }

  @Test
  void showsAChangeWithinTwoSeconds() throws Exception {
    Tries.assertOneOfThree(this::cordonAndEnable, Duration.ofSeconds(2));
  }

  private Duration cordonAndEnable() {
    String cell = "#servers [data-key=bbb4] [data-slot=state]";
    Duration took = page.until(cell, "cordoned", () -> page.state("bbb4", "cordoned"));
    page.until(cell, "enabled", () -> page.state("bbb4", "enabled"));
    return took;
  }

  @Test
  void weighsSixtyKilobytes() {
    Object bytes =
        browser.run(
            """
            const sizeOf = (file) => fetch(file).then((answer) => answer.arrayBuffer()).then(({byteLength}) => byteLength);
            return Promise.all(['./', 'status.css', 'status.js'].map(sizeOf)).then((sizes) => sizes.reduce((a, b) => a + b));
            """);

    assertThat((Long) bytes).isBetween(10_000L, 60_000L);
  }

  @Test
  void connectsHoweverOftenItIsOpened() {
    // One time more than a browser has connections to a host.
    for (int i = 0; i < 7; i++) {
      page.open();
    }

    page.awaitServers();
  }

  /** Other programs of the machine may hinder one attempt, and hardly all of them. */
  @Test
  void keepsTheTokenOutOfTheAddress() {
    assertThat(browser.address()).isEqualTo(page.running().door() + "/");
    assertThat(browser.run("return sessionStorage.getItem('tinyscale.token')"))
        .isEqualTo(RunningDoor.ADMIN);
    assertThat(browser.run("return document.cookie + Object.keys(localStorage)")).isEqualTo("");

    browser.element("#forget").click();
    browser.awaitText("#login", "Token");
    assertThat(browser.run("return sessionStorage.length")).isEqualTo(0L);
  }

  @Test
  void asksAgainForATokenThatIsWrong() {
    page.openWithoutToken();
    browser.awaitText("#login", "^Log in");
    assertThat(browser.text("#board")).isEmpty();

    browser.element("#token").sendKeys("tsk_wrong", Keys.ENTER);

    browser.awaitText("#login-error", "The balancer does not know this token\\.");
    assertThat(browser.run("return sessionStorage.length")).isEqualTo(0L);
    assertThat(browser.errors()).allMatch(error -> error.contains("401"));
    browser.element("#token").sendKeys(RunningDoor.READ, Keys.ENTER);
    browser.awaitText("#foot", "logged in as grafana \\(read\\)");
    assertThat(browser.elements("#servers .actions button")).isEmpty();
  }

  @Test
  void findsAMeeting() {
    page.meet(page.server(2), "physics", 2);
    page.awaitCell("bbb2", "users", "^2$");

    find("physics");
    browser.awaitText("#find-answer", "^physics is on bbb2, 2 people, since \\d+:\\d+\\.$");
    find("nothing");
    browser.awaitText("#find-answer", "^No server has nothing\\.$");
    assertThat(browser.errors()).allMatch(error -> error.contains("404"));
  }

  private void find(String meetingId) {
    browser.element("#find-id").clear();
    browser.element("#find-id").sendKeys(meetingId, Keys.ENTER);
  }

  @Test
  void showsMarkupInAMeetingIdAsText() {
    String id = "<img src=x onerror=document.title='broken'>";
    page.running().create(URLEncoder.encode(id, StandardCharsets.UTF_8));

    find(id);

    browser.awaitText("#find-answer", Pattern.quote(id + " is on bbb"));
    browser.element("#event-filter").sendKeys("<img");
    browser.awaitText("#events", Pattern.quote(id));
    assertThat(browser.elements("img")).isEmpty();
    assertThat(browser.run("return document.title")).isEqualTo("tinyscale");
  }
}
