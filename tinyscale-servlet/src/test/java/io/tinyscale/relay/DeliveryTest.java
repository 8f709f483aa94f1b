package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {

  private static final String CLAIMS =
      "{\"meeting_id\":\"room7\",\"record_id\":\"" + Vectors.HOUSE_RUN + "\"}";

  private final FakeSender sender = new FakeSender();
  private final List<Party> tenants = new ArrayList<>(Vectors.BOTH);
  private long nanos;
  private final Delivery delivery =
      new Delivery(
          sender,
          () -> tenants,
          InstantSource.fixed(Instant.ofEpochSecond(Vectors.NOW)),
          () -> nanos);

  private static Callback callback(CallbackKind kind, String tenant, String url) {
    String algorithm =
        switch (kind) {
          case RECORDING_READY -> "HS256";
          case ANALYTICS -> "HS512";
          default -> "";
        };
    String claims = kind == CallbackKind.RECORDING_READY ? CLAIMS : Callback.NO_CLAIMS;
    return new Callback(
        kind, tenant, url, "application/json", "BBB/1", algorithm, claims, Vectors.NOW * 1000, 0);
  }

  private Verdict sent(Callback callback) {
    return delivery.send(callback, Content.of("{\"a\":1}")).toCompletableFuture().join();
  }

  private static String text(Message message) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) message.content().length());
    try (ReadableByteChannel channel = message.content().open()) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Goes on.
      }
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  @Test
  void getsTheUrlOfAnEndedMeeting() {
    sender.answering(200);

    Verdict verdict =
        sent(
            callback(
                CallbackKind.ENDED,
                "house",
                Vectors.ENDED_URL + "&recordingmarks=false&meetingID=room7"));

    assertThat(verdict).isEqualTo(new Verdict.Taken());
    Message get = sender.messages().get(0);
    assertThat(get.method()).isEqualTo("GET");
    assertThat(get.to().target())
        .isEqualTo("/meeting_ended?t=9&recordingmarks=false&meetingID=room7");
    assertThat(get.headers()).containsExactly(new Header("User-Agent", "BBB/1"));
  }

  @Test
  void postsARecordingWithATokenOfTheTenant() throws IOException {
    sender.answering(202);

    sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL));

    Message post = sender.messages().get(0);
    assertThat(post.method()).isEqualTo("POST");
    assertThat(text(post)).isEqualTo("signed_parameters=" + Vectors.HOUSE_RECORDING_OUT);
    assertThat(post.headers())
        .contains(new Header("Content-Type", "application/x-www-form-urlencoded"));
  }

  @Test
  void postsAnalyticsWithATokenThatIsFreshForEachTry() throws IOException {
    sender.answering(200);

    sent(callback(CallbackKind.ANALYTICS, "house", "https://fe.example/analytics"));
    sent(callback(CallbackKind.ANALYTICS, "school-a", "https://fe.example/analytics"));

    assertThat(sender.messages().get(0).headers())
        .contains(
            new Header("Authorization", "Bearer " + Vectors.HOUSE_ANALYTICS_OUT),
            new Header("Content-Type", "application/json"));
    assertThat(sender.messages().get(1).headers())
        .contains(new Header("Authorization", "Bearer " + Vectors.SCHOOL_ANALYTICS_OUT));
    assertThat(text(sender.messages().get(0))).isEqualTo("{\"a\":1}");
  }

  @Test
  void hasOneLimitForATryWithItsRedirectsAndSecrets() {
    sender.answering(
        message -> {
          nanos += Duration.ofSeconds(5).toNanos();
          return message.method().equals("GET")
              ? new Sent.Answered(302, "/next")
              : new Sent.Answered(401, "");
        });
    tenants.set(
        0, new Party("house", "", List.of(Vectors.HOUSE.signing(), Secret.of("another-one-1"))));

    sent(callback(CallbackKind.ENDED, "house", "https://fe.example/ended"));
    sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL));

    assertThat(sender.messages())
        .extracting(Message::limit)
        .extracting(Duration::toSeconds)
        .containsExactly(12L, 7L, 2L, 0L, 0L, 0L, 12L, 7L);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299, 404, 410})
  void isDoneWhenTheFrontEndHasItOrForgotTheRoom(int status) {
    sender.answering(status);

    assertThat(sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Taken());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 402, 403, 405, 406, 409, 413, 422, 451, 499})
  void isGivenUpWhenTheFrontEndRefusesIt(int status) {
    sender.answering(status);

    assertThat(sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Rejected("status " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 307, 308, 399, 408, 425, 429, 500, 502, 503, 504, 599, 600})
  void isTriedAgainAfterEveryOtherAnswer(int status) {
    sender.answering(status);

    assertThat(sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Again("status " + status));
  }

  @Test
  void isTriedAgainWithoutAnAnswer() {
    sender.answering(message -> new Sent.Failed("timeout"));

    assertThat(sent(callback(CallbackKind.ENDED, "house", Vectors.ENDED_URL)))
        .isEqualTo(new Verdict.Again("timeout"));
  }

  @Test
  void isRefusedWhereNothingMayGo() {
    sender.answering(message -> new Sent.Refused("its address is not allowed"));

    assertThat(sent(callback(CallbackKind.ENDED, "house", Vectors.ENDED_URL)))
        .isEqualTo(new Verdict.Refused("its address is not allowed"));
    assertThat(sent(callback(CallbackKind.ENDED, "house", "https://u@fe.example/")))
        .isInstanceOf(Verdict.Refused.class);
    assertThat(sender.messages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403})
  void triesTheNextSecretAtOnceWhenTheSignatureIsRefused(int status) throws IOException {
    Secret fresh = Secret.of("fresh-secret-0123456789abcdef");
    tenants.set(0, new Party("house", "", List.of(fresh, Vectors.HOUSE.signing())));
    sender.answering(
        message -> new Sent.Answered(sender.messages().size() == 1 ? status : 202, ""));

    Verdict verdict = sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL));

    assertThat(verdict).isEqualTo(new Verdict.Taken());
    assertThat(sender.messages()).hasSize(2);
    assertThat(text(sender.messages().get(0))).doesNotContain(Vectors.HOUSE_RECORDING_OUT);
    assertThat(text(sender.messages().get(1))).contains(Vectors.HOUSE_RECORDING_OUT);
  }

  @Test
  void isGivenUpWhenEverySecretIsRefused() {
    tenants.set(
        0, new Party("house", "", List.of(Secret.of("one-secret-more"), Secret.of("another"))));
    sender.answering(401);

    assertThat(sent(callback(CallbackKind.ANALYTICS, "house", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Rejected("status 401"));
    assertThat(sender.messages()).hasSize(2);
  }

  @Test
  void isGivenUpWhenItsTenantIsGone() {
    assertThat(sent(callback(CallbackKind.ANALYTICS, "gone", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Rejected("its tenant is gone"));
    assertThat(sender.messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void followsRedirectsOfAnEndedMeetingFiveTimes(int status) {
    sender.answering(
        message ->
            sender.messages().size() <= 5
                ? new Sent.Answered(status, "/hop" + sender.messages().size())
                : new Sent.Answered(200, ""));

    assertThat(sent(callback(CallbackKind.ENDED, "house", Vectors.ENDED_URL)))
        .isEqualTo(new Verdict.Taken());
    assertThat(sender.messages()).hasSize(6);
    assertThat(sender.messages().get(5).to().target()).isEqualTo("/hop5");
  }

  @Test
  void followsNoSixthRedirect() {
    sender.answering(message -> new Sent.Answered(302, "https://other.example/"));

    assertThat(sent(callback(CallbackKind.ENDED, "house", Vectors.ENDED_URL)))
        .isEqualTo(new Verdict.Again("status 302"));
    assertThat(sender.messages()).hasSize(6);
  }

  @Test
  void followsNoRedirectWithASignature() {
    sender.answering(message -> new Sent.Answered(307, "https://other.example/"));

    assertThat(sent(callback(CallbackKind.RECORDING_READY, "house", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Again("status 307"));
    assertThat(sent(callback(CallbackKind.ANALYTICS, "house", Vectors.RECORDING_URL)))
        .isEqualTo(new Verdict.Again("status 307"));
    assertThat(sender.hosts()).containsOnly("moodle.school-a.example");
  }

  @Test
  void refusesARedirectToWhatIsNoDestination() {
    sender.answering(message -> new Sent.Answered(302, "https://other.example:22/"));

    assertThat(sent(callback(CallbackKind.ENDED, "house", Vectors.ENDED_URL)))
        .isInstanceOf(Verdict.Refused.class);
  }
}
