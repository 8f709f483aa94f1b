package io.tinyscale.placement;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers a policy may choose from, by the tags that a create asks for. */
class TagsTest {

  private static final Duration EJECTION = Duration.ofSeconds(10);

  /** What servers can be out for. */
  private enum Out {
    DOWN,
    CORDONED,
    DISABLED,
    REFUSES_SECRET
  }

  /**
   * What a create asks for.
   *
   * @param matching the servers that have a tag
   */
  private record Row(String query, Set<String> matching, boolean required) {}

  private static Row row(String tags, String matching, boolean required) {
    String query = "&meta_server-tag=" + URLEncoder.encode(tags, StandardCharsets.UTF_8);
    return new Row(query, names(matching), required);
  }

  private static Set<String> names(String names) {
    return Stream.of(names.split(" "))
        .filter(n -> !n.isEmpty())
        .collect(toCollection(TreeSet::new));
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("", names("b2 b3"), false),
        row("", "b2 b3", false),
        row(" ", "b2 b3", false),
        row("!", "b2 b3", false),
        row("  !", "b2 b3", false),
        row("none", "b2 b3", false),
        row("none!", "b2 b3", true),
        row("test", "b1 b5", false),
        row("test!", "b1 b5", true),
        row("test;test", "b1 b5", false),
        row("test;test2", "b1 b4 b5", false),
        row("test2;test", "b1 b4 b5", false),
        row("test;none", "b1 b2 b3 b5", false),
        row("test;none!", "b1 b2 b3 b5", true),
        row("gold;", "b5", false),
        row("gold;!", "b5", true),
        row("gold;;", "b5", false),
        row(";gold", "b5", false),
        row("x", "", false),
        row("x!", "", true),
        row("x;gold!", "b5", true),
        row(";", "", false),
        row(";!", "", true),
        row("test!!", "", true),
        row("Test", "", false),
        row("None!", "", true),
        row("test ", "", false),
        row(" test!", "", true),
        row("test; gold", "b1 b5", false),
        row("test,gold", "", false),
        row("*", "", false));
  }

  private final List<String> events = new ArrayList<>();
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void tagFallback(String tenant, String tags, Server server, long fallbacks) {
          events.add(tenant + " " + tags + " " + server.name() + " " + fallbacks);
        }

        @Override
        public void allServersTagged() {
          allTagged++;
        }
      };
  private int allTagged;
  private List<String> offered = List.of();
  private long now;

  /** Takes the first candidate. */
  private final PlacementPolicy first =
      (candidates, request) -> {
        offered = candidates.stream().map(status -> status.server().name()).toList();
        return candidates.stream().map(ServerStatus::server).findFirst();
      };

  private static Server server(String name, String... tags) {
    URI api = URI.create("https://" + name + ".example.org/bigbluebutton/api");
    return new Server(
        name,
        api,
        Secret.of("sesame"),
        ChecksumAlgorithm.SHA256,
        1,
        Set.of(tags),
        AdminState.ENABLED);
  }

  private static List<Server> servers() {
    return List.of(
        server("b1", "test"),
        server("b2"),
        server("b3"),
        server("b4", "test2"),
        server("b5", "test", "gold"));
  }

  private static Server named(String name) {
    return servers().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private static PlacementRequest create(String query) {
    return request(ApiCall.CREATE, query);
  }

  private static PlacementRequest request(ApiCall call, String query) {
    return new PlacementRequest(
        call, new MeetingId("math"), "house", new QueryString("meetingID=math" + query));
  }

  private Placer placer(ServerPool pool) {
    return new Placer(pool, first, observer, () -> now);
  }

  private static ServerPool poolWithout(Set<String> out, Out reason) {
    ServerPool pool =
        new ServerPool(
            servers().stream()
                .map(server -> out.contains(server.name()) ? asWilled(server, reason) : server)
                .toList(),
            2,
            2);
    for (String name : out) {
      if (reason == Out.DOWN) {
        pool.startsDown(named(name));
      } else if (reason == Out.REFUSES_SECRET) {
        pool.startsRefusing(named(name));
      }
    }
    return pool;
  }

  private static Server asWilled(Server server, Out reason) {
    return reason == Out.CORDONED
        ? server.with(AdminState.CORDONED)
        : reason == Out.DISABLED ? server.with(AdminState.DISABLED) : server;
  }

  private static Set<String> without(Set<String> servers, Set<String> out) {
    return servers.stream().filter(name -> !out.contains(name)).collect(toCollection(TreeSet::new));
  }

  /** What the table of the contract says, told without the code's help. */
  private static Set<String> candidates(Row row, Set<String> out, Out reason) {
    Set<String> matching = without(row.matching(), out);
    if (!matching.isEmpty() || row.required()) {
      return matching;
    }
    boolean untaggedAreEnabled =
        reason == Out.DOWN || reason == Out.REFUSES_SECRET || !out.containsAll(names("b2 b3"));
    return without(untaggedAreEnabled ? names("b2 b3") : names("b1 b2 b3 b4 b5"), out);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void offersTheServersThatTheTagsAskForWhateverServersAreOut(Row row) {
    for (Out reason : EnumSet.allOf(Out.class)) {
      for (int outs = 0; outs < 1 << 5; outs++) {
        int bits = outs;
        Set<String> out =
            IntStream.range(0, 5)
                .filter(i -> (bits >> i & 1) == 1)
                .mapToObj(i -> "b" + (i + 1))
                .collect(toCollection(TreeSet::new));
        Placer placer = placer(poolWithout(out, reason));
        Set<String> expected = candidates(row, out, reason);

        Optional<Server> chosen = placer.choose(create(row.query()), List.of());

        assertThat(offered)
            .as("%s with %s %s", row, out, reason)
            .containsExactlyElementsOf(expected);
        assertThat(chosen.isPresent()).isEqualTo(!expected.isEmpty());
        if (chosen.isEmpty()) {
          assertThat(placer.refusal(create(row.query()), List.of()))
              .as("%s with %s %s", row, out, reason)
              .isEqualTo(row.required() ? ApiError.SERVER_TAG_UNAVAILABLE : ApiError.NO_SERVER);
        }
      }
    }
  }

  @Test
  void offersNoServerThatWasJustTriedInVain() {
    Placer placer = placer(new ServerPool(servers(), 2, 2));
    List<Server> tried = List.of(named("b1"), named("b5"));

    placer.choose(create("&meta_server-tag=test"), List.of(named("b1")));
    assertThat(offered).containsExactly("b5");
    placer.choose(create("&meta_server-tag=test"), tried);
    assertThat(offered).containsExactly("b2", "b3");
    assertThat(placer.choose(create("&meta_server-tag=test!"), tried)).isEmpty();
    assertThat(placer.refusal(create("&meta_server-tag=test!"), tried))
        .isEqualTo(ApiError.SERVER_TAG_UNAVAILABLE);
  }

  private static void eject(ServerPool pool, String name) {
    pool.erred(named(name), true, 0, EJECTION);
    pool.erred(named(name), true, 0, EJECTION);
  }

  @Test
  void aRequiredTagIsWorthATryOfAnEjectedServer() {
    ServerPool pool = new ServerPool(servers(), 2, 2);
    eject(pool, "b5");
    Placer placer = placer(pool);

    assertThat(placer.choose(create("&meta_server-tag=gold!"), List.of())).contains(named("b5"));
    assertThat(placer.choose(create("&meta_server-tag=gold"), List.of())).contains(named("b2"));
    assertThat(placer.choose(create("&meta_server-tag=gold!"), List.of(named("b5")))).isEmpty();
  }

  @Test
  void aCreateWithoutATagTriesAnEjectedServerRatherThanATaggedServer() {
    ServerPool pool = new ServerPool(servers(), 2, 2);
    pool.startsDown(named("b2"));
    eject(pool, "b3");

    assertThat(placer(pool).choose(create(""), List.of())).contains(named("b3"));
  }

  @Test
  void aServerOnTrialTakesOneCreateAndTheNextOneGoesToTheOthersWithTheTag() {
    ServerPool pool = new ServerPool(servers(), 2, 2);
    eject(pool, "b1");
    pool.readmit(named("b1"), EJECTION.toNanos());
    Placer placer = placer(pool);

    assertThat(placer.choose(create("&meta_server-tag=test"), List.of())).contains(named("b1"));
    assertThat(placer.choose(create("&meta_server-tag=test"), List.of())).contains(named("b5"));
    assertThat(placer.choose(create("&meta_server-tag=test!"), List.of(named("b5"))))
        .as("as a last resort")
        .contains(named("b1"));
  }

  @Test
  void ifAllServersAreTaggedACreateWithoutATagUsesAll() {
    Placer placer =
        placer(new ServerPool(List.of(server("b1", "test"), server("b2", "gold")), 2, 2));

    placer.choose(create(""), List.of());
    assertThat(offered).containsExactly("b1", "b2");
    placer.choose(create("&meta_server-tag=gold"), List.of());
    assertThat(offered).containsExactly("b2");
    placer.choose(create("&meta_server-tag=x"), List.of());
    assertThat(offered).containsExactly("b1", "b2");
    assertThat(placer.choose(create("&meta_server-tag=none!"), List.of())).isEmpty();
    assertThat(placer.choose(create("&meta_server-tag=x!"), List.of())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aPoolIsAllTaggedIfNoEnabledServerIsWithoutTags(AdminState untagged) {
    List<Server> servers =
        List.of(server("b1", "test"), server("b2").with(untagged), server("b3", "gold"));

    assertThat(Placer.isAllTagged(servers)).isEqualTo(untagged != AdminState.ENABLED);
    assertThat(Placer.isAllTagged(servers().subList(0, 1))).isTrue();
    assertThat(Placer.isAllTagged(List.of())).isFalse();
    assertThat(Placer.isAllTagged(List.of(server("b1", "x").with(AdminState.CORDONED)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&META_Server-Tag=gold",
        "&meta_SERVER-TAG=gold",
        "&meta_server%2Dtag=gold",
        "&+meta_Server-tag+=gold",
        "&meta_server-tag=%67old",
        "&meta_server-tag=gold&meta_server-tag=test",
        "&a=1&meta_server-tags=test&meta_server-tag=gold"
      })
  void readsTheTagsAsAServerReadsMetadata(String query) {
    placer(new ServerPool(servers(), 2, 2)).choose(create(query), List.of());

    assertThat(offered).containsExactly("b5");
  }

  @Test
  void onlyCreatesHaveTags() {
    Placer placer = placer(new ServerPool(servers(), 2, 2));

    assertThat(
            placer.choose(request(ApiCall.named("newCall"), "&meta_server-tag=gold!"), List.of()))
        .contains(named("b1"));

    assertThat(offered).containsExactly("b1", "b2", "b3", "b4", "b5");
  }

  @Test
  void aCallThatIsPassedOverCountsForAllServers() {
    List<String> passedOver = new ArrayList<>();
    PlacementPolicy counting =
        new PlacementPolicy() {
          @Override
          public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
            return Optional.empty();
          }

          @Override
          public void passOver(List<ServerStatus> candidates, PlacementRequest request) {
            candidates.forEach(status -> passedOver.add(status.server().name()));
          }
        };

    new Placer(new ServerPool(servers(), 2, 2), counting, observer, () -> now)
        .passOver(request(ApiCall.JOIN, "&meta_server-tag=gold"));

    assertThat(passedOver).containsExactly("b1", "b2", "b3", "b4", "b5");
  }

  @Test
  void reportsEachTimeThatTheLastServerWithoutTagsIsCordoned() {
    List<Server> open = List.of(server("b1", "gold"), server("b2"));
    List<Server> cordoned = List.of(server("b1", "gold"), server("b2").with(AdminState.CORDONED));
    ServerPool pool = new ServerPool(open, 2, 2);
    Placer placer = placer(pool);
    placer.checkTags();
    assertThat(allTagged).isZero();

    pool.replace(cordoned, Set.of());
    placer.checkTags();
    placer.checkTags();
    assertThat(allTagged).isOne();

    pool.replace(open, Set.of());
    placer.checkTags();
    pool.replace(cordoned, Set.of());
    placer.checkTags();
    assertThat(allTagged).isEqualTo(2);
  }

  @Test
  void aPolicyThatDeclinesIsNotALackOfTags() {
    Placer placer =
        new Placer(
            new ServerPool(servers(), 2, 2),
            (candidates, request) -> Optional.empty(),
            observer,
            () -> now);
    PlacementRequest create = create("&meta_server-tag=gold!");

    assertThat(placer.choose(create, List.of())).isEmpty();
    assertThat(placer.refusal(create, List.of())).isEqualTo(ApiError.NO_SERVER);
  }

  @Test
  void countsEachMeetingThatGoesWithoutItsTagsAndReportsThemOnceAMinute() {
    Placer placer = placer(new ServerPool(servers(), 2, 2));

    placer.made(create("&meta_server-tag=x"), named("b2"));
    placer.made(create("&meta_server-tag=x"), named("b3"));
    placer.made(create("&meta_server-tag=y;z"), named("b2"));
    assertThat(placer.tagFallbacks()).isEqualTo(3);
    assertThat(events).containsExactly("house x b2 1");

    now += Duration.ofMinutes(1).toNanos();
    placer.made(create("&meta_server-tag=Test"), named("b3"));
    assertThat(placer.tagFallbacks()).isEqualTo(4);
    assertThat(events).containsExactly("house x b2 1", "house Test b3 3");
  }

  @Test
  void countsNoMeetingThatGoesWhereItsCreateWants() {
    Placer placer = placer(new ServerPool(servers(), 2, 2));

    placer.made(create(""), named("b2"));
    placer.made(create(""), named("b5"));
    placer.made(create("&meta_server-tag=!"), named("b5"));
    placer.made(create("&meta_server-tag=test"), named("b5"));
    placer.unknown(create("&meta_server-tag=test;none"), named("b3"));
    placer.failed(create("&meta_server-tag=x"), named("b3"));
    placer.unknown(create("&meta_server-tag=x"), named("b3"));

    assertThat(placer.tagFallbacks()).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void roundRobinTakesTurnsAmongTheServersWithTheTag() {
    Placer placer =
        new Placer(new ServerPool(servers(), 2, 2), new RoundRobin(true), observer, () -> now);

    assertThat(chosen(placer, "&meta_server-tag=test", 4)).containsExactly("b1", "b5", "b1", "b5");
    assertThat(chosen(placer, "", 4)).containsExactly("b2", "b3", "b2", "b3");
    assertThat(chosen(placer, "&meta_server-tag=x", 2)).containsExactly("b2", "b3");
  }

  @Test
  void tagsOnAllServersLeaveTheOrderOfRoundRobinAsItWas() {
    List<Server> untagged = List.of(server("b1"), server("b2"), server("b3"));
    List<Server> tagged = List.of(server("b1", "a"), server("b2", "a"), server("b3", "b", "c"));

    assertThat(chosen(roundRobin(tagged), "", 7))
        .isEqualTo(chosen(roundRobin(untagged), "", 7))
        .containsExactly("b1", "b2", "b3", "b1", "b2", "b3", "b1");
    assertThat(events).isEmpty();
  }

  private Placer roundRobin(List<Server> servers) {
    return new Placer(new ServerPool(servers, 2, 2), new RoundRobin(true), observer, () -> now);
  }

  private static List<String> chosen(Placer placer, String query, int times) {
    return IntStream.range(0, times)
        .mapToObj(i -> placer.choose(create(query), List.of()).orElseThrow().name())
        .toList();
  }
}
