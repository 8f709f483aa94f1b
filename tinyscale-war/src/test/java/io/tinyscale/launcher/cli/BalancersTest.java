package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code balancers}. */
class BalancersTest {

  private static final String BBB1 = server("bbb1", "enabled", 1, "");
  private static final String BBB2 = server("bbb2", "enabled", 1, "");

  private final FakeDoor one = FakeDoor.open();
  private final FakeDoor two = FakeDoor.open();
  private final TestConsole console = new TestConsole(one).with("COLUMNS", "120");

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private static String server(String name, String state, int weight, String tags) {
    return String.format(
        "{'name':'%s','api':'https://%s.example.org/bigbluebutton/api','state':'%s','weight':%d,"
            + "'tags':[%s],'leaving':false}",
        name, name, state, weight, tags);
  }

  /** What a balancer tells of itself; its servers have this digest. */
  private static String self(String id, String pool) {
    return String.format(
        "'id':'%s','version':'0.2.0','formula':1,'startedAt':'2026-11-25T12:15:00Z','down':[],"
            + "'instance':'i-%s','pool':'%s','mode':'several','alone':false,'carefulUntil':null,"
            + "'store':{'address':'redis://store:6379/0','up':true,'young':false},'others':[]",
        id, id, pool);
  }

  private static void answer(FakeDoor door, String self, String... servers) {
    door.answer("GET /status", ("{'verdict':'ok','balancers':{" + self + "}}").replace('\'', '"'))
        .answer(
            "GET /servers", ("{'servers':[" + String.join(",", servers) + "]}").replace('\'', '"'));
  }

  private TestConsole.Result compare() {
    return console.run("balancers", "--url", one.url(), "--url", two.url());
  }

  @Test
  void saysThatAllAreAlike() {
    answer(one, self("lb1", "aa"), BBB1, BBB2);
    answer(two, self("lb2", "aa").replace("'down':[]", "'down':['bbb7','bbb8']"), BBB2, BBB1);

    TestConsole.Result result = compare();

    assertThat(result.out().lines())
        .containsExactly(
            "NAME  VERSION  UP  STORE  POOL  DOWN       DOOR",
            "lb1   0.2.0    8h  up     same  -          " + one.url(),
            "lb2   0.2.0    8h  up     same  bbb7,bbb8  " + two.url(),
            "All have the same servers in the same states.");
    assertThat(result.code()).isZero();
    assertThat(two.calls())
        .allMatch(call -> call.header("Authorization").orElseThrow().endsWith(TestConsole.TOKEN));
  }

  @Test
  void saysThatABalancerOpensNoNewRoomWithoutItsStore() {
    String down = "'up':false,'young':false,'whenDown':";
    answer(one, self("lb1", "aa").replace("'up':true,'young':false", down + "'refuse'"), BBB1);
    answer(two, self("lb2", "aa").replace("'up':true,'young':false", down + "'degrade'"), BBB1);

    assertThat(compare().out().lines())
        .containsExactly(
            "NAME  VERSION  UP  STORE  POOL  DOWN  DOOR",
            "lb1   0.2.0    8h  DOWN   same  -     " + one.url(),
            "lb2   0.2.0    8h  DOWN   same  -     " + two.url(),
            "lb1 opens no new room while its store does not answer (balancers.store.down=refuse).",
            "All have the same servers in the same states.");
  }

  @Test
  void namesEachDifferenceOfTheirServers() {
    answer(one, self("lb1", "aa"), BBB1, BBB2, server("bbb3", "cordoned", 1, "'gold','new'"));
    answer(
        two,
        self("lb2", "bb"),
        BBB1.replace("https://bbb1", "https://10.0.0.1"),
        server("bbb3", "enabled", 2, ""));

    TestConsole.Result result = compare();

    assertThat(result.out().lines().skip(1))
        .containsExactly(
            "lb1   0.2.0    8h  up     same     -     " + one.url(),
            "lb2   0.2.0    8h  up     differs  -     " + two.url(),
            "bbb1: address https://bbb1.example.org/bigbluebutton/api on lb1,"
                + " https://10.0.0.1.example.org/bigbluebutton/api on lb2",
            "bbb2: missing on lb2",
            "bbb3: weight 1 on lb1, 2 on lb2",
            "bbb3: tags gold,new on lb1, none on lb2",
            "bbb3: cordoned on lb1, enabled on lb2");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void namesOtherFormulasStoresAndModes() {
    answer(one, self("lb1", "aa"), BBB1);
    answer(
        two,
        self("lb2", "aa")
            .replace("'formula':1", "'formula':2")
            .replaceFirst("'store':\\{[^}]*}", "'store':null")
            .replace("'several'", "'auto'"),
        BBB1);

    TestConsole.Result result = compare();

    assertThat(result.out().lines())
        .contains(
            "formula 1 on lb1, 2 on lb2",
            "store redis://store:6379/0 on lb1, none on lb2",
            "lb2 has balancers=auto: set balancers=several.");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void tellsOfThoseThatWereNotAsked() {
    answer(
        one,
        self("lb1", "aa")
            .replace(
                "'others':[]",
                "'others':[{'id':'lb3','version':'0.2.0','formula':1,"
                    + "'startedAt':'2026-11-25T20:14:02Z','down':['bbb2'],"
                    + "'differs':['bbb1','bbb9']}]"),
        BBB1);

    TestConsole.Result result = console.run("balancers");

    assertThat(result.out().lines().skip(1))
        .containsExactly(
            "lb1   0.2.0     8h  up     same     -     " + one.url(),
            "lb3   0.2.0    60s  -      differs  bbb2  -",
            "lb3 differs from lb1: bbb1, bbb9");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void oneBalancerAloneIsAllRight() {
    answer(one, self("lb1", "aa").replaceFirst("'store':\\{[^}]*}", "'store':null"), BBB1);

    TestConsole.Result result = console.run("balancers");

    assertThat(result.out()).contains("none", "It sees no other balancer.", "--url");
    assertThat(result.code()).isZero();
  }

  @Test
  void aStoreThatIsDownOrYoungIsTold() {
    answer(one, self("lb1", "aa").replace("'up':true", "'up':false"), BBB1);
    answer(two, self("lb2", "aa").replace("'young':false", "'young':true"), BBB1);

    assertThat(compare().out().lines().skip(1).limit(2))
        .containsExactly(
            "lb1   0.2.0    8h  DOWN   same  -     " + one.url(),
            "lb2   0.2.0    8h  young  same  -     " + two.url());
  }

  @Test
  void goesOnWithoutADoorThatDoesNotAnswer() {
    answer(one, self("lb1", "aa"), BBB1);
    two.answer("GET /status", 500, "oops");

    TestConsole.Result result = compare();

    assertThat(result.out()).contains("lb1").doesNotContain("All have");
    assertThat(result.err()).contains("HTTP 500");
    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void twoAddressesOfOneBalancerAreAMistake() {
    answer(one, self("lb1", "aa"), BBB1);
    answer(two, self("lb1", "aa"), BBB1);

    TestConsole.Result result = compare();

    assertThat(result.err()).contains(one.url(), two.url(), "lead to the same balancer");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void balancersOfOneNameAreToldApartByTheirDoors() {
    answer(one, self("lb1", "aa"), BBB1);
    answer(two, self("lb1", "aa").replace("i-lb1", "i-2"), server("bbb1", "cordoned", 1, ""));

    assertThat(compare().out())
        .contains("bbb1: enabled on " + one.url() + ", cordoned on " + two.url());
  }

  @Test
  void printsTheJsonOfEachDoor() {
    answer(one, self("lb1", "aa"), BBB1);
    answer(two, self("lb2", "bb"), BBB2);

    TestConsole.Result result =
        console.run("balancers", "--json", "--url", one.url(), "--url", two.url());

    assertThat(result.out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"verdict\":\"ok\""));
    assertThat(result.code()).isEqualTo(1);
  }
}
