package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
    await().until(() -> !other.holds("twice"));
    assertThat(kept.holds("twice")).isTrue();
    await().untilAsserted(() -> assertThat(browser.text("#problems")).doesNotContain("twice"));
  }

  @Test
  void tellsThatAServerCouldNotBeAskedForTheMeetingsToEnd() {
    page.meet(page.server(4), "lecture", 2);
    page.awaitCell("bbb4", "users", "^2$");
    page.kill(page.server(4));
    browser.element("#servers button[data-server=bbb4]").click();
    browser.awaitText("#server-panel", "^Server bbb4");

    browser.element("#server-panel [data-action=end-all]").click();
    browser.awaitText("#confirm", "^End all meetings on bbb4");
    browser.element("#confirm-name").sendKeys("bbb4");
    browser.element("#confirm .danger").click();

    browser.awaitText("#result", "on bbb4: 0 ended, 0 failed; it may hold more: \\w.*\\.");
    assertThat(browser.element("#result").getDomAttribute("data-level")).isEqualTo("bad");
    browser.run("document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())");
    page.restore();
    page.awaitCell("bbb4", "verdict", "✓ up");
  }

  @Test
  void showsTheEventsOfARestartedBalancerAboveThoseBefore() {
    String first =
        browser.runFirst(
            """
            const real = window.fetch;
            const before = (id) => ({id, time: '2020-01-01T00:00:00Z', level: 'INFO', name: 'tinyscale.started', fields: {before: id}});
            window.fetch = async (path, options) => {
              const answer = await real(path, options);
              if (!path.startsWith('api/v1/events') || !answer.ok) return answer;
              const {events} = await answer.json();
              return Response.json({events: [before(1), before(999999), ...events]});
            };
            """);
    try {
      page.open();

      browser.element("#event-filter").sendKeys("tinyscale.started");
      browser.awaitText("#events", "up=[\\s\\S]*before=999999[\\s\\S]*before=1$");
    } finally {
      browser.runFirstNoMore(first);
    }
    page.open();
  }

  @Test
  void namesTheOtherBalancersAndWhatIsWrongWithThem() {
    String first =
        browser.runFirst(
            """
            const real = window.fetch;
            const balancers = {id: 'lb1', store: {address: 'redis://store:6379/0', up: true, young: false},
              others: [{id: 'lb2', differs: []}, {id: 'lb3', differs: ['bbb1']}]};
            const problem = {severity: 'warning', code: 'pool-differs', server: null, since: '2026-11-25T10:00:00Z',
              text: 'other balancers have another pool', meetings: 0, users: 0, cause: null, advice: 'Give all the same.',
              command: 'tinyscale balancers', details: ['lb3: bbb1'], meeting: null};
            window.fetch = async (path, options) => {
              if (path === 'api/v1/stream') throw new TypeError('no stream');
              const answer = await real(path, options);
              if (path !== 'api/v1/status' || !answer.ok) return answer;
              const status = await answer.json();
              return Response.json({...status, balancers, verdict: 'degraded', problems: [problem]});
            };
            """);
    try {
      page.open();

      browser.awaitText(
          "#balancers",
          "^Balancers: lb1 \\(this one\\), lb2, lb3 \\(differs\\)\\."
              + " Their store redis://store:6379/0 answers\\.$");
      page.awaitVerdict("!\\s+Rooms open, but other balancers have another pool since");
      browser.awaitText("#problems", "lb3: bbb1");
      browser.awaitText("#problems", "tinyscale balancers");
      assertThat(browser.text("#problems")).doesNotContain("Ask it now");
      assertThat(browser.faults()).isEmpty();
    } finally {
      browser.runFirstNoMore(first);
    }
    page.open();
    page.awaitVerdict("Rooms open\\.");
    assertThat(browser.text("#balancers")).isEmpty();
  }
}
