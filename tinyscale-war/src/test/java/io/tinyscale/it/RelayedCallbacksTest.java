package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.it.GreenlightReceiver.Ended;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callbacks through the filter in a web application that is not tinyscale's own. */
class RelayedCallbacksTest {

  @RegisterExtension
  private final SimulatedPoolExtension pool =
      SimulatedPoolExtension.of()
          .with("one", server -> server.webhooks(true).callbackWaits(0.01))
          .with("two", server -> server.webhooks(true).callbackWaits(0.01));

  private final Forwarder front = Forwarder.start();
  private final MoodleReceiver moodle =
      MoodleReceiver.start(RunningFilter.SECRET).withActivity(7, "abc123");
  private final WebhookReceiver webhooks = WebhookReceiver.start(RunningFilter.SECRET);
  private final GreenlightReceiver greenlight =
      GreenlightReceiver.start(
              RunningFilter.SECRET, new FrontEnd(front.port(), RunningFilter.SECRET))
          .withRoom("abc123-4");

  @AfterEach
  void close() {
    front.close();
    moodle.close();
    webhooks.close();
    greenlight.close();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Without servlets only the executable relays; that is {@code CallbacksIT}. */
  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = {"JETTY", "TOMCAT"})
  void callbacksArriveSignedForTheFrontEnd(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter =
        pool.start(kind, "relay.url", front.url(), "relay.allow", "127.0.0.0/8")) {
      front.forwardTo(filter.port());
      FrontEnd frontend = filter.frontEnd();
      frontend.call("hooks/create", "callbackURL=" + encode(webhooks.url("/hook")));
      frontend.call(
          "create",
          "name=Room&record=true&meetingID=abc123-4&meta_bn-recording-ready-url="
              + encode(moodle.recordingReadyUrl(7))
              + "&meta_analytics-callback-url="
              + encode(moodle.analyticsUrl(7))
              + "&meta_endCallbackUrl="
              + encode(greenlight.meetingEndedUrl()));
      SimulatedServer server = pool.ownerOf("abc123-4");
      String recordId = server.meetings().get("abc123-4").orElseThrow().internalId();
      assertThat(frontend.call("getMeetingInfo", "meetingID=abc123-4"))
          .contains(encodedForXml(moodle.recordingReadyUrl(7)))
          .doesNotContain("tinyscale/callback");

      frontend.call("end", "meetingID=abc123-4");

      await()
          .untilAsserted(
              () -> {
                assertThat(moodle.recordings()).containsExactly(recordId);
                assertThat(moodle.analytics()).hasSize(1);
                assertThat(greenlight.ended()).containsExactly(new Ended("abc123-4", true));
                assertThat(webhooks.summary("/hook"))
                    .isEqualTo(
                        List.of(
                            "meeting-created abc123-4",
                            "meeting-ended abc123-4",
                            "rap-publish-ended abc123-4"));
              });
    }
  }

  private static String encodedForXml(String url) {
    return url.replace("&", "&amp;");
  }
}
