package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the status page shows while all is well. */
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
    page.awaitVerdict(
        "✓\\s+Rooms open\\. 4 of 4 servers take new meetings; 1 meeting, 3 people\\.");
    assertThat(browser.text("#problems")).isEmpty();
    assertThat(browser.text("#figures [data-key=users] [data-slot=value]")).isEqualTo("3");
  }
}
