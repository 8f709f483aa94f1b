package io.tinyscale.examples.extension;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Health;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FirstTagFirstTest {

  private final FirstTagFirst policy = new FirstTagFirst();

  private static ServerStatus server(String name, String tag, int weight, int people) {
    Server server =
        new Server(
            name,
            URI.create("https://" + name + ".example.org/bigbluebutton/api"),
            Secret.of("sesame"),
            ChecksumAlgorithm.SHA256,
            weight,
            Set.of(tag),
            AdminState.ENABLED);
    return new ServerStatus(server, Health.UP, true, new ServerLoad(1, people, 0), false, false);
  }

  private String choice(String parameters, ServerStatus... candidates) {
    return policy
        .choose(
            List.of(candidates),
            new PlacementRequest(
                ApiCall.CREATE, new MeetingId("math"), "house", new QueryString(parameters)))
        .orElseThrow()
        .name();
  }

  @Test
  void prefersTheTagThatStandsFirst() {
    ServerStatus old = server("bbb1", "old", 200, 0);
    ServerStatus fresh = server("bbb2", "new", 200, 150);

    assertThat(choice("meta_server-tag=new%3Bold%21", old, fresh)).isEqualTo("bbb2");
    assertThat(choice("meta_server-tag=old%3Bnew", old, fresh)).isEqualTo("bbb1");
  }

  @Test
  void goesOnToTheNextTagIfTheMeetingHasNoRoom() {
    ServerStatus old = server("bbb1", "old", 200, 120);
    ServerStatus fresh = server("bbb2", "new", 200, 150);
    String tags = "meta_server-tag=new%3Bold";

    assertThat(choice(tags + "&meta_bbb-meeting-size-hint=40", old, fresh)).isEqualTo("bbb2");
    assertThat(choice(tags + "&meta_bbb-meeting-size-hint=60", old, fresh)).isEqualTo("bbb1");
  }

  @Test
  void theLeastFullServerGetsTheMeetingIfAllAreFull() {
    assertThat(
            choice(
                "meta_server-tag=new%3Bold",
                server("bbb1", "new", 100, 300), server("bbb2", "old", 200, 400)))
        .isEqualTo("bbb2");
  }

  @Test
  void theLeastFullServerGetsAMeetingWithoutTags() {
    assertThat(
            choice("meetingID=math", server("bbb1", "a", 200, 100), server("bbb2", "b", 400, 120)))
        .isEqualTo("bbb2");
  }
}
