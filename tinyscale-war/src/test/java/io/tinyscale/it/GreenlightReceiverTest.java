package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.it.GreenlightReceiver.Ended;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GreenlightReceiverTest {

  private static final String SECRET = "greenlight-secret-0123456789abcdef";

  private final SimulatedServer server = SimulatedServer.builder().secret(SECRET).start();
  private final FrontEnd client = new FrontEnd(server.uri().toString(), SECRET);
  private final GreenlightReceiver greenlight =
      GreenlightReceiver.start(SECRET, client).withRoom("room 7");

  @AfterEach
  void close() {
    greenlight.close();
    server.close();
  }

  private int announce(String token) {
    return client
        .post(
            URI.create(greenlight.recordingReadyUrl()),
            "application/x-www-form-urlencoded",
            "signed_parameters=" + token)
        .statusCode();
  }

  @Test
  void asksForTheRecordingThatWasAnnounced() {
    String recordId =
        server.meetings().addRecording("room 7", "published", Map.of("x", "y")).recordId();

    assertThat(announce(TestTokens.recordingReady("room 7", recordId, SECRET))).isEqualTo(200);

    assertThat(greenlight.recordings()).containsOnlyKeys(recordId);
    assertThat(greenlight.recordings().get(recordId)).contains("<x>y</x>");
  }

  @Test
  void hasNoRecordingThatTheServerDoesNotShow() {
    assertThat(announce(TestTokens.recordingReady("room 7", "none", SECRET))).isEqualTo(200);

    assertThat(server.received("getRecordings")).isEqualTo(1);
    assertThat(greenlight.recordings()).isEmpty();
  }

  @Test
  void refusesOtherSecretsAndAlgorithms() {
    String claims = "{\"meeting_id\":\"room 7\",\"record_id\":\"r\"}";

    assertThat(announce(TestTokens.recordingReady("room 7", "r", "other"))).isEqualTo(401);
    assertThat(announce(TestTokens.sign("{\"alg\":\"HS512\"}", claims, "HS512", SECRET)))
        .isEqualTo(401);
    assertThat(announce("")).isEqualTo(401);
    assertThat(server.received("getRecordings")).isZero();
  }

  @Test
  void theEndCountsForTheRoomOfExactlyThatId() {
    for (String query :
        new String[] {
          "?recordingmarks=true&meetingID=room+7", "?meetingID=room%207", "?meetingID=room+7x", ""
        }) {
      assertThat(client.get(URI.create(greenlight.meetingEndedUrl() + query)).statusCode())
          .isEqualTo(200);
    }

    assertThat(greenlight.ended())
        .containsExactly(new Ended("room 7", true), new Ended("room 7", false));
  }

  @Test
  void knowsNoOtherPath() {
    assertThat(client.get(greenlight.http().uri("/")).statusCode()).isEqualTo(404);
    assertThat(client.get(URI.create(greenlight.recordingReadyUrl())).statusCode()).isEqualTo(404);
  }
}
