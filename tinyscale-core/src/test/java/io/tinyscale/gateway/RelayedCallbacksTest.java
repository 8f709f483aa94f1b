package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static io.tinyscale.balancer.TestBalancer.signed;
import static io.tinyscale.balancer.TestBalancer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.callback.FakeRelay;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.Outcome;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates and answers of a balancer that relays callbacks. */
class RelayedCallbacksTest {

  private static final String URL = "https://moodle.example.org/broker.php?a=1&b=2";
  private static final String READY = "meta_bbb-recording-ready-url=" + encoded(URL);
  private static final String CREATE = "name=a+%2f&" + READY + "&meetingID=math&record=true";

  private final TestBalancer balancer = new TestBalancer(2).withRelay(new FakeRelay());

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String relayed(int number) {
    return FakeRelay.callbackUrl("house", CallbackKind.RECORDING_READY, number, URL);
  }

  private static String sent(int number) {
    return "/create?name=a+%2f&meta_bbb-recording-ready-url="
        + encoded(relayed(number))
        + "&meetingID=math&record=true&checksum=";
  }

  private String lastTarget(int server) {
    return balancer.bbb(server).lastRequest().target();
  }

  // To servers.

  @Test
  void aServerGetsTheUrlOfTheRelayInACreate() {
    assertThat(balancer.reply("create", CREATE).succeeded()).isTrue();

    assertThat(lastTarget(1)).contains(sent(1));
    assertThat(balancer.events).containsExactly("placed math on bbb1");
  }

  @Test
  void aRepeatedCreateIsRelayedToo() {
    balancer.call("create", CREATE);

    assertThat(balancer.key("create", CREATE)).isEqualTo("duplicateWarning");

    assertThat(lastTarget(1)).contains(sent(2));
  }

  @Test
  void aCreateThatGoesToAnotherServerKeepsItsUrl() {
    balancer.bbb(1).is(Fault.REFUSES, "create");

    assertThat(balancer.reply("create", CREATE).succeeded()).isTrue();

    assertThat(lastTarget(1)).contains(sent(1));
    assertThat(lastTarget(2)).contains(sent(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFormIsRelayedByBothRecipes(boolean sorted) {
    QueryString form = new QueryString(CREATE);
    String checksum = TestBalancer.sum("create", sorted ? form.sortedForm().raw() : "");

    Answer answer =
        now(
            balancer.handle(
                "POST",
                "create",
                QueryString.EMPTY,
                "application/x-www-form-urlencoded",
                Body.of(CREATE + "&checksum=" + checksum)));

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(lastTarget(1)).contains(sent(1));
  }

  @Test
  void aCreateWithDocumentsIsRelayedAndItsBodyUnchanged() {
    String slides = "<modules><module name=\"presentation\">" + relayed(9) + "</module></modules>";

    Answer answer =
        now(
            balancer.handle(
                "POST", "create", signed("create", CREATE), "text/xml", Body.of(slides)));

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(lastTarget(1)).contains(sent(1));
    assertThat(balancer.bbb(1).bodies()).contains(slides);
  }

  @Test
  void otherCallsReachServersByteForByte() {
    balancer.call("create", "meetingID=math");

    for (String call :
        List.of("getMeetingInfo", "isMeetingRunning", "insertDocument", "newCall", "end")) {
      String query = "meetingID=math&" + READY;
      balancer.call(call, query);
      assertThat(lastTarget(1)).contains("/" + call + "?" + query + "&checksum=");
    }
  }

  @Test
  void mistakesInACreateAreJudgedByWhatTheFrontEndSent() {
    assertThat(balancer.key("create", READY)).isEqualTo("missingParamMeetingID");
    assertThat(balancer.key("create", "meetingID=a,b&" + READY)).isEqualTo("validationError");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void aUrlOfTheRelayIsCutOutOfACreate() {
    balancer.call("create", "meetingID=math&meetingEndedURL=" + encoded(relayed(3)) + "&name=x");

    assertThat(lastTarget(1)).contains("/create?meetingID=math&name=x&checksum=");
    assertThat(balancer.events).contains("refused callback ended to the relay");
  }

  // From servers.

  @Test
  void anAnswerShowsTheOriginalUrl() {
    balancer.call("create", CREATE);

    Answer answer = balancer.call("getMeetingInfo", "meetingID=math");

    assertThat(text(answer))
        .contains(
            "<metadata><bbb-recording-ready-url>"
                + URL.replace("&", "&amp;")
                + "</bbb-recording-ready-url></metadata>")
        .doesNotContain("lb.example.org");
  }

  @Test
  void everyOtherByteOfAnAnswerStays() {
    balancer.call("create", CREATE);
    String before =
        "<?xml version=\"1.0\"?>\r\n<response>\n<returncode>SUCCESS</returncode><a>&#233;é";
    String behind = "<![CDATA[ <b/> ]]></a></response>\n\n";
    for (String call : List.of("create", "getMeetingInfo")) {
      balancer.bbb(1).answers(call, before + relayed(4) + behind);

      Answer answer = balancer.call(call, call.equals("create") ? CREATE : "meetingID=math");

      assertThat(text(answer)).isEqualTo(before + URL.replace("&", "&amp;") + behind);
    }
  }

  @Test
  void anErrorOfAServerShowsTheOriginalUrl() {
    balancer.call("create", CREATE);
    String error =
        "<response><returncode>FAILED</returncode><messageKey>odd</messageKey><message>%s</message>"
            + "</response>";
    for (String call : List.of("create", "getMeetingInfo")) {
      balancer.bbb(1).answers(call, String.format(error, relayed(4)));

      Answer answer = balancer.call(call, call.equals("create") ? CREATE : "meetingID=math");

      assertThat(text(answer)).isEqualTo(String.format(error, URL.replace("&", "&amp;")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aStreamedAnswerShowsTheOriginalUrlAndNoLength(String method) {
    balancer.call("create", CREATE);
    String people = "<attendee>x</attendee>".repeat(10_000);
    String info = "<response><returncode>SUCCESS</returncode>%s<u>%s</u></response>";
    byte[] bytes = String.format(info, people, relayed(4)).getBytes(UTF_8);
    balancer
        .bbb(1)
        .answers(
            "getMeetingInfo",
            outcome ->
                new Outcome.Answered(
                    200,
                    List.of(new Header("Content-Type", "text/xml")),
                    new Body(bytes.length, Pieces.of(bytes, 777))));

    Answer answer = info(method);

    assertThat(answer.body().length()).isEqualTo(-1);
    assertThat(text(answer)).isEqualTo(String.format(info, people, URL.replace("&", "&amp;")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aShortAnswerHasTheLengthOfWhatItShows(String method) {
    balancer.call("create", CREATE);

    Answer answer = info(method);

    long length = answer.body().length();
    assertThat(text(answer).getBytes(UTF_8)).hasSize((int) length);
    assertThat(text(info(method)))
        .contains(URL.replace("&", "&amp;"))
        .doesNotContain("lb.example.org");
  }

  private Answer info(String method) {
    QueryString query = signed("getMeetingInfo", "meetingID=math");
    return now(balancer.handle(method, "getMeetingInfo", query, "", Body.EMPTY));
  }

  @Test
  void aLongAnswerIsNotGatheredToBeShared() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.call("create", CREATE);
    Pieces pieces =
        new Pieces()
            .add("<response><returncode>SUCCESS</returncode><u>" + relayed(4) + "</u>")
            .add("<attendee>x</attendee>".repeat(3_000));
    balancer
        .bbb(1)
        .answers(
            "getMeetingInfo",
            outcome ->
                new Outcome.Answered(
                    200,
                    List.of(new Header("Content-Type", "text/xml")),
                    new Body(2 << 20, pieces)));

    CompletableFuture<Answer> answer = balancer.calling("getMeetingInfo", "meetingID=math");

    assertThat(answer).isDone();
    pieces.complete();
    assertThat(text(now(answer)))
        .contains("<u>" + URL.replace("&", "&amp;") + "</u>")
        .doesNotContain("lb.example.org");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/xml", "application/xml;charset=utf-8", "Text/XML"})
  void anXmlAnswerToAnUnknownCallShowsTheOriginalUrl(String type) {
    balancer.call("create", CREATE);
    balancer.bbb(1).recorded("r1", "math", 1);
    for (String query : List.of("meetingID=math", "", "recordID=r1")) {
      unknownCallSays(type);

      assertThat(text(balancer.call("newCall", query)))
          .isEqualTo("<response><u>" + URL.replace("&", "&amp;") + "</u></response>");
    }
  }

  @Test
  void anyOtherAnswerToAnUnknownCallStaysAsItIs() {
    balancer.call("create", CREATE);
    unknownCallSays("application/json");

    Answer answer = balancer.call("newCall", "meetingID=math");

    assertThat(text(answer)).isEqualTo("<response><u>" + relayed(4) + "</u></response>");
    assertThat(answer.body().length()).isPositive();
  }

  private void unknownCallSays(String type) {
    for (int server : List.of(1, 2)) {
      balancer
          .bbb(server)
          .answers(
              "newCall",
              outcome ->
                  new Outcome.Answered(
                      200,
                      List.of(new Header("Content-Type", type)),
                      Body.of("<response><u>" + relayed(4) + "</u></response>")));
    }
  }

  @Test
  void everyCallerWhoSharesAnAnswerSeesTheOriginalUrl() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.call("create", CREATE);
    String first = text(balancer.call("getMeetingInfo", "meetingID=math"));
    int asked = balancer.servers.count("getMeetingInfo");

    String second = text(balancer.call("getMeetingInfo", "meetingID=math"));

    assertThat(second).isEqualTo(first).contains(URL.replace("&", "&amp;"));
    assertThat(balancer.servers.count("getMeetingInfo")).isEqualTo(asked);
  }

  @Test
  void aListShowsTheOriginalUrlsOfAllServers() {
    balancer.call("create", CREATE);
    balancer.call("create", CREATE.replace("meetingID=math", "meetingID=art"));

    String meetings = text(balancer.call("getMeetings", ""));

    assertThat(meetings).contains("<meetingID>math<", "<meetingID>art<");
    assertThat(meetings.split(Pattern.quote(URL.replace("&", "&amp;")), -1)).hasSize(3);
    assertThat(meetings).doesNotContain("lb.example.org");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%EF%BF%BE", "%EF%BF%BF"})
  void aCharacterThatXmlCannotHoldDoesNotBreakTheListOfMeetings(String letter) throws Exception {
    String url = "https%3A%2F%2Fa.example.org%2F" + letter;
    balancer.call("create", "meetingID=math&meta_endCallbackUrl=" + url);
    balancer.call("create", "meetingID=art&" + READY);

    String list = text(balancer.call("getMeetings", ""));

    assertThat(list).contains("<meetingID>art<");
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(list.getBytes(UTF_8)))
                .getElementsByTagName("returncode")
                .item(0)
                .getTextContent())
        .isEqualTo("SUCCESS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"getMeetings", "getSessions", "getRecordings"})
  void everyOtherByteOfAnItemStays(String call) {
    String list =
        switch (call) {
          case "getMeetings" -> "meetings";
          case "getSessions" -> "sessions";
          default -> "recordings";
        };
    String item = call.equals("getRecordings") ? "recording" : "meeting";
    String xml =
        "<%1$s>\n <meetingID>a&#228;b</meetingID><recordID>r</recordID><metadata>"
            + "<u>\n    %2$s\n  </u><v><![CDATA[%3$s]]></v></metadata></%1$s>";
    balancer
        .bbb(1)
        .answers(
            call,
            "<response><returncode>SUCCESS</returncode><"
                + list
                + ">"
                + String.format(xml, item, relayed(4), relayed(5))
                + "</"
                + list
                + "></response>");

    assertThat(text(balancer.call(call, "")))
        .contains(String.format(xml, item, URL.replace("&", "&amp;"), URL));
  }

  @Test
  void aLongListIsEditedTooWhereItIsStreamed() {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      items.append(
          "<recording><recordID>r" + i + "</recordID><u>" + relayed(i) + "</u></recording>");
    }
    balancer
        .bbb(1)
        .answers(
            "getRecordings",
            "<response><returncode>SUCCESS</returncode><recordings>"
                + items
                + "</recordings></response>");

    Answer answer = balancer.call("getRecordings", "");

    assertThat(answer.body().bytes()).isEmpty();
    String edited = text(answer);
    assertThat(edited.getBytes(UTF_8)).hasSize((int) answer.body().length());
    assertThat(edited).doesNotContain("lb.example.org").contains("<recordID>r19999</recordID>");
  }

  // Without a relay.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "getMeetingInfo",
        "isMeetingRunning",
        "end",
        "insertDocument",
        "sendChatMessage",
        "getMeetings",
        "getSessions",
        "getRecordings",
        "publishRecordings",
        "newCall",
        "getRecordingTextTracks"
      })
  void withoutARelayServersGetEveryByte(String call) {
    TestBalancer plain = new TestBalancer(1);
    plain.bbb(1).withWebhooks().recorded("r1", "math", 1);
    plain.call("create", "meetingID=math");
    String query =
        "meetingID=math&recordID=r1&publish=true&"
            + READY
            + "&meta_endCallbackUrl="
            + encoded(relayed(1))
            + "&meetingEndedURL=%68ttps://x&meta_analytics-callback-url=";

    plain.call(call, query);

    assertThat(plain.bbb(1).lastRequest().target())
        .contains("/" + call + "?" + query + "&checksum=");
    assertThat(plain.events).containsExactly("placed math on bbb1");
  }

  @Test
  void withoutARelayFrontEndsGetEveryByte() {
    TestBalancer plain = new TestBalancer(1);
    plain.call("create", "meetingID=math");
    String document =
        "<response>\n<returncode>SUCCESS</returncode><u>" + relayed(1) + "</u></response>";
    Body body = Body.of(document);
    for (String call : List.of("create", "getMeetingInfo")) {
      plain
          .bbb(1)
          .answers(
              call,
              outcome ->
                  new Outcome.Answered(200, List.of(new Header("Content-Type", "text/xml")), body));

      Answer answer = plain.call(call, "meetingID=math");

      assertThat(text(answer)).isEqualTo(document);
      assertThat(answer.body().length()).isEqualTo(body.length());
    }
    plain
        .bbb(1)
        .answers(
            "getMeetings",
            "<response><returncode>SUCCESS</returncode><meetings><meeting><u>"
                + relayed(1)
                + "</u></meeting></meetings></response>");
    assertThat(text(plain.call("getMeetings", ""))).contains("<u>" + relayed(1) + "</u>");
  }

  @Test
  void aHeldBackCreateIsStillTheSameCreate() {
    balancer.bbb(1).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> first = balancer.calling("create", CREATE);
    CompletableFuture<Answer> second = balancer.calling("create", CREATE);

    balancer.bbb(1).release();

    assertThat(reply(now(first)).succeeded()).isTrue();
    assertThat(reply(now(second)).messageKey()).isEqualTo("duplicateWarning");
    assertThat(balancer.servers.count("create")).isEqualTo(2);
  }
}
