package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.openqa.selenium.WebElement;

/** The status page in a browser, with the balancer and the four servers that it tells of. */
final class StatusPage implements AutoCloseable {

  private final Browser browser;
  private final Path folder;
  private final List<SimulatorProcess> servers;
  private final RunningDoor running;
  private final Set<SimulatorProcess> killed = new LinkedHashSet<>();

  private StatusPage(
      Browser browser, Path folder, List<SimulatorProcess> servers, RunningDoor running) {
    this.browser = browser;
    this.folder = folder;
    this.servers = servers;
    this.running = running;
  }

  /** Starts the browser, the servers and the balancer. */
  static StatusPage start() {
    try {
      Browser browser = Browser.start();
      Path folder = Files.createTempDirectory("status-page");
      List<SimulatorProcess> servers =
          Stream.of("bbb1", "bbb2", "bbb3", "bbb4")
              .map(name -> SimulatorProcess.start(name, folder))
              .toList();
      return new StatusPage(browser, folder, servers, RunningDoor.before(servers, folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Browser browser() {
    return browser;
  }

  RunningDoor running() {
    return running;
  }

  /** The servers, whose names are bbb1 to bbb4. */
  List<SimulatorProcess> servers() {
    return servers;
  }

  /** One of the servers, counted from 1. */
  SimulatorProcess server(int number) {
    return servers.get(number - 1);
  }

  /** Kills a server, until {@link #restore}. */
  void kill(SimulatorProcess server) {
    server.close();
    killed.add(server);
  }

  /** Lets all servers be as at the start: up, enabled and without meetings. */
  void restore() {
    killed.forEach(SimulatorProcess::startAgain);
    killed.clear();
    AdminCaller admin = running.admin();
    for (JsonElement element : admin.get("/servers").json().getAsJsonArray("servers")) {
      JsonObject server = element.getAsJsonObject();
      if (!server.get("state").getAsString().equals("enabled")) {
        state(server.get("name").getAsString(), "enabled");
      }
    }
    endMeetings();
  }

  /** Waits until the page knows of no meeting; ends those that it learns of meanwhile. */
  void awaitNoMeetings() {
    await()
        .atMost(Browser.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              endMeetings();
              assertThat(browser.text("#verdict"))
                  .contains("4 of 4 servers take new meetings; 0 meetings");
            });
  }

  private void endMeetings() {
    AdminCaller admin = running.admin();
    for (JsonElement element : admin.get("/meetings").json().getAsJsonArray("meetings")) {
      String id = element.getAsJsonObject().get("meetingID").getAsString();
      JsonObject body = new JsonObject();
      body.addProperty("meetingID", id);
      admin.post("/meetings/end", body.toString());
    }
  }

  /** Makes a meeting with people on a server, without the balancer. */
  void meet(SimulatorProcess server, String meetingId, int people) {
    server.create(meetingId);
    for (int i = 1; i <= people; i++) {
      server.join(meetingId, "Person" + i);
    }
  }

  /** Opens the page with an administrator's token, and waits for its data. */
  void open() {
    open(running);
    awaitServers();
  }

  /** Opens the page of a balancer with an administrator's token. */
  void open(RunningDoor other) {
    browser.open(other.door() + "/#token=" + RunningDoor.ADMIN);
  }

  /** Opens the page as somebody without a token. */
  void openWithoutToken() {
    browser.run("sessionStorage.clear()");
    browser.open(running.door() + "/");
  }

  /** Waits until the page shows all servers. */
  void awaitServers() {
    browser.awaitText("#server-count", "^4 of 4 servers$");
    browser.awaitText("#foot", "logged in as anna");
  }

  /** Waits until the verdict matches. */
  void awaitVerdict(String regex) {
    browser.awaitText("#verdict", regex);
  }

  /** Waits until a cell of a server's row matches. */
  void awaitCell(String server, String column, String regex) {
    browser.awaitText(row(server) + " [data-slot=" + column + "]", regex);
  }

  private static String row(String server) {
    return "#servers tr[data-key=" + server + "]";
  }

  /**
   * Makes a change, waits until the page shows it, and returns how long that took by the page's own
   * clock.
   */
  Duration until(String selector, String regex, Runnable change) {
    browser.run(
        """
        const [selector, regex] = [arguments[0], new RegExp(arguments[1])];
        const begun = performance.now();
        window.tookMillis = null;
        const observer = new MutationObserver(() => {
          if (!regex.test(document.querySelector(selector)?.innerText)) return;
          window.tookMillis = performance.now() - begun;
          observer.disconnect();
        });
        observer.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
        """,
        selector,
        regex);
    change.run();
    return Duration.ofMillis(browser.awaitNumber("return window.tookMillis"));
  }

  /** Sets the state of a server by the API. */
  void state(String server, String state) {
    AdminCaller.Answer answer =
        running.admin().put("/servers/" + server + "/state", "{\"state\":\"" + state + "\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** What the API says about a server. */
  JsonObject told(String server) {
    return running.admin().get("/servers/" + server).json();
  }

  WebElement button(String server, String action) {
    return browser.element(row(server) + " button[data-action=" + action + "]");
  }

  @Override
  public void close() {
    browser.close();
    running.close();
    servers.forEach(SimulatorProcess::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
