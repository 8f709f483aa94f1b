package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tinyscale.simulator.SimulatedServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Webhooks through the filter: two servers with bbb-webhooks, and one without. */
class WebhooksTest {

  private static final Pattern HOOK_ID = Pattern.compile("<hookID>([^<]+)</hookID>");

  @RegisterExtension
  private final SimulatedPoolExtension pool =
      SimulatedPoolExtension.of()
          .with("one", server -> server.webhooks(true))
          .with("two", server -> server.webhooks(true))
          .with("without", server -> server);

  /** The bodies of what the servers reported to the front end. */
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  private HttpServer receiver;
  private String create;

  @BeforeEach
  void startReceiver() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          delivered.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook?a=1&b=2";
    create = "callbackURL=" + URLEncoder.encode(url, StandardCharsets.UTF_8);
  }

  @AfterEach
  void stopReceiver() {
    receiver.stop(0);
  }

  private static List<String> ids(String document) {
    Matcher matcher = HOOK_ID.matcher(document);
    return matcher.results().map(found -> found.group(1)).toList();
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void registersListsAndDestroysOneHookOnAllServers(TestContainer.Kind kind) throws Exception {
    String id;
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      String created = moodle.call("hooks/create", create);
      assertThat(created).contains("SUCCESS").doesNotContain("duplicateWarning");
      id = ids(created).get(0);
      for (SimulatedServer server : pool.servers()) {
        server.meetings().create("on-" + server.name());
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(delivered)
                      .anySatisfy(body -> assertThat(body).contains("on-one"))
                      .anySatisfy(body -> assertThat(body).contains("on-two")));
    }

    // Another balancer, or the same balancer after a restart: it has stored nothing.
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      assertThat(moodle.call("hooks/create", create)).contains("duplicateWarning", id);
      String listed = moodle.call("hooks/list", "meetingID=on-one");
      assertThat(ids(listed)).containsExactly(id);
      assertThat(listed).contains("/hook?a=1&amp;b=2</callbackURL>");

      assertThat(moodle.call("hooks/destroy", "hookID=" + id)).contains("<removed>true</removed>");

      assertThat(ids(moodle.call("hooks/list", ""))).isEmpty();
      assertThat(moodle.call("hooks/destroy", "hookID=" + id)).contains("destroyMissingHook");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void registersWithTheServersThatAreUp(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      pool.server("two").close();

      assertThat(moodle.call("hooks/create", create)).contains("SUCCESS");
      assertThat(ids(moodle.call("hooks/list", ""))).hasSize(1);
      assertThat(moodle.get(moodle.signed("hooks/list", "")).headers().map())
          .containsEntry("X-Tinyscale-Partial", List.of("1"));
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aServerThatComesBackGetsMissedHooks(TestContainer.Kind kind) throws Exception {
    String[] quickSweeps = {
      "health.interval", "1s", "health.timeout", "900ms", "health.healthy", "1"
    };
    try (RunningFilter filter = pool.start(kind, quickSweeps)) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer away = pool.server("two");
      away.close();
      String id = ids(moodle.call("hooks/create", create)).get(0);

      SimulatedServer back = pool.startAgain(away);

      FrontEnd direct = new FrontEnd(back.uri().toString(), back.secret());
      await().untilAsserted(() -> assertThat(ids(direct.call("hooks/list", ""))).hasSize(1));
      assertThat(ids(moodle.call("hooks/list", ""))).containsExactly(id);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aPoolWithoutWebhooksSaysSo(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, List.of(pool.server("without")))) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(moodle.call("hooks/create", create)).contains("FAILED", "unsupportedRequest");
      assertThat(moodle.call("hooks/list", "")).contains("FAILED", "unsupportedRequest");
    }
  }
}
