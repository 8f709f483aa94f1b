package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.callback.CallbackOutcome;
import io.tinyscale.callback.CallbackStatus;
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
import org.junit.jupiter.api.Test;

/** The document names exactly the metrics that there are. */
class MonitoringDocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "monitoring.md");
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

  @Test
  void alertsAskForMetricsThatThereAre() throws IOException {
    String rules = Files.readString(DOCUMENT).split("```yaml\ngroups:")[1].split("```")[0];

    assertThat(names(Pattern.compile("\\b(tinyscale_[a-z_]+)"), rules))
        .hasSize(4)
        .isSubsetOf(names(TYPE, text(metrics.scrape(""))));
  }

  @Test
  void everyMetricSaysWhatItMeans() {
    String all = text(metrics.scrape("")) + text(metrics.scrapeServers(""));

    assertThat(all.lines().filter(line -> line.startsWith("# TYPE ")))
        .allSatisfy(line -> assertThat(all).contains("# HELP " + line.split(" ")[2] + " "));
  }
}
