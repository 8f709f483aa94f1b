package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The status page without a mouse. */
@Tag("parts")
@ExtendWith(PageExtension.class)
class StatusPageKeyboardIT {

  private final StatusPage page;
  private final Browser browser;

  StatusPageKeyboardIT(StatusPage page) {
    this.page = page;
    browser = page.browser();
  }

  @Test
  void logsInAndSkipsToTheStatus() {
    page.openWithoutToken();
    browser.awaitText("#login", "^Log in");

    browser.tabTo("#token");
    browser.press(RunningDoor.ADMIN, Keys.ENTER);

    page.awaitServers();
    browser.run("document.activeElement.blur()");
    browser.tabTo(".skip");
    browser.press(Keys.ENTER);
    assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");
  }

  @Test
  void cordonsAndEnablesAServer() {
    browser.tabTo("button[aria-label='Cordon bbb2']");
    browser.press(Keys.SPACE);

    browser.awaitText("#result", "^bbb2 gets no new meetings\\.");
    page.awaitCell("bbb2", "state", "cordoned");
    assertThat(page.told("bbb2").get("state").getAsString()).isEqualTo("cordoned");
    browser.tabTo("#result-close");
    browser.press(Keys.ENTER);
    browser.tabTo("button[aria-label='Enable bbb2']");
    browser.press(Keys.ENTER);
    page.awaitCell("bbb2", "state", "enabled");
  }

  @Test
  void drainsAServerByTheDialog() {
    String drain = "button[aria-label='Drain… bbb3']";
    browser.tabTo(drain);
    browser.press(Keys.ENTER);
    browser.awaitText("#drain", "^Drain bbb3");
    browser.press(Keys.ESCAPE);
    assertThat(browser.text("#drain")).isEmpty();
    assertThat(browser.run("return document.activeElement.matches(arguments[0])", drain))
        .as("focus is back on the button")
        .isEqualTo(true);

    browser.press(Keys.ENTER);
    browser.tabTo("#drain-then");
    browser.press(Keys.ARROW_DOWN);
    browser.tabTo("#drain-message");
    browser.press("Back in an hour");
    browser.awaitText("#drain code", "then.:.disabled.*Back in an hour");
    browser.tabTo("#drain .main");
    browser.press(Keys.ENTER);

    browser.awaitText("#result", "^bbb3 is being drained");
    page.awaitCell("bbb3", "state", "disabled");
    page.state("bbb3", "enabled");
    page.awaitCell("bbb3", "state", "enabled");
  }

  @Test
  void findsAMeeting() {
    page.running().create("chemistry");

    browser.tabTo("#find-id");
    browser.press("chemistry", Keys.ENTER);

    browser.awaitText("#find-answer", "^chemistry is on bbb\\d, ");
  }

  @Test
  void sortsAndOpensAServer() {
    browser.tabTo("[data-sort=name] button");
    browser.press(Keys.ENTER);
    assertThat(browser.element("[data-sort=name]").getDomAttribute("aria-sort"))
        .isEqualTo("ascending");

    browser.tabTo("#servers button[data-server=bbb4]");
    browser.press(Keys.ENTER);
    browser.awaitText("#server-panel", "^Server bbb4");
    browser.press(Keys.ESCAPE);
    assertThat(browser.text("#server-panel")).isEmpty();
  }
}
