package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What axe finds in the status page, in light and dark, on a phone and a large screen. */
@Tag("parts")
@ExtendWith(PageExtension.class)
class StatusPageAccessibilityIT {

  private final StatusPage page;
  private final Browser browser;

  StatusPageAccessibilityIT(StatusPage page) {
    this.page = page;
    browser = page.browser();
  }

  private void assertAccessible(String what) {
    for (String colours : new String[] {"light", "dark"}) {
      for (int width : new int[] {360, 1920}) {
        browser.view(width, 1000, colours);
        String as = what + ", " + colours + ", " + width + " px wide";
        assertThat(browser.faults()).as(as).isEmpty();
        assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth"))
            .as("how far the page scrolls sideways, " + as)
            .satisfies(wider -> assertThat((Long) wider).isNotPositive());
      }
    }
  }

  @Test
  void findsTextThatIsHardToReadInTheDark() {
    browser.view(360, 1000, "dark");
    browser.run("document.querySelector('#verdict-words').style.color = '#333'");

    assertThat(browser.faults()).hasSize(1).first().asString().startsWith("color-contrast: ");
  }

  @Test
  void findsNothingInTheLogin() {
    page.openWithoutToken();
    browser.awaitText("#login", "^Log in");

    assertAccessible("login");
  }

  @Test
  void findsNothingInTheStatusAndItsDialogs() {
    page.running().create("math");
    assertAccessible("all is well");

    page.kill(page.server(3));
    page.awaitVerdict("bbb3 is down");
    page.state("bbb1", "cordoned");
    page.awaitCell("bbb1", "state", "cordoned");
    assertAccessible("a server is down");

    page.button("bbb2", "drain").click();
    browser.awaitText("#drain", "^Drain bbb2");
    assertAccessible("a dialog is open");
    browser.element("#drain [data-close]").click();
    browser.element("#servers button[data-server=bbb3]").click();
    browser.awaitText("#server-panel", "^Server bbb3");
    assertAccessible("a server's panel is open");

    browser.run("document.querySelector('dialog[open]').close()");
    page.running().process().signal("STOP");
    try {
      page.awaitVerdict("figures are old");
      assertAccessible("the balancer is silent");
    } finally {
      page.running().process().signal("CONT");
    }
  }
}
