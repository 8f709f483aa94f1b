package io.tinyscale.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Server;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingOwnersTest {

  @Test
  void remembersTheOwnersOfABoundedNumberOfRecordingsWithSensibleIds() {
    RecordingOwners owners = new RecordingOwners();
    Server bbb1 =
        Server.of("bbb1", URI.create("https://bbb1.example.org/bigbluebutton/api"), Secret.of("s"));
    String endless = "x".repeat(257);

    for (int i = 0; i < 20_000; i++) {
      owners.learn("r" + i, bbb1);
    }
    owners.learn(endless, bbb1);

    assertThat(List.of(owners.owner("r0"), owners.owner(endless))).allMatch(o -> o.isEmpty());
    assertThat(owners.owner("r19999")).contains("bbb1");
  }
}
