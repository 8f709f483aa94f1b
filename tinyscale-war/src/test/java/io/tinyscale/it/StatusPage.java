package io.tinyscale.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openqa.selenium.WebElement;

/** The status page in a browser, with the balancer and the four servers that it tells of. */
final class StatusPage implements AutoCloseable {

  private final Browser browser;
  private final Path folder;
  private final List<SimulatorProcess> servers;
  private final RunningDoor running;

  private StatusPage(
      Browser browser, Path folder, List<SimulatorProcess> servers, RunningDoor running) {
    this.browser = browser;
    this.folder = folder;
    this.servers = servers;
    this.running = running;
  }

  /** Starts the servers and the balancer. */
  static StatusPage start(Browser browser) {
    try {
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
  SimulatorProcess server(int number) {
    return servers.get(number - 1);
  }

  /** Makes a meeting with people on a server, without the balancer. */
  void meet(SimulatorProcess server, String meetingId, int people) {
    server.create(meetingId);
    for (int i = 1; i <= people; i++) {
      server.join(meetingId, "Person" + i);
    }
  }

  /** The address with an administrator's token, as the demo prints one. */
  String address() {
    return running.door() + "/#token=" + RunningDoor.ADMIN;
  }

  /** Opens the page with an administrator's token, and waits for its data. */
  void open() {
    browser.open(address());
    awaitServers();
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

  WebElement button(String server, String action) {
    return browser.element(row(server) + " button[data-action=" + action + "]");
  }

  @Override
  public void close() {
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
