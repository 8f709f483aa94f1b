package io.tinyscale.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ContactTest {

  /** Not 0: nothing may rely on the origin of a nano clock. */
  private static final long START = Long.MAX_VALUE - seconds(2);

  private final Contacts contacts = new Contacts();
  private final Contact contact =
      contacts.with(
          Server.of(
              "bbb1",
              URI.create("https://bbb1.example.org/bigbluebutton/api"),
              Secret.of("secret of a server")));

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }

  private static long at(double seconds) {
    return START + seconds(seconds);
  }

  private void unanswered(double asked) {
    contact.unanswered(at(asked), false);
  }

  private void refused(double asked) {
    contact.unanswered(at(asked), true);
  }

  private Duration silentAt(double now) {
    return contact.silentFor(at(now));
  }

  private Duration refusingAt(double now) {
    return contact.refusingFor(at(now));
  }

  @Test
  void isNotSilentBeforeAnythingWasAsked() {
    assertThat(contact.isSilent()).isFalse();
    assertThat(silentAt(100)).isZero();
    assertThat(refusingAt(100)).isZero();
  }

  @Test
  void countsSilenceFromTheFirstUnansweredQuestion() {
    unanswered(1);
    unanswered(3);

    assertThat(contact.isSilent()).isTrue();
    assertThat(silentAt(5)).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void countsSilenceFromAnAnswerThatCameAfterTheQuestionBegan() {
    contact.answered(at(2));
    unanswered(1);

    assertThat(silentAt(5)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void anAnswerEndsSilenceAndRefusal() {
    refused(1);
    contact.answered(at(2));

    assertThat(contact.isSilent()).isFalse();
    assertThat(silentAt(5)).isZero();
    assertThat(refusingAt(5)).isZero();
  }

  @Test
  void countsRefusalFromTheFirstRefusedConnection() {
    unanswered(1);
    refused(2);
    refused(3);

    assertThat(refusingAt(5)).isEqualTo(Duration.ofSeconds(3));
    assertThat(silentAt(5)).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void aConnectionThatIsNotRefusedEndsRefusal() {
    refused(1);
    unanswered(2);
    assertThat(refusingAt(5)).isZero();

    refused(6);
    assertThat(refusingAt(7)).isEqualTo(Duration.ofSeconds(1));
    assertThat(silentAt(7)).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void anOlderQuestionWithoutAnAnswerDoesNotEndRefusal() {
    refused(3);
    unanswered(1);

    assertThat(refusingAt(5)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aQuestionThatBeganWithTheFirstRefusedOneDoesNotEndRefusal() {
    refused(3);
    unanswered(3);

    assertThat(refusingAt(5)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void knowsSinceWhenBbbHasAnswered() {
    assertThat(contact.hasAnsweredSince(at(1))).as("before any answer").isFalse();

    contact.answered(at(2));

    assertThat(contact.hasAnsweredSince(at(1))).isTrue();
    assertThat(contact.hasAnsweredSince(at(2))).isTrue();
    assertThat(contact.hasAnsweredSince(at(3))).isFalse();
  }

  @Test
  void anAnswerEndsEachSilence() {
    contact.answered(at(1));
    unanswered(2);
    contact.answered(at(3));

    assertThat(contact.isSilent()).isFalse();
  }

  private void ticks(double from, double to) {
    for (double now = from; now <= to; now += 0.5) {
      contacts.tick(at(now));
    }
  }

  @Test
  void aTimeInWhichTheProcessStoodStillIsNoSilence() {
    ticks(0, 2);
    unanswered(1);
    refused(1);

    assertThat(silentAt(3)).isEqualTo(Duration.ofSeconds(2));
    assertThat(silentAt(62)).as("nobody has noticed the pause yet").isZero();
    assertThat(refusingAt(62)).isZero();
    ticks(62, 64);
    assertThat(silentAt(64)).isEqualTo(Duration.ofSeconds(2));
    assertThat(refusingAt(64)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void silenceAfterAPauseCountsFromItsOwnBeginning() {
    ticks(0, 2);
    ticks(62, 70);
    unanswered(65);

    assertThat(silentAt(70)).isEqualTo(Duration.ofSeconds(5));
  }
}
