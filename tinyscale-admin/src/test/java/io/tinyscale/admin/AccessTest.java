package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tinyscale.admin.AdminDoor.Hosts;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.config.AdminScope;
import io.tinyscale.config.AdminSettings.MetricsAccess;
import io.tinyscale.config.AdminToken;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HeaderFields;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.trace.RequestTrace;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask the admin door what. */
class AccessTest {

  private static final Endpoint PAGE =
      (request, caller) -> CompletableFuture.completedStage(HttpAnswer.text(200, "x"));

  private static final Map<String, String> LOCALHOST = Map.of("Host", "localhost:8080");

  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";

  private static Access access(MetricsAccess metrics, Hosts hosts, String... names) {
    return access(metrics, hosts, new AdminCounts(), names);
  }

  private static Access access(
      MetricsAccess metrics, Hosts hosts, AdminCounts counts, String... names) {
    return new Access(
        metrics,
        hosts,
        Set.of(names),
        new Logins(List.of(AdminToken.of("grafana", AdminScope.READ, TOKEN)), counts, () -> 0),
        new GatewayObserver() {});
  }

  private static HttpAnswer ask(Endpoint endpoint, String address, Map<String, String> fields) {
    return endpoint
        .handle(request(address, fields), new Cancellation())
        .toCompletableFuture()
        .join();
  }

  private static HttpRequest request(String address, Map<String, String> fields) {
    return new HttpRequest(
        "GET",
        "/metrics",
        "",
        new Fields(fields, "HTTP/1.1"),
        Body.EMPTY,
        () -> address,
        RequestTrace.ofNewId());
  }

  private record Fields(Map<String, String> fields, String protocol) implements HeaderFields {

    @Override
    public Enumeration<String> all(String name) {
      return Collections.enumeration(
          fields.containsKey(name) ? List.of(fields.get(name)) : List.of());
    }
  }

  private static String text(HttpAnswer answer) {
    return new String(answer.body().bytes().orElseThrow(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:3006", "127.0.0.1:3006", "10.0.0.7", "[::1]:3006"})
  void answersUnderAddresses(String host) {
    Endpoint page = access(MetricsAccess.LOCAL, Hosts.ADDRESSES).toAnybody(PAGE);

    assertThat(ask(page, "127.0.0.1", Map.of("Host", host)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:3006",
        "evil.example:3006@127.0.0.1"
      })
  void refusesNamesThatStrangersCanMakeLeadHere(String host) {
    Endpoint page = access(MetricsAccess.OPEN, Hosts.ADDRESSES).toAnybody(PAGE);

    HttpAnswer answer = ask(page, "127.0.0.1", Map.of("Host", host));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(text(answer)).contains("urn:tinyscale:problem:host-not-allowed");
  }

  @Test
  void refusesARequestWithoutAHost() {
    Endpoint page = access(MetricsAccess.OPEN, Hosts.ADDRESSES).toAnybody(PAGE);

    assertThat(ask(page, "127.0.0.1", Map.of()).status()).isEqualTo(403);
  }

  @Test
  void aWebApplicationAnswersUnderAllItsNames() {
    Endpoint page = access(MetricsAccess.LOCAL, Hosts.ANY).toAnybody(PAGE);

    assertThat(ask(page, "192.0.2.1", Map.of("Host", "lb.example.org")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "::1", "0:0:0:0:0:0:0:1", "[::1]"})
  void metricsAreForCallersOnThisMachine(String address) {
    Endpoint metrics = access(MetricsAccess.LOCAL, Hosts.ANY).toReadersOfMetrics(PAGE);

    assertThat(ask(metrics, address, LOCALHOST).status()).isEqualTo(200);
  }

  @Test
  void localMetricsAreNotForAPageThatMadeItsNameLeadHere() {
    Endpoint metrics = access(MetricsAccess.LOCAL, Hosts.ANY).toReadersOfMetrics(PAGE);

    assertThat(ask(metrics, "127.0.0.1", Map.of("Host", "evil.example:8080")).status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "192.0.2.1", "10.0.0.1", "2001:db8::1"})
  void metricsAreNotForOtherMachines(String address) {
    Endpoint metrics = access(MetricsAccess.LOCAL, Hosts.ANY).toReadersOfMetrics(PAGE);

    HttpAnswer answer = ask(metrics, address, LOCALHOST);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(text(answer)).contains("metrics-local-only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "Via"})
  void metricsAreNotForCallersBehindAProxyOnThisMachine(String field) {
    Endpoint metrics = access(MetricsAccess.LOCAL, Hosts.ANY).toReadersOfMetrics(PAGE);

    assertThat(ask(metrics, "127.0.0.1", Map.of("Host", "localhost", field, "192.0.2.1")).status())
        .isEqualTo(403);
  }

  @Test
  void metricsAreNotForAProxyOnThisMachineThatAddsNoFieldAndAsksByAnOldVersion() {
    Endpoint metrics = access(MetricsAccess.LOCAL, Hosts.ANY).toReadersOfMetrics(PAGE);
    HttpRequest old =
        new HttpRequest(
            "GET",
            "/metrics",
            "",
            new Fields(LOCALHOST, "HTTP/1.0"),
            Body.EMPTY,
            () -> "127.0.0.1",
            RequestTrace.ofNewId());

    HttpAnswer answer = metrics.handle(old, new Cancellation()).toCompletableFuture().join();

    assertThat(answer.status()).isEqualTo(403);
    assertThat(text(answer)).contains("metrics-local-only", "HTTP/1.1");
  }

  @Test
  void openMetricsAreForEverybody() {
    Endpoint metrics = access(MetricsAccess.OPEN, Hosts.ANY).toReadersOfMetrics(PAGE);

    assertThat(ask(metrics, "192.0.2.1", Map.of("Via", "1.1 proxy")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lb.example.org", "LB.example.org:3006"})
  void answersUnderItsConfiguredName(String host) {
    Endpoint page = access(MetricsAccess.LOCAL, Hosts.ADDRESSES, "lb.example.org").toAnybody(PAGE);

    assertThat(ask(page, "127.0.0.1", Map.of("Host", host)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lb.example.org.evil.example", "evil.example", "x.lb.example.org"})
  void aWebApplicationWithConfiguredNamesAnswersUnderThemAlone(String host) {
    Endpoint page = access(MetricsAccess.LOCAL, Hosts.ANY, "lb.example.org").toAnybody(PAGE);

    assertThat(ask(page, "127.0.0.1", Map.of("Host", host)).status()).isEqualTo(403);
  }

  @Test
  void metricsForATokenNeedOneOnThisMachineToo() {
    Endpoint metrics = access(MetricsAccess.TOKEN, Hosts.ANY).toReadersOfMetrics(PAGE);

    assertThat(ask(metrics, "127.0.0.1", LOCALHOST).status()).isEqualTo(401);
    assertThat(ask(metrics, "192.0.2.1", Map.of("Authorization", "Bearer " + TOKEN)).status())
        .isEqualTo(200);
    assertThat(
            ask(metrics, "127.0.0.1", Map.of("Host", "localhost", "Authorization", "Bearer no"))
                .status())
        .isEqualTo(401);
  }

  @Test
  void aTokenOpensLocalMetricsFromElsewhere() {
    Endpoint metrics = access(MetricsAccess.LOCAL, Hosts.ANY).toReadersOfMetrics(PAGE);

    assertThat(ask(metrics, "192.0.2.1", Map.of("Authorization", "Bearer " + TOKEN)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(
      value = MetricsAccess.class,
      names = {"TOKEN", "LOCAL"})
  void guessesAtMetricsAndAtTheApiCountTogether(MetricsAccess known) {
    AdminCounts counts = new AdminCounts();
    Access access = access(known, Hosts.ANY, counts);
    Endpoint metrics = access.toReadersOfMetrics(PAGE);
    Map<String, String> wrong = Map.of("Host", "localhost", "Authorization", "Bearer guessed");
    for (int i = 0; i < 10; i++) {
      assertThat(ask(metrics, "192.0.2.1", wrong).status()).isEqualTo(401);
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> access.requireToken(request("192.0.2.1", wrong)))
          .matches(refusal -> refusal.problem().status() == 401);
    }

    HttpAnswer refused = ask(metrics, "192.0.2.1", wrong);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(text(refused)).contains("too-many-failures");
    assertThat(refused.headers()).contains(new Header("Retry-After", "60"));
    assertThat(counts.allDenied()).isEqualTo(21);
    assertThat(ask(metrics, "192.0.2.2", wrong).status()).isEqualTo(401);
    assertThat(ask(metrics, "192.0.2.1", Map.of("Authorization", "Bearer " + TOKEN)).status())
        .isEqualTo(200);
  }

  private static void change(String origin, String... names) throws Refusal {
    access(MetricsAccess.LOCAL, Hosts.ADDRESSES, names)
        .requireSameOrigin(
            request("127.0.0.1", Map.of("Host", "localhost:3006", "Origin", origin)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:3006", "https://lb.example.org", "https://LB.example.org:8443"})
  void takesChangesFromItsOwnPageAlsoBehindAProxyThatChangesTheHost(String origin) {
    assertThatCode(() -> change(origin, "lb.example.org")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "http://localhost",
        "https://lb.example.org.evil.example",
        "https://evil.example",
        "https://evil.example/lb.example.org"
      })
  void takesNoChangesFromOtherPages(String origin) {
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> change(origin, "lb.example.org"));
  }
}
