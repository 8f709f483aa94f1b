package io.tinyscale.admin;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.callback.CallbackOutcome;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The document names exactly the metrics that there are, and the kit no other. */
class MonitoringDocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "monitoring.md");
  private static final Path KIT = Path.of("..", "packaging", "monitoring");

  /** A name as expressions have it, and the labels of the target of a scrape. */
  private static final Pattern ASKED =
      Pattern.compile("\\b((?:tinyscale|bbb|jvm|process)_[a-z_]*[a-z])\\b(?=[\\[{( ])");

  private static final Pattern TESTED = Pattern.compile("series: '(\\w+)\\{([^}]*)}'");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{([^}]*)})? \\S+$");
  private static final Set<String> OF_THE_TARGET = Set.of("job", "instance");
  private static final Pattern NAME = Pattern.compile("`((?:tinyscale|bbb)_[a-z_0-9]+)`");
  private static final Pattern TYPE =
      Pattern.compile("(?m)^# TYPE ((?:tinyscale|bbb)_[a-z_0-9]+) [a-z]+$");

  private final Server server = drained(Statuses.server("bbb1"));
  private final LateObserver observer = new LateObserver();
  private final Metrics metrics =
      new Metrics(this::status, () -> true, observer, new AdminCounts());

  private BalancerStatus status() {
    BalancerStatus alone =
        Statuses.of(
            List.of(server),
            12.5,
            new CallbackStatus(
                1,
                Duration.ofSeconds(3),
                List.of(
                    new CallbackStatus.Count(
                        CallbackKind.values()[0], CallbackOutcome.values()[0], 2))));
    return Statuses.with(alone, Statuses.shared(alone));
  }

  private static Server drained(Server server) {
    return new Server(
        server.name(),
        server.api(),
        server.secret(),
        server.algorithm(),
        server.weight(),
        server.tags(),
        AdminState.CORDONED,
        new Drain(Instant.EPOCH, false, Drain.Then.CORDONED, ""));
  }

  private static String text(Exposition exposition) {
    return new String(exposition.body().bytes().orElseThrow(), StandardCharsets.UTF_8);
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void namesEveryMetricAndNoOther() throws IOException {
    observer.listPartial(ApiCall.GET_MEETINGS, 1, 2);
    observer.swept(server, SweepOutcome.COMPLETE, Duration.ofMillis(20));

    Set<String> there = names(TYPE, text(metrics.scrape("")) + text(metrics.scrapeServers("")));
    // The sizes of rooms come in two forms: exporter's dashboards want the gauges.
    there.removeIf(name -> name.endsWith("_gcount") || name.endsWith("_gsum"));

    assertThat(names(NAME, Files.readString(DOCUMENT))).isEqualTo(there);
  }

  /** Samples without their values: names and labels, without the name of the server. */
  private static Set<String> shapes(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1) + labels(found.group(2)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> labels(@Nullable String labels) {
    return Pattern.compile("(\\w+)=(\"[^\"]*\")")
        .matcher(labels == null ? "" : labels)
        .results()
        .filter(label -> !OF_THE_TARGET.contains(label.group(1)))
        .map(label -> label.group(1) + (label.group(1).equals("server") ? "" : label.group(2)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All samples once each kind of call has come to each kind of end. */
  private String scrape() {
    for (CallOutcome outcome : CallOutcome.values()) {
      observer.callAnswered(ApiCall.CREATE, "", outcome, 1);
      observer.callAnswered(ApiCall.JOIN, "", outcome, 1);
    }
    observer.swept(server, SweepOutcome.COMPLETE, Duration.ofMillis(20));
    return text(metrics.scrape(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "tinyscale.json"})
  void theKitAsksForMetricsThatThereAre(String file) throws IOException {
    String samples =
        SAMPLE.matcher(scrape()).results().map(found -> found.group(1)).collect(joining(" "));

    assertThat(names(ASKED, Files.readString(KIT.resolve(file))))
        .hasSizeGreaterThan(10)
        .isSubsetOf(samples.split(" "));
  }

  @Test
  void alertsAreTestedWithSeriesThatThereAre() throws IOException {
    Set<String> tested = shapes(TESTED, Files.readString(KIT.resolve("alerts-test.yml")));
    tested.remove("up[]");

    assertThat(tested).hasSizeGreaterThan(20).isSubsetOf(shapes(SAMPLE, scrape()));
  }

  @Test
  void theFirstCallThatIsRefusedAsOneTooManyIsAnIncrease() {
    assertThat(text(metrics.scrape("")))
        .contains("tinyscale_calls_total{call=\"create\",outcome=\"overloaded\"} 0.0");
  }

  @Test
  void everyMetricSaysWhatItMeans() {
    String all = text(metrics.scrape("")) + text(metrics.scrapeServers(""));

    assertThat(all.lines().filter(line -> line.startsWith("# TYPE ")))
        .allSatisfy(line -> assertThat(all).contains("# HELP " + line.split(" ")[2] + " "));
  }
}
