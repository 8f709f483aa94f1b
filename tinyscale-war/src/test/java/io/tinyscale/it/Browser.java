package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window. It and its driver must be on the path of programs. */
final class Browser implements AutoCloseable {

  /** More than the page has elements that take the focus. */
  private static final int MOST_TABS = 60;

  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration OFTEN = Duration.ofMillis(50);

  private final Path profile;
  private final ChromeDriver driver;
  private final String axe = resource("/axe.min.js");

  private Browser(Path profile, ChromeDriver driver) {
    this.profile = profile;
    this.driver = driver;
  }

  /** Starts a browser with an empty profile. */
  static Browser start() {
    try {
      Path profile = Files.createTempDirectory("browser");
      // With its path given, Selenium does not look for a driver, and downloads nothing.
      ChromeDriverService service =
          new ChromeDriverService.Builder().usingDriverExecutable(program("chromedriver")).build();
      Browser browser = new Browser(profile, new ChromeDriver(service, options(profile)));
      // How times of the day and numbers are written.
      browser.driver.executeCdpCommand("Emulation.setLocaleOverride", Map.of("locale", "en-GB"));
      return browser;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChromeOptions options(Path profile) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium"));
    // No sandbox: without one Chromium runs as root, too, and here it sees our own pages alone.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    return options;
  }

  private static File program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> new File(folder, name))
        .filter(File::canExecute)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError(name + " is missing: install chromium and chromium-driver"));
  }

  private static String resource(String name) {
    try (InputStream in = Browser.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads a page anew, even if it is the one that is shown. */
  void open(String address) {
    driver.get("about:blank");
    driver.get(address);
  }

  String address() {
    return driver.getCurrentUrl();
  }

  /** Shows the page at this width, in colours that are {@code light} or {@code dark}. */
  void view(int width, int height, String colours) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
  }

  /** Runs a script in the page, and returns what it returns. */
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /**
   * Runs a script in every page from its very beginning, until the number returned is taken back.
   */
  String runFirst(String script) {
    return (String)
        driver
            .executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
            .get("identifier");
  }

  void runFirstNoMore(String number) {
    driver.executeCdpCommand(
        "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", number));
  }

  /** Breaks off requests whose addresses fit one of these patterns, and no others. */
  void breakOff(String... patterns) {
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand("Network.setBlockedURLs", Map.of("urls", List.of(patterns)));
  }

  WebElement element(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> elements(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** What can be read in the first element; empty if it is hidden or not there. */
  String text(String selector) {
    Object text =
        run(
            "const node = document.querySelector(arguments[0]);"
                + "return node && node.checkVisibility() ? node.innerText.trim() : ''",
            selector);
    return text.toString();
  }

  /** Waits until the text of an element matches. */
  void awaitText(String selector, String regex) {
    await()
        .atMost(PATIENCE)
        .pollInterval(OFTEN)
        .untilAsserted(() -> assertThat(text(selector)).as(selector).containsPattern(regex));
  }

  /** Waits until a script returns a number, and returns it, rounded. */
  long awaitNumber(String script) {
    Object number =
        await()
            .atMost(PATIENCE)
            .pollInterval(OFTEN)
            .until(() -> run(script), Number.class::isInstance);
    return Math.round(((Number) number).doubleValue());
  }

  /** Goes to an element with the Tab key alone; fails if the focus cannot be seen there. */
  void tabTo(String selector) {
    String focused = "return document.activeElement.matches(arguments[0])";
    for (int i = 0; i < MOST_TABS && !Boolean.TRUE.equals(run(focused, selector)); i++) {
      press(Keys.TAB);
    }
    assertThat(
            run(
                focused
                    + " && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2",
                selector))
        .as("visible focus on " + selector)
        .isEqualTo(true);
  }

  /** Presses keys, wherever the focus is. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** What axe-core finds wrong: a line for each rule, with the places. */
  List<String> faults() {
    if (!Boolean.TRUE.equals(run("return 'axe' in window"))) {
      run(axe);
    }
    Object found =
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "axe.run({resultTypes: ['violations']}).then(({violations}) => done(violations.map("
                + "({id, help, nodes}) => `${id}: ${help}: ` + nodes.map(({html, any}) =>"
                + " `${html} ${any.map(({message}) => message)}`).join(' | '))),"
                + " (error) => done([String(error)]))");
    return ((List<?>) found).stream().map(Object::toString).toList();
  }

  /** The errors of the console since the last question. */
  List<String> errors() {
    return log(LogType.BROWSER)
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The addresses asked for since the last question. */
  List<URI> requests() {
    return network("Network.requestWillBeSent")
        .map(event -> URI.create(event.getAsJsonObject("request").get("url").getAsString()))
        .toList();
  }

  /** The status of each answer since the last question, also of those that no script may see. */
  List<Integer> statuses() {
    return network("Network.responseReceivedExtraInfo")
        .map(event -> event.get("statusCode").getAsInt())
        .toList();
  }

  private Stream<JsonObject> network(String method) {
    return log(LogType.PERFORMANCE)
        .map(entry -> JsonParser.parseString(entry.getMessage()).getAsJsonObject())
        .map(entry -> entry.getAsJsonObject("message"))
        .filter(message -> message.get("method").getAsString().equals(method))
        .map(message -> message.getAsJsonObject("params"));
  }

  private Stream<LogEntry> log(String type) {
    return StreamSupport.stream(driver.manage().logs().get(type).spliterator(), false);
  }

  /** Goes into a frame of the page, until another page is opened. */
  void enterFrame(String selector) {
    driver.switchTo().frame(element(selector));
  }

  /** Goes back from a frame to its page. */
  void leaveFrame() {
    driver.switchTo().defaultContent();
  }

  /** A picture of the whole page, as PNG. */
  byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
