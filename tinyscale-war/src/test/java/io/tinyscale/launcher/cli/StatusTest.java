package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code status}. */
class StatusTest {

  private static final String WELL =
      """
      {"version":"0.1.0","startedAt":"2026-11-25T12:15:00Z","verdict":"ok","problems":[],
      "totals":{"servers":8,"enabled":8,"available":7,"meetings":312,"users":6480,
      "callsInFlight":41},"rates":{"callsPerMinute":5230,"createsPerMinute":14,
      "joinsPerMinute":310,"failedPerMinute":2},"pool":{"valid":true,"writable":true},
      "asOf":"2026-11-25T20:15:01Z"}""";

  private static final String DOWN =
      WELL.replace("\"ok\"", "\"critical\"")
          .replace("\"available\":7", "\"available\":0")
          .replace(
              "\"problems\":[]",
              "\"problems\":[{\"severity\":\"critical\",\"code\":\"server-down\",\"server\":\"bbb3\","
                  + "\"since\":\"2026-11-25T20:14:21Z\",\"text\":\"bbb3 is down\",\"meetings\":12,"
                  + "\"users\":240,\"cause\":\"no answer in time\",\"advice\":\"Look at bbb3.\","
                  + "\"command\":\"tinyscale probe bbb3\",\"details\":[],\"meeting\":null},"
                  + "{\"severity\":\"warning\",\"code\":\"split\",\"server\":null,"
                  + "\"since\":\"2026-11-25T20:14:00Z\",\"cause\":null,\"command\":null,"
                  + "\"text\":\"a meeting is alive on two servers\",\"meetings\":0,\"users\":0,"
                  + "\"advice\":null,\"details\":[\"one\",\"two\"],\"meeting\":{\"meetingID\":"
                  + "\"math\",\"server\":\"bbb1\",\"copies\":[{\"server\":\"bbb2\","
                  + "\"standing\":\"rival\"}]}}]");

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void saysThatRoomsAreOpen() {
    door.answer("GET /status", WELL);

    TestConsole.Result result = console.run("status");

    assertThat(result.out().lines())
        .containsExactly(
            "Rooms open. 7 of 8 servers take new meetings; 312 meetings, 6480 people.",
            "No problems.",
            "",
            "people 6480, meetings 312, calls in flight 41",
            "a minute: 310 joins, 14 new meetings, 5230 calls, 2 failed",
            "tinyscale 0.1.0, up 8h, as of 20:15:01");
    assertThat(result.code()).isZero();
  }

  private String balancers(String members) {
    door.answer("GET /status", WELL.replace("\"asOf\"", members.replace('\'', '"') + ",\"asOf\""));

    return console
        .run("status")
        .out()
        .lines()
        .filter(line -> line.startsWith("balancers"))
        .findFirst()
        .orElse("");
  }

  private static String shared(boolean up, String others) {
    return "'balancers':{'id':'lb1','mode':'several','alone':false,'carefulUntil':null,"
        + "'store':{'address':'redis://store:6379/0','up':"
        + up
        + ",'young':false},'others':["
        + others
        + "]}";
  }

  @Test
  void namesTheOthersAndWhetherTheirPoolsAreAlike() {
    assertThat(balancers(shared(true, "{'id':'lb2','differs':[]},{'id':'lb3','differs':[]}")))
        .isEqualTo("balancers: lb1 sees lb2, lb3 through redis://store:6379/0; pools alike");
  }

  @Test
  void namesTheBalancerThatDiffers() {
    assertThat(balancers(shared(true, "{'id':'lb2','differs':['bbb1']},{'id':'lb3','differs':[]}")))
        .isEqualTo("balancers: lb1 sees lb2, lb3 through redis://store:6379/0; lb2 differs");
  }

  @Test
  void saysThatABalancerSeesNoOther() {
    assertThat(balancers(shared(true, "")))
        .isEqualTo("balancers: lb1 sees no other through redis://store:6379/0");
  }

  @Test
  void saysThatTheStoreDoesNotAnswer() {
    assertThat(balancers(shared(false, "")))
        .isEqualTo("balancers: lb1 sees no other, because redis://store:6379/0 does not answer");
  }

  @Test
  void saysHowLongItIsCareful() {
    String noticed =
        "'balancers':{'id':'lb1','mode':'auto','alone':false,'noticed':true,"
            + "'carefulUntil':'2026-11-26T19:00:00Z','store':null,'others':[]}";
    assertThat(balancers(noticed))
        .isEqualTo("balancers: others were noticed; careful until 2026-11-26 19:00");
  }

  @Test
  void saysThatThereAreSeveralWithoutAStore() {
    assertThat(
            balancers(
                "'balancers':{'id':'lb1','mode':'several','alone':false,'carefulUntil':null,"
                    + "'store':null,'others':[]}"))
        .isEqualTo("balancers: several, without a store");
  }

  @Test
  void saysNothingOfTheCautionAfterAStart() {
    assertThat(
            balancers(
                "'balancers':{'id':'lb1','mode':'auto','alone':false,'noticed':false,"
                    + "'carefulUntil':'2026-11-25T21:00:00Z','store':null,'others':[]}"))
        .isEmpty();
  }

  @Test
  void saysNothingOfBalancersIfThereIsOne() {
    assertThat(
            balancers(
                "'balancers':{'id':'lb1','mode':'auto','alone':true,'carefulUntil':null,"
                    + "'store':null,'others':[]}"))
        .isEmpty();
  }

  @Test
  void tellsACriticalStateByItsExitCode() {
    door.answer("GET /status", DOWN);

    TestConsole.Result result = console.run("status");

    assertThat(result.out().lines())
        .startsWith(
            "NO ROOM CAN BE OPENED. 0 of 8 servers take new meetings; 312 meetings, 6480 people.",
            "critical: bbb3 is down since 20:14 (no answer in time). 12 meetings, 240 people.",
            "  Look at bbb3. `tinyscale probe bbb3`",
            "warning: a meeting is alive on two servers since 20:14.",
            "  one",
            "  two",
            "  math is on bbb1, copy on bbb2 (rival)",
            "");
    assertThat(result.code()).isEqualTo(1);
    assertThat(console.run("status", "--json").code()).isEqualTo(1);
    assertThat(console.terminal().run("status").out()).contains("\u001B[31mcritical\u001B[0m:");
  }

  @Test
  void leavesItToTheDoorWhatIsCritical() {
    door.answer(
        "GET /status", DOWN.replace("\"verdict\":\"critical\"", "\"verdict\":\"degraded\""));

    assertThat(console.run("status").code()).isZero();
  }

  @Test
  void watchesUntilInterrupted() {
    door.answer("GET /status", WELL).answer("GET /status", 500, "oops").answer("GET /status", DOWN);

    TestConsole.Result result = console.interruptedAfter(2).run("status", "--watch");

    assertThat(result.out()).contains("Rooms open.", "NO ROOM CAN BE OPENED.");
    assertThat(result.err()).contains("The admin door answers with HTTP 500. Trying again.");
  }

  @Test
  void waitsForATinyscaleThatIsJustStarting() {
    int port = door.port();
    door.close();
    AtomicReference<FakeDoor> opened = new AtomicReference<>();
    console.meanwhile(() -> opened.set(FakeDoor.open(port).answer("GET /status", WELL)));

    TestConsole.Result result = console.run("status");

    opened.get().close();
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Rooms open.");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void saysAfterFiveSecondsThatTheDoorIsClosed() {
    door.close();
    Instant start = console.instant();

    TestConsole.Result result = console.run("status");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("connection refused. Is tinyscale running");
    assertThat(Duration.between(start, console.instant())).isEqualTo(Duration.ofSeconds(5));
  }
}
