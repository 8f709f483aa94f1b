package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tinyscale.server.Server;
import io.tinyscale.store.Rendezvous;
import io.tinyscale.tenant.MeetingId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RendezvousTest {

  private final Rendezvous rendezvous = new Rendezvous();

  private double score(String server, int weight, String id) {
    return rendezvous.score(LoadScene.server(server, weight), Rendezvous.key(new MeetingId(id)));
  }

  private Server preferred(List<Server> servers, String id) {
    byte[] key = Rendezvous.key(new MeetingId(id));
    return servers.stream()
        .max(Comparator.comparingDouble(server -> rendezvous.score(server, key)))
        .orElseThrow();
  }

  /** Reckoned by another program. Balancers of all versions must agree on them. */
  @ParameterizedTest
  @CsvSource({
    "bbb1, 1, math, 1.3556547111479176",
    "bbb2, 1, math, 0.3153031497404999",
    "bbb3, 1, math, 0.8563586776299232",
    "bbb1, 4, math, 5.42261884459167",
    "bbb1, 1, räume-101, 2.984901788874473",
    "bbb2, 4, räume-101, 3.317643191216569",
    "bbb3, 4, räume-101, 18.680953992818157",
    "bbb1, 1, '', 0.9618143643533109",
    "bbb1, 2, math, 2.711309422295835",
    "bbb2, 1000, math, 315.3031497404999",
    "bbb1, 1, room 7, 31.965656481848878",
    "bbb2, 2, room 7, 1.651168829231074",
    "bbb3, 1000, room 7, 787.1597115909555",
    "bbb2, 1, räume-101, 0.8294107978041423",
    "bbb3, 1, räume-101, 4.670238498204539",
    "bbb1, 1000, räume-101, 2984.901788874473",
    "b.example.org, 2, a, 2.9121064786639126",
    "B, 1, 1, 0.3267401062112159",
    "bbb-10, 1, e5f0c1a2-7b1e-4d8f-9a57-0b6c1de2f3a4, 3.4648149732883526",
    "bbb-11, 2, 日本語 教室, 0.8467061962009234"
  })
  void scoresAreFrozen(String server, int weight, String id, double score) {
    assertThat(score(server, weight, id)).isCloseTo(score, within(1e-14 * score * 100));
  }

  @Test
  void takesIdsOfAnyLength() {
    assertThat(score("srv", 1, "x".repeat(300))).isCloseTo(2.2954475689207685, within(1e-12));
    assertThat(score("bbb1", 1, "math")).isCloseTo(1.3556547111479176, within(1e-12));
    assertThat(score("bbb1", 1, "x".repeat(256))).isCloseTo(0.8109301206062021, within(1e-12));
    assertThat(score("bbb2", 1000, "x".repeat(256))).isCloseTo(1290.322277425482, within(1e-9));
  }

  @Test
  void takesAnIdAsServersTrimIt() {
    assertThat(score("bbb1", 1, " math\t")).isEqualTo(score("bbb1", 1, "math"));
  }

  @Test
  void prefersServersInProportionToTheirWeights() {
    List<Server> servers =
        List.of(LoadScene.server("A", 4), LoadScene.server("B", 2), LoadScene.server("C", 1));

    List<Server> preferred =
        IntStream.range(0, 7000).mapToObj(i -> preferred(servers, "m" + i)).toList();

    for (Server server : servers) {
      assertThat(preferred.stream().filter(server::equals).count())
          .isBetween(server.weight() * 900L, server.weight() * 1100L);
    }
  }

  @Test
  void aServerThatGoesMovesOnlyItsOwnMeetings() {
    List<Server> servers =
        IntStream.range(0, 5).mapToObj(i -> LoadScene.server("bbb" + i, 1 + i)).toList();
    List<Server> left = servers.subList(0, 4);

    for (int i = 0; i < 500; i++) {
      Server before = preferred(servers, "m" + i);
      if (left.contains(before)) {
        assertThat(preferred(left, "m" + i)).isEqualTo(before);
      }
    }
  }

  @Test
  void aServerThatComesGetsItsShareOfTheMeetings() {
    List<Server> before =
        IntStream.range(0, 4).mapToObj(i -> LoadScene.server("bbb" + i, 1)).toList();
    List<Server> after = new ArrayList<>(before);
    after.add(0, LoadScene.server("newcomer", 1));

    long moved =
        IntStream.range(0, 10_000)
            .filter(i -> !preferred(before, "m" + i).equals(preferred(after, "m" + i)))
            .count();

    assertThat(moved).isBetween(1600L, 2400L);
  }

  @Test
  void theOrderOfTheFileChangesNothing() {
    List<Server> servers =
        IntStream.range(0, 12).mapToObj(i -> LoadScene.server("bbb" + i, 1 + i % 3)).toList();
    List<Server> shuffled = new ArrayList<>(servers);
    Collections.reverse(shuffled);

    for (int i = 0; i < 100; i++) {
      MeetingId meeting = new MeetingId("m" + i);
      List<Server> order = Rendezvous.order(servers, meeting);
      assertThat(order).isEqualTo(Rendezvous.order(shuffled, meeting)).hasSize(12);
      assertThat(order.get(0)).isEqualTo(preferred(servers, "m" + i));
    }
  }
}
