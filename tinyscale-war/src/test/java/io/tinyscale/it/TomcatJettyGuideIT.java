package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What docs/tomcat-jetty.md says, done with the containers' distributions; each starts once. The
 * guide's commands need openssl and curl.
 */
@Tag("parts")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TomcatJettyGuideIT {

  private static final String LONG = "x".repeat(60_000);

  /** Tomcat tells the cause of the first one only. */
  private static final String FIRST_REFUSAL =
      "Error parsing HTTP request header(?s:.*)"
          + "(Request header is too large|Invalid character found in the request target)";

  @TempDir private static Path folder;

  private final Map<Container, GuidedContainer> containers = new EnumMap<>(Container.class);

  private GuidedContainer started(Container kind) throws IOException {
    GuidedContainer container = containers.get(kind);
    if (container == null) {
      container = GuidedContainer.start(kind, folder.resolve(kind.name()));
      containers.put(kind, container);
    }
    return container;
  }

  @AfterAll
  void stop() {
    containers.values().forEach(GuidedContainer::close);
  }

  @Test
  void everyBlockIsRunOrSaysThatItIsNot() {
    GuideBlocks guide = new GuideBlocks("tomcat-jetty.md");

    assertThat(guide.names()).containsExactlyInAnyOrderElementsOf(GuidedContainer.BLOCKS);
    assertThat(guide.all())
        .hasSize(guide.names().size() + 1)
        .allMatch(block -> block.contains("<!-- block: ") || block.contains("not tried here"));
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void longQueriesPassUnderTheNameOfTheContext(Container kind) throws IOException {
    GuidedContainer container = started(kind);
    SigningClient frontEnd = container.frontEnd();

    SigningClient.assertSuccess(
        frontEnd.call("create", "name=Room&meetingID=long&welcome=" + LONG));
    HttpResponse<String> joined =
        frontEnd.call("join", "fullName=Ann&meetingID=long&userdata-x=" + LONG);

    assertThat(frontEnd.uri("create", "").getPath()).startsWith("/tinyscale/bigbluebutton/");
    assertThat(joined.statusCode()).as(joined.body()).isEqualTo(302);
    assertThat(joined.headers().firstValue("Location").orElseThrow())
        .startsWith(container.server().uri().toString())
        .hasSizeGreaterThan(LONG.length());
    URI withoutTheName = container.webapp().resolve("/bigbluebutton/api");
    assertThat(frontEnd.get(withoutTheName).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void theOwnLimitForRequestsIsTooSmall(Container kind) throws IOException {
    SigningClient frontEnd = started(kind).frontEndWithinOwnLimits();
    SigningClient.assertSuccess(frontEnd.call("create", "name=Room&meetingID=short"));

    HttpResponse<String> refused =
        frontEnd.call("create", "name=Room&meetingID=lengthy&welcome=" + LONG);

    assertThat(refused.headers().firstValue("Content-Type").orElseThrow()).contains("text/html");
    if (kind == Container.JETTY_12) {
      assertThat(refused.statusCode()).isIn(414, 431);
    } else {
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("400 – Bad Request").doesNotContain("xxx");
      started(kind).process().awaitOutput(FIRST_REFUSAL);
    }
    assertThat(started(kind).server().meetings().contains("lengthy")).isFalse();
  }

  /** By a form, whose answer alone is long. */
  @ParameterizedTest
  @EnumSource(Container.class)
  void theOwnLimitForAnswersIsTooSmall(Container kind) throws IOException {
    GuidedContainer container = started(kind);
    SigningClient guided = container.frontEnd();
    SigningClient own = container.frontEndWithinOwnLimits();
    SigningClient.assertSuccess(guided.call("create", "name=Room&meetingID=joined"));
    String query = "fullName=Ann&meetingID=joined&userdata-x=" + LONG;
    String form = guided.uri("join", query).getRawQuery();

    if (kind == Container.JETTY_12) {
      assertThat(own.postForm("join", form).statusCode()).isEqualTo(500);
    } else {
      assertThatThrownBy(() -> own.postForm("join", form)).hasMessageContaining("no bytes");
      container.process().awaitOutput("HeadersTooLargeException");
    }
    assertThat(guided.postForm("join", form).statusCode()).isEqualTo(302);
  }

  @ParameterizedTest
  @EnumSource(
      value = Container.class,
      names = {"TOMCAT_10", "TOMCAT_11"})
  void bareBracketsPassIfTomcatIsTold(Container kind) throws IOException {
    GuidedContainer container = started(kind);
    String query = "name=Room&meetingID=brackets&meta_x=[1]";

    HttpResponse<String> refused = container.frontEndWithinOwnLimits().call("create", query);

    assertThat(refused.statusCode()).isEqualTo(400);
    container.process().awaitOutput(FIRST_REFUSAL);
    SigningClient.assertSuccess(container.frontEnd().call("create", query));
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void theAdminDoorOpensWithTheToken(Container kind) throws IOException {
    GuidedContainer container = started(kind);
    AdminCaller administrator =
        new AdminCaller(URI.create(container.webapp() + "/ops"), container.token());

    assertThat(administrator.get("/servers/bbb1").status()).isEqualTo(200);
    assertThat(administrator.with("").get("/servers/bbb1").problem()).isEqualTo("token-missing");
    assertThat(administrator.call("PATCH", "/servers/bbb1", "{\"weight\":2}").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void theLookAtTheEndShowsThatItWorks(Container kind) throws IOException {
    assertThat(started(kind).see())
        .containsSubsequence(
            "<returncode>SUCCESS</returncode>",
            "checksumError",
            "{\"status\":\"ready\"}",
            "Rooms open.");
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void serversLearnAnAddressForCallbacksWithTheNameOfTheContext(Container kind) throws IOException {
    GuidedContainer container = started(kind);

    SigningClient.assertSuccess(
        container
            .frontEnd()
            .call(
                "create",
                "name=Room&meetingID=called&meta_endCallbackUrl=https%3A%2F%2Fgl.example.org%2Fend"));

    assertThat(container.server().meetings().get("called").orElseThrow().metadata())
        .hasEntrySatisfying(
            "endcallbackurl",
            url ->
                assertThat(url)
                    .startsWith(
                        "https://lb.example.org/tinyscale/bigbluebutton/tinyscale/callback/"));
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void theLogIsWhereTheGuideSays(Container kind) throws IOException {
    GuidedContainer container = started(kind);
    container.frontEnd().call("create", "name=Room");

    await().untilAsserted(() -> assertThat(container.log("tinyscale.")).contains("call.refused"));

    assertThat(container.log("tinyscale."))
        .contains("tinyscale.started up=1 servers=1")
        .doesNotContain("checksum=");
    if (kind == Container.JETTY_12) {
      assertThat(container.log("").lines())
          .anyMatch(line -> line.startsWith("INFO tinyscale tinyscale.started "));
    } else {
      assertThat(container.log("catalina.")).doesNotContain("tinyscale.started");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Container.class,
      names = {"JETTY_12"})
  void jettyTakesJarsOfOnesOwn(Container kind) throws IOException {
    GuidedContainer container = started(kind);

    SigningClient.assertSuccess(container.frontEnd().call("create", "name=Room&meetingID=counted"));

    container.process().awaitOutput("has got \\d+ meetings");
  }

  /** In a container of its own, which it stops. */
  @ParameterizedTest
  @EnumSource(
      value = Container.class,
      names = {"TOMCAT_11", "JETTY_12"})
  void aCallUnderWayIsAnsweredWhileTheContainerStops(Container kind) throws Exception {
    Path own = folder.resolve(kind + "-stops");
    try (GuidedContainer container = GuidedContainer.start(kind, own)) {
      SigningClient.assertSuccess(container.frontEnd().call("create", "name=Room&meetingID=ready"));
      // Longer than Tomcat waits if it is not told to.
      container.server().fault("create", Fault.delay(Duration.ofSeconds(4)));
      CompletableFuture<HttpResponse<String>> call =
          container.frontEnd().callAsync("create", "name=Room&meetingID=slow");
      await().until(() -> container.server().received("create") == 2);

      container.process().terminate();

      SigningClient.assertSuccess(call.get());
      container.process().awaitExit();
      if (kind != Container.JETTY_12) {
        assertThat(container.log("localhost_access_log."))
            .contains("\"GET /tinyscale/bigbluebutton/api/create\" 200")
            .doesNotContain("checksum");
      }
    }
  }
}
