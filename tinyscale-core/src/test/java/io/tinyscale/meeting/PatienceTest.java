package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.ManualTime;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private static final Duration SHORTLY = Duration.ofMillis(1);

  private final ManualTime time = new ManualTime();
  private final Contacts contacts = new Contacts();
  private final Patience patience = new Patience(contacts, time::nanos, Patience.USUAL);
  private final Server bbb1 =
      Server.of("bbb1", URI.create("https://bbb1.example.org/bigbluebutton/api"), Secret.of("s"));

  @Test
  void aSilentServerIsGivenUpAfterTheTimeOfTheOperator() {
    contacts.with(bbb1).unanswered(time.nanos(), false);

    time.advance(Patience.USUAL.minus(SHORTLY));
    assertThat(patience.isOver(bbb1)).isFalse();
    time.advance(SHORTLY);
    assertThat(patience.isOver(bbb1)).isTrue();
    assertThat(patience.isOverByRefusal(bbb1)).isFalse();
  }

  @Test
  void aServerThatRefusesConnectionsIsGivenUpAfterFiveSeconds() {
    contacts.with(bbb1).unanswered(time.nanos(), true);

    time.advance(Duration.ofSeconds(5).minus(SHORTLY));
    assertThat(patience.isOver(bbb1)).isFalse();
    time.advance(SHORTLY);
    assertThat(patience.isOver(bbb1)).isTrue();
    assertThat(patience.isOverByRefusal(bbb1)).isTrue();
  }
}
