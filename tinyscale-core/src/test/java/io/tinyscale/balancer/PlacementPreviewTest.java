package io.tinyscale.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.ServerScore;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.Placer;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a create would go, as {@code place} shows it. */
class PlacementPreviewTest {

  @TempDir private Path directory;

  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final FakeServer three = servers.add("bbb3");
  private final Map<String, String> settings = new HashMap<>();
  private Path file = Path.of("");

  @BeforeEach
  void writeThePoolFile() throws IOException {
    file = directory.resolve("servers.json");
    settings.put("tinyscale.secret", "front");
    settings.put("tinyscale.servers", file.toString());
    pool("", "", "\"tags\": [\"gold\"], ");
  }

  private void pool(String first, String second, String third) throws IOException {
    Files.writeString(
        file,
        String.format("[%s,%s,%s]", entry(one, first), entry(two, second), entry(three, third)));
  }

  private static String entry(FakeServer server, String fields) {
    return String.format(
        "{%s\"name\": \"%s\", \"host\": \"%s\", \"secret\": \"secret of %s\"}",
        fields, server.server().name(), server.server().api(), server.server().name());
  }

  private Balancer.Builder balancer() {
    TinyscaleConfig config =
        TinyscaleConfig.read(List.of(ConfigSource.properties("the test", settings)));
    return Balancer.of(config).upstream(servers);
  }

  private PlacementPreview preview(String create) {
    return balancer().preview(new QueryString(create));
  }

  private static List<String> obstacles(PlacementPreview preview) {
    return preview.servers().stream().map(PlacementPreview.OfServer::obstacle).toList();
  }

  private static Optional<String> choice(PlacementPreview preview) {
    return preview.choice().map(Server::name);
  }

  @Test
  void showsTheChoiceAndMakesNothing() {
    PlacementPreview preview = preview("meetingID=math");

    assertThat(choice(preview)).contains("bbb1");
    assertThat(preview.reason()).isEqualTo("the policy chooses it");
    assertThat(preview.policy()).isEqualTo("round-robin");
    assertThat(obstacles(preview)).containsExactly("", "", "has other tags");
    assertThat(servers.count("create")).isZero();
    assertThat(servers.count("getMeetings")).as("each server is asked once").isEqualTo(3);
    assertThat(servers.count()).isEqualTo(3);
  }

  @Test
  void showsWhatTheServersCarry() {
    two.holds("art");
    two.holds("music");

    PlacementPreview preview = preview("meetingID=math");

    assertThat(preview.servers())
        .extracting(server -> server.status().load().meetings())
        .containsExactly(0, 2, 0);
  }

  @Test
  void showsWhyServersAreNoCandidates() throws IOException {
    pool("\"state\": \"cordoned\", ", "\"state\": \"disabled\", ", "\"tags\": [\"gold\"], ");
    three.is(Fault.REFUSES);

    PlacementPreview preview = preview("meetingID=math");

    assertThat(obstacles(preview)).containsExactly("cordoned", "disabled", "down");
    assertThat(preview.choice()).isEmpty();
    assertThat(preview.reason())
        .isEqualTo("internalError: No server is available for a new meeting at the moment");
  }

  @Test
  void aServerThatDidNotTellItsMeetingsIsNamed() {
    two.is(Fault.REFUSES);

    PlacementPreview preview = preview("meetingID=math");

    assertThat(preview.untold()).extracting(Server::name).containsExactly("bbb2");
    assertThat(obstacles(preview)).containsExactly("", "down", "has other tags");
  }

  @Test
  void aServerInDoubtIsNotSaidToLackTags() {
    List<Server> all = List.of(one.server(), two.server());
    ServerPool pool = new ServerPool(all, 2, 2);
    pool.failed(two.server(), false);
    Placer placer = new Placer(pool, new RoundRobin(true), new GatewayObserver() {});

    assertThat(obstaclesOf(pool, placer)).containsExactly("", "in doubt");
    pool.failed(one.server(), false);
    assertThat(obstaclesOf(pool, placer)).as("one of them must do").containsExactly("", "");
  }

  private static List<String> obstaclesOf(ServerPool pool, Placer placer) {
    PlacementRequest create =
        new PlacementRequest(
            ApiCall.CREATE, new MeetingId("math"), "house", new QueryString("meetingID=math"));
    return PlacementPreview.rows(create, pool, placer).stream()
        .map(PlacementPreview.OfServer::obstacle)
        .toList();
  }

  @Test
  void showsTheLoadThatTheScoreIsMadeOf() throws IOException {
    pool("", "", "");
    settings.put("tinyscale.placement", "expected-load");
    one.holds("art");
    three.is(Fault.REFUSES);

    PlacementPreview preview = preview("meetingID=math&meta_bbb-meeting-size-hint=100");

    for (PlacementPreview.OfServer server : preview.servers().subList(0, 2)) {
      assertThat(server.score().getAsDouble()).isEqualTo(server.expectedLoad().getAsDouble() + 70);
    }
    assertThat(preview.servers().get(2).expectedLoad()).isEmpty();
  }

  @Test
  void withSeveralBalancersAlmostEqualServersShareTheMeetings() throws IOException {
    pool("", "", "");
    settings.put("tinyscale.placement", "expected-load");
    carries(one, 50);
    carries(two, 55);
    carries(three, 60);

    assertThat(choices()).containsExactly("bbb1");
    settings.put("tinyscale.balancers", "several");
    assertThat(choices()).containsExactlyInAnyOrder("bbb1", "bbb2", "bbb3");
  }

  private static void carries(FakeServer server, int users) {
    server.answers(
        "getMeetings",
        "<response><returncode>SUCCESS</returncode><meetings><meeting><meetingID>art</meetingID>"
            + "<participantCount>"
            + users
            + "</participantCount></meeting></meetings></response>");
  }

  private Set<String> choices() {
    return IntStream.range(0, 15)
        .mapToObj(i -> choice(preview("meetingID=m" + i)).orElseThrow())
        .collect(Collectors.toSet());
  }

  @Test
  void heedsTags() {
    PlacementPreview gold = preview("meetingID=math&meta_server-tag=gold");
    PlacementPreview silver = preview("meetingID=math&meta_server-tag=silver!");

    assertThat(choice(gold)).contains("bbb3");
    assertThat(obstacles(gold)).containsExactly("has no tag", "has no tag", "");
    assertThat(silver.choice()).isEmpty();
    assertThat(silver.reason())
        .isEqualTo("serverTagUnavailable: No server with the required tag is available");
  }

  @Test
  void aMeetingThatExistsStaysWhereItIs() {
    three.holds("math");

    PlacementPreview preview = preview("meetingID=math");

    assertThat(choice(preview)).contains("bbb3");
    assertThat(preview.reason()).isEqualTo("it holds the meeting");
  }

  @Test
  void aBreakoutRoomGoesToTheServerOfItsParent() {
    three.holds("math");

    PlacementPreview preview = preview("meetingID=room&isBreakout=true&parentMeetingID=math");

    assertThat(choice(preview)).contains("bbb3");
    assertThat(preview.reason()).isEqualTo("it holds the parent of the breakout room");
  }

  @Test
  void showsTheScoresOfExpectedLoad() throws IOException {
    pool("\"weight\": 10, ", "\"weight\": 20, ", "\"weight\": 40, \"tags\": [\"gold\"], ");
    settings.put("tinyscale.placement", "expected-load");

    PlacementPreview preview = preview("meetingID=math&meta_BBB-meeting-size-hint=100");

    assertThat(preview.policy()).isEqualTo("expected-load");
    assertThat(choice(preview)).contains("bbb2");
    assertThat(preview.servers())
        .extracting(PlacementPreview.OfServer::score)
        .containsExactly(OptionalDouble.of(7), OptionalDouble.of(3.5), OptionalDouble.empty());
    assertThat(preview.servers())
        .extracting(PlacementPreview.OfServer::expectedLoad)
        .containsOnly(OptionalDouble.of(0));
  }

  @Test
  void aPolicyThatCannotTellItsScoresChoosesAllTheSame() {
    PlacementPolicy faulty =
        new PlacementPolicy() {
          @Override
          public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
            return Optional.of(candidates.get(1).server());
          }

          @Override
          public List<ServerScore> weigh(List<ServerStatus> candidates, PlacementRequest request) {
            throw new IllegalStateException("an extension's mistake");
          }
        };

    PlacementPreview preview = balancer().policy(faulty).preview(new QueryString("meetingID=math"));

    assertThat(choice(preview)).contains("bbb2");
    assertThat(preview.servers())
        .extracting(PlacementPreview.OfServer::score)
        .containsOnly(OptionalDouble.empty());
  }
}
