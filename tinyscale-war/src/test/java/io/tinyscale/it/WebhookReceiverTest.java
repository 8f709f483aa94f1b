package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookReceiverTest {

  private static final String SECRET = "webhook-secret-0123456789abcdef";
  private static final String EVENT =
      "[{\"data\":{\"id\":\"meeting-ended\",\"attributes\":{\"meeting\":"
          + "{\"external-meeting-id\":\"room7\"}}}}]";
  private static final String BODY =
      "domain=bbb1&event=" + URLEncoder.encode(EVENT, StandardCharsets.UTF_8) + "&timestamp=1";

  private final FrontEnd client = new FrontEnd("http://localhost", "none");
  private final WebhookReceiver receiver = WebhookReceiver.start(SECRET);

  @AfterEach
  void close() {
    receiver.close();
  }

  private int deliver(String url, String separator, String checksum, String body) {
    return client
        .post(
            URI.create(url + separator + "checksum=" + checksum),
            "application/x-www-form-urlencoded",
            body)
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-1", "SHA-256", "SHA-384", "SHA-512"})
  void takesWhatIsSignedWithItsSecret(String algorithm) {
    String url = receiver.url("/hook?a=1&b=2");

    int status = deliver(url, "&", FrontEnd.hash(algorithm, url + BODY + SECRET), BODY);

    assertThat(status).isEqualTo(200);
    assertThat(receiver.summary("/hook?a=1&b=2")).containsExactly("meeting-ended room7");
    assertThat(receiver.events("/hook")).isEmpty();
  }

  @Test
  void refusesAnotherUrlBodyOrSecret() {
    String url = receiver.url("/hook");
    String right = FrontEnd.hash("SHA-1", url + BODY + SECRET);

    assertThat(deliver(receiver.url("/other"), "?", right, BODY)).isEqualTo(403);
    assertThat(deliver(url, "?", right, BODY + "1")).isEqualTo(403);
    assertThat(deliver(url, "?", FrontEnd.hash("SHA-1", url + BODY + "other"), BODY))
        .isEqualTo(403);
    assertThat(deliver(url, "?", right.substring(1), BODY)).isEqualTo(403);
    assertThat(client.post(URI.create(url), "text/plain", BODY).statusCode()).isEqualTo(403);
    assertThat(receiver.deliveries()).isEmpty();
  }

  @Test
  void countsARepeatedDeliveryAgain() {
    String url = receiver.url("/hook");
    String checksum = FrontEnd.hash("SHA-1", url + BODY + SECRET);

    deliver(url, "?", checksum, BODY);
    deliver(url, "?", checksum, BODY);

    assertThat(receiver.deliveries()).hasSize(2);
  }
}
