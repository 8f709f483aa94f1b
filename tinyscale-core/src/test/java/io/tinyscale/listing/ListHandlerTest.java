package io.tinyscale.listing;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static io.tinyscale.balancer.TestBalancer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.ListingScanner;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.FakeServers.FakeRecording;
import io.tinyscale.upstream.FakeServers.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListHandlerTest {

  private final TestBalancer balancer = new TestBalancer(3);

  private static List<ListedItem> items(ListingKind kind, Answer answer) {
    List<ListedItem> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(kind, items::add);
    try {
      scanner.feed(text(answer));
      assertThat(scanner.end().succeeded()).isTrue();
    } catch (XMLStreamException e) {
      throw new AssertionError(e);
    }
    return items;
  }

  private List<String> meetings() {
    return items(ListingKind.MEETINGS, balancer.call("getMeetings", "")).stream()
        .map(ListedItem::meetingId)
        .toList();
  }

  private List<String> recordings(String query) {
    return recordings(balancer.call("getRecordings", query));
  }

  private static List<String> recordings(Answer answer) {
    return items(ListingKind.RECORDINGS, answer).stream().map(ListedItem::recordId).toList();
  }

  private static List<Header> headers(Answer answer) {
    return ((Answer.Document) answer).headers();
  }

  private static Header partial(int missing) {
    return new Header("X-Tinyscale-Partial", Integer.toString(missing));
  }

  @Test
  void mergesTheMeetingsOfAllServers() {
    balancer.bbb(1).holds("a & b");
    balancer.bbb(2).holds("c");
    balancer.bbb(3).holds("d");
    balancer.bbb(3).holds("e");

    assertThat(meetings()).containsExactly("a & b", "c", "d", "e");
    assertThat(balancer.servers.count("getMeetings")).isEqualTo(3);
    assertThat(headers(balancer.call("getMeetings", "")))
        .containsExactly(new Header("Cache-Control", "no-cache"));
  }

  @Test
  void aMeetingThatTwoServersListIsListedOnce() {
    balancer.bbb(1).holds("m1");
    balancer.bbb(3).holds("m1");

    assertThat(meetings()).containsExactly("m1");
  }

  @Test
  void listsTheCopyThatCallsGoTo() {
    String first = balancer.bbb(1).holds("m1").internalId();
    balancer.bbb(3).startsAt(1_800_000_000_000L);
    String kept = balancer.bbb(3).holds("m1").internalId();
    balancer.bbb(3).holds("m2");
    assertThat(text(balancer.call("getMeetings", ""))).contains(first).doesNotContain(kept);

    balancer.sweep(3);

    assertThat(text(balancer.call("getMeetings", ""))).contains(kept).doesNotContain(first);
    assertThat(meetings()).containsExactly("m1", "m2");
  }

  @Test
  void meetingsWithoutAnIdAreListedSeparately() {
    String list = "<response><returncode>SUCCESS</returncode><meetings>%s</meetings></response>";
    balancer
        .bbb(1)
        .answers("getMeetings", list.formatted("<meeting><a/></meeting><meeting><b/></meeting>"));
    balancer.bbb(2).answers("getMeetings", list.formatted("<meeting><b/></meeting>"));

    assertThat(items(ListingKind.MEETINGS, balancer.call("getMeetings", "")))
        .extracting(ListedItem::xml)
        .containsExactly("<meeting><a/></meeting>", "<meeting><b/></meeting>");
  }

  /** A list with an umlaut, so that its bytes and its characters differ in number. */
  private static String longList(String prefix, int meetings, int padding) {
    StringBuilder list = new StringBuilder("<response><returncode>SUCCESS</returncode><meetings>");
    for (int i = 0; i < meetings; i++) {
      list.append("<meeting><meetingID>").append(prefix).append(i).append("</meetingID><x>ü");
      list.append("x".repeat(padding)).append("</x></meeting>\n");
    }
    return list.append("</meetings></response>").toString();
  }

  private static List<String> longIds(String prefix, int meetings) {
    return IntStream.range(0, meetings).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void mergesListsThatAreTooLongForMemory() {
    balancer.bbb(1).answers("getMeetings", longList("a", 300, 2000));
    balancer.bbb(2).holds("b");
    balancer.bbb(3).answers("getMeetings", longList("c", 300, 2000));

    Answer answer = balancer.call("getMeetings", "");

    assertThat(((Answer.Document) answer).body().bytes()).isEmpty();
    List<String> expected = new ArrayList<>(longIds("a", 300));
    expected.add("b");
    expected.addAll(longIds("c", 300));
    String document = text(answer);
    assertThat(document.getBytes(StandardCharsets.UTF_8))
        .hasSize((int) ((Answer.Document) answer).body().length());
    assertThat(headers(answer)).containsExactly(new Header("Cache-Control", "no-cache"));
    balancer.bbb(1).answers("getMeetings", document);
    balancer.bbb(3).answers("getMeetings", longList("c", 0, 0));
    assertThat(meetings()).containsExactlyElementsOf(expected);
  }

  @Test
  void equalListsShareOneAnswerUnlessItIsLong() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.bbb(1).holds("room");
    assertThat(meetings()).isEqualTo(meetings());
    assertThat(balancer.servers.count("getMeetings")).isEqualTo(3);

    balancer.call("end", "meetingID=room");
    assertThat(meetings()).isEmpty();
    int asked = balancer.servers.count("getMeetings");

    balancer.time.advance(Duration.ofSeconds(2));
    balancer.bbb(1).answers("getMeetings", longList("a", 600, 2000));
    assertThat(meetings()).hasSize(600);
    assertThat(meetings()).hasSize(600);
    assertThat(balancer.servers.count("getMeetings")).isEqualTo(asked + 6);
  }

  @Test
  void aLongListThatIsCutIsLeftOut() {
    String whole = longList("a", 300, 2000);
    balancer.bbb(1).answers("getMeetings", whole.substring(0, whole.length() - 20));
    balancer.bbb(2).holds("b");

    Answer answer = balancer.call("getMeetings", "");

    assertThat(headers(answer)).contains(partial(1));
    assertThat(items(ListingKind.MEETINGS, answer))
        .extracting(ListedItem::meetingId)
        .containsExactly("b");
  }

  @Test
  void emptyListsMergeToAnEmptyList() {
    assertThat(balancer.key("getMeetings", "")).isEqualTo("noMeetings");
    assertThat(balancer.key("getSessions", "")).isEqualTo("noSessions");
    assertThat(balancer.key("getRecordings", "")).isEqualTo("noRecordings");
    assertThat(balancer.reply("getMeetings", "").succeeded()).isTrue();
  }

  @Test
  void listsTheSessionsOfEveryUser() {
    String ann = "<meeting><meetingID>a</meetingID><userName>Ann</userName></meeting>";
    String bob = "<meeting><meetingID>a</meetingID><userName>Bob</userName></meeting>";
    String list = "<response><returncode>SUCCESS</returncode><sessions>%s</sessions></response>";
    balancer.bbb(1).answers("getSessions", list.formatted(ann + bob + ann));
    balancer.bbb(2).holds("b");

    assertThat(items(ListingKind.SESSIONS, balancer.call("getSessions", "")))
        .extracting(ListedItem::meetingId, item -> item.fields().text("userName"))
        .containsExactly(tuple("a", "Ann"), tuple("a", "Bob"), tuple("a", "Ann"), tuple("b", ""));
  }

  @Test
  void aServerThatIsDownIsLeftOutAndCounted() {
    balancer.bbb(1).holds("a");
    balancer.bbb(2).holds("b");
    balancer.goesDown(2);

    Answer answer = balancer.call("getMeetings", "");

    assertThat(items(ListingKind.MEETINGS, answer)).hasSize(1);
    assertThat(headers(answer)).contains(partial(1));
    assertThat(balancer.bbb(2).requests()).isEmpty();
    assertThat(balancer.events).containsExactly("partial getMeetings 1 of 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html/>",
        "<response><returncode>FAILED</returncode></response>",
        "<response><returncode>SUCCESS</returncode><meetings><meeting><meetingID>x</meetingID>"
            + "</meeting></meetings>"
      })
  void aServerWithABrokenListIsLeftOutAndCounted(String document) {
    balancer.bbb(1).holds("a");
    balancer.bbb(2).answers("getMeetings", document);

    Answer answer = balancer.call("getMeetings", "");

    assertThat(items(ListingKind.MEETINGS, answer))
        .extracting(ListedItem::meetingId)
        .containsExactly("a");
    assertThat(headers(answer)).contains(partial(1));
  }

  @Test
  void onlyAnUnreadableItemIsLeftOut() {
    balancer.bbb(1).holds("a");
    balancer
        .bbb(2)
        .answers(
            "getMeetings",
            "<response><returncode>SUCCESS</returncode><meetings>"
                + "<meeting><meetingID>b</meetingID></meeting>"
                + "<meeting><meetingID>odd</meetingID><metadata><1a>x</1a></metadata></meeting>"
                + "<meeting><meetingID>c</meetingID></meeting></meetings></response>");

    Answer answer = balancer.call("getMeetings", "");

    assertThat(items(ListingKind.MEETINGS, answer))
        .extracting(ListedItem::meetingId)
        .containsExactly("a", "b", "c");
    assertThat(headers(answer)).doesNotContain(partial(1));
    assertThat(meetings()).containsExactly("a", "b", "c");
    assertThat(balancer.events).containsExactly("damaged items in getMeetings of bbb2");
  }

  @Test
  void charactersThatXmlCannotHoldAreReplaced() {
    balancer
        .bbb(1)
        .answers(
            "getMeetings",
            "<response><returncode>SUCCESS</returncode><meetings>"
                + "<meeting><meetingID>b</meetingID><fullName>Ann\u000B Lee &#x1;</fullName></meeting>"
                + "</meetings></response>");

    assertThat(items(ListingKind.MEETINGS, balancer.call("getMeetings", "")))
        .extracting(ListedItem::xml)
        .containsExactly(
            "<meeting><meetingID>b</meetingID><fullName>Ann\uFFFD Lee \uFFFD</fullName></meeting>");
    assertThat(balancer.events).containsExactly("damaged characters in getMeetings of bbb1");
  }

  @Test
  void aSlowServerIsLeftOutAtTheDeadline() {
    balancer.bbb(1).holds("a");
    balancer.bbb(2).is(Fault.SILENT);
    CompletableFuture<Answer> answer = balancer.calling("getMeetings", "");

    balancer.time.advance(TestBalancer.LIST.minusMillis(1));
    assertThat(answer).isNotDone();
    balancer.time.advance(Duration.ofMillis(1));

    assertThat(items(ListingKind.MEETINGS, now(answer))).hasSize(1);
    assertThat(headers(now(answer))).contains(partial(1));
    assertThat(balancer.time.alarms()).isZero();
  }

  @Test
  void failsOnlyIfAllServersFail() {
    for (int number = 1; number <= 3; number++) {
      balancer.bbb(number).is(Fault.REFUSES);
    }

    assertThat(balancer.key("getMeetings", "")).isEqualTo("internalError");
    for (int number = 1; number <= 3; number++) {
      balancer.goesDown(number);
    }
    assertThat(balancer.key("getMeetings", "")).isEqualTo("internalError");
    assertThat(balancer.key("getRecordings", "")).isEqualTo("internalError");
    assertThat(new TestBalancer(0).key("getMeetings", "")).isEqualTo("internalError");
  }

  @Test
  void aServerThatRefusesOurSecretIsAnInternalError() {
    balancer.bbb(2).answers("getMeetings", TestBalancer.failed("checksumError"));

    Answer answer = balancer.call("getMeetings", "");

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(balancer.events).contains("wrong secret of bbb2");
  }

  static LongStream seeds() {
    return LongStream.range(1, 31);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aMergeLosesAndDoublesNothing(long seed) {
    Random random = new Random(seed);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < random.nextInt(40); i++) {
      String id = "m" + i + "&<" + random.nextInt(5);
      ids.add(id);
      balancer.bbb(1 + random.nextInt(3)).holds(id);
    }

    assertThat(meetings()).containsExactlyInAnyOrderElementsOf(ids);
  }

  // Recordings.

  @Test
  void recordingsComeNewestFirst() {
    balancer.bbb(1).recorded("r1", "m1", 1000).recorded("r3", "m3", 3000);
    balancer.bbb(2).recorded("r2", "m2", 2000).recorded("r0", "m2", 1000);

    assertThat(recordings("")).containsExactly("r3", "r2", "r0", "r1");
  }

  @Test
  void asksForRecordingsByteForByte() {
    balancer.call("getRecordings", "meetingID=a,b&state=any&meta_x=%25ab%25&recordID=");

    assertThat(balancer.bbb(1).lastRequest().target())
        .contains("?meetingID=a,b&state=any&meta_x=%25ab%25&recordID=&checksum=");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void pagesLoseAndDoubleNothing(long seed) {
    Random random = new Random(seed);
    int all = random.nextInt(150);
    for (int i = 0; i < all; i++) {
      balancer.bbb(1 + random.nextInt(3)).recorded("r" + i, "m", random.nextInt(50));
    }
    int limit = 10 + random.nextInt(90);
    List<String> paged = new ArrayList<>();
    for (int offset = 0; offset < all + limit; offset += limit) {
      Answer page = balancer.call("getRecordings", "limit=" + limit + "&offset=" + offset);
      assertThat(reply(page).number("totalElements")).isEqualTo(all);
      paged.addAll(recordings(page));
    }

    List<String> expected =
        IntStream.rangeClosed(1, 3)
            .mapToObj(balancer::bbb)
            .flatMap(server -> server.recordings().stream())
            .sorted(
                Comparator.comparingLong(FakeRecording::startTime)
                    .reversed()
                    .thenComparing(FakeRecording::id))
            .map(FakeRecording::id)
            .toList();
    assertThat(paged).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void pagesEqualThoseOfOneServerWithAllRecordings(long seed) {
    Random random = new Random(seed);
    TestBalancer one = new TestBalancer(1);
    int all = random.nextInt(300);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      String id = "r" + random.nextInt(1000);
      ids.add(id);
      // Some recordings are on two servers.
      balancer.bbb(1 + random.nextInt(3)).recorded(id, "m", id.hashCode() % 50);
    }
    Collections.shuffle(ids, random);
    ids.forEach(id -> one.bbb(1).recorded(id, "m", id.hashCode() % 50));

    for (String query :
        List.of(
            "",
            "limit=" + random.nextInt(120),
            "limit=" + random.nextInt(120) + "&offset=" + random.nextInt(all + 1))) {
      assertThat(text(balancer.call("getRecordings", query)))
          .isEqualTo(text(one.call("getRecordings", query)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, 1",
    "limit=-5, 1",
    "limit=101, 100",
    "limit=2, 2",
    "limit=2&offset=-3, 2",
    "limit=2&offset=x, 2",
    "limit=100&offset=115, 5",
    "limit=10&offset=2147483647, 0",
    "offset=5, 120",
    "limit=x, 120",
    "limit=, 120"
  })
  void readsOffsetAndLimitLikeServers(String query, int expected) {
    for (int i = 0; i < 120; i++) {
      balancer.bbb(1 + i % 3).recorded("r" + i, "m", i);
    }

    Answer answer = balancer.call("getRecordings", query);

    assertThat(recordings(answer)).hasSize(expected);
    boolean paged = query.matches(".*limit=-?\\d+.*");
    assertThat(reply(answer).text("totalElements")).isEqualTo(paged ? "120" : "");
  }

  @Test
  void aRecordingThatTwoServersListIsListedAndCountedOnce() {
    balancer.bbb(1).recorded("r1", "m1", 1);
    balancer.bbb(2).recorded("r1", "m1", 1);

    Answer answer = balancer.call("getRecordings", "limit=10");

    assertThat(recordings(answer)).containsExactly("r1");
    assertThat(reply(answer).number("totalElements")).isOne();
  }

  private static String recordingWith(String format) {
    return "<recording><recordID>r1</recordID><startTime>1</startTime><playback><format><type>"
        + format
        + "</type><url>https://bbb.example.org/"
        + format
        + "</url></format></playback></recording>";
  }

  private static String recordingsWith(String... formats) {
    return "<response><returncode>SUCCESS</returncode><recordings>"
        + Stream.of(formats).map(ListHandlerTest::recordingWith).collect(Collectors.joining())
        + "</recordings></response>";
  }

  @Test
  void aRecordingThatAServerListsOnceForEachFormatKeepsAllFormats() {
    balancer.bbb(1).answers("getRecordings", recordingsWith("presentation", "video"));

    assertThat(text(balancer.call("getRecordings", "meetingID=m1")))
        .containsOnlyOnce(recordingWith("presentation"))
        .containsOnlyOnce(recordingWith("video"));
  }

  @Test
  void aFormatThatOnlyAFurtherServerHasIsListedToo() {
    balancer.bbb(1).answers("getRecordings", recordingsWith("presentation", "notes"));
    balancer.bbb(2).answers("getRecordings", recordingsWith("notes", "video"));

    assertThat(text(balancer.call("getRecordings", "meetingID=m1")))
        .containsOnlyOnce(recordingWith("presentation"))
        .containsOnlyOnce(recordingWith("notes"))
        .containsOnlyOnce(recordingWith("video"));
  }

  @Test
  void recordingsHaveADeadlineOfTheirOwn() {
    balancer.bbb(3).is(Fault.SILENT);

    CompletableFuture<Answer> recordings = balancer.calling("getRecordings", "");
    CompletableFuture<Answer> meetings = balancer.calling("getMeetings", "");

    balancer.time.advance(TestBalancer.LIST);
    assertThat(meetings).isDone();
    assertThat(recordings).isNotDone();
    balancer.time.advance(TestBalancer.RECORDINGS.minus(TestBalancer.LIST));
    assertThat(recordings).isDone();
  }

  // Calls that change recordings.

  @ParameterizedTest
  @ValueSource(strings = {"publishRecordings", "deleteRecordings", "updateRecordings"})
  void oneSuccessIsTheAnswer(String call) {
    balancer.bbb(1).recorded("r1", "m1", 1);
    balancer.bbb(2).recorded("r2", "m2", 1);
    balancer.bbb(3).is(Fault.REFUSES);

    assertThat(balancer.reply(call, "recordID=r1,r2,r3&publish=false").succeeded()).isTrue();
    assertThat(balancer.servers.count(call)).isEqualTo(3);
    assertThat(balancer.bbb(2).lastRequest().target())
        .contains("?recordID=r1,r2,r3&publish=false&");
  }

  @Test
  void recordingsOfAllServersAreDeleted() {
    balancer.bbb(1).recorded("r1", "m1", 1);
    balancer.bbb(2).recorded("r2", "m2", 1);

    balancer.call("deleteRecordings", "recordID=r1,r2");

    assertThat(balancer.bbb(1).recordings()).isEmpty();
    assertThat(balancer.bbb(2).recordings()).isEmpty();
    assertThat(balancer.key("deleteRecordings", "recordID=r1,r2")).isEqualTo("notFound");
  }

  @Test
  void notFoundNeedsAnAnswerOfEveryServer() {
    balancer.bbb(3).is(Fault.REFUSES);

    assertThat(balancer.key("deleteRecordings", "recordID=r1")).isEqualTo("internalError");
  }

  @Test
  void doesNotWaitForASilentServerBeyondTheDeadline() {
    balancer.bbb(1).recorded("r1", "m1", 1);
    balancer.bbb(3).is(Fault.SILENT);
    CompletableFuture<Answer> answer = balancer.calling("deleteRecordings", "recordID=r1");

    balancer.time.advance(TestBalancer.ANSWER);

    assertThat(reply(now(answer)).succeeded()).isTrue();
  }

  @Test
  void relaysRefusalsOtherThanNotFound() {
    balancer.bbb(2).answers("updateRecordings", TestBalancer.failed("notAllowed"));

    assertThat(balancer.key("updateRecordings", "recordID=r1")).isEqualTo("notAllowed");
  }

  @ParameterizedTest
  @CsvSource({
    "publishRecordings, publish=true, missingParamRecordID",
    "publishRecordings, recordID=r1, missingParamPublish",
    "publishRecordings, recordID=r1&publish=, missingParamPublish",
    "publishRecordings, '', missingParamRecordID",
    "deleteRecordings, recordID=, missingParamRecordID",
    "updateRecordings, meta_a=b, missingParamRecordID"
  })
  void namesMissingParametersEvenIfAllServersAreDown(String call, String query, String key) {
    for (int number = 1; number <= 3; number++) {
      balancer.goesDown(number);
    }

    assertThat(balancer.key(call, query)).isEqualTo(key);
    assertThat(balancer.servers.count()).isZero();
  }

  // Text tracks.

  @Test
  void textTracksComeFromTheRecordingsServer() {
    balancer.bbb(2).recorded("r1", "m1", 1);

    assertThat(text(balancer.call("getRecordingTextTracks", "recordID=r1"))).contains("SUCCESS");
    assertThat(balancer.servers.count("getRecordingTextTracks")).isOne();
    assertThat(balancer.servers.count("getRecordings")).isEqualTo(3);
  }

  @Test
  void theRecordingsServerIsAskedForOnce() {
    balancer.bbb(2).recorded("r1", "m1", 1);

    for (int i = 0; i < 3; i++) {
      balancer.call("getRecordingTextTracks", "recordID=r1");
    }

    assertThat(balancer.servers.count("getRecordings")).isEqualTo(3);
    assertThat(balancer.bbb(2).count("getRecordingTextTracks")).isEqualTo(3);
  }

  @Test
  void theRecordingsServerIsLearnedFromLists() {
    balancer.bbb(2).recorded("r1", "m1", 1);
    balancer.call("getRecordings", "");

    balancer.call("getRecordingTextTracks", "recordID=r1");

    assertThat(balancer.servers.count("getRecordings")).isEqualTo(3);
  }

  @Test
  void comparesRecordIdsExactly() {
    balancer.bbb(2).recorded("r1-long", "m1", 1);

    assertThat(text(balancer.call("getRecordingTextTracks", "recordID=r1")))
        .startsWith("{\"response\":{")
        .contains("noRecordings");
    assertThat(balancer.servers.count("getRecordingTextTracks")).isZero();
  }

  @Test
  void aSilentServerMayHoldTheRecording() {
    balancer.bbb(3).is(Fault.REFUSES);

    assertThat(text(balancer.call("getRecordingTextTracks", "recordID=r1")))
        .contains("\"internalError\"");
  }

  @ParameterizedTest
  @CsvSource({
    "kind=captions&lang=en&label=x, recordID",
    "recordID=r1&lang=en&label=x, kind",
    "recordID=r1&kind=captions&lang=&label=x, lang",
    "recordID=r1&kind=captions&lang=en, label",
    "'', recordID"
  })
  void aTextTrackIsPutWithAllItsParameters(String query, String missing) {
    Answer.Document answer = (Answer.Document) balancer.call("putRecordingTextTrack", query);

    assertThat(answer.contentType()).isEqualTo(ApiDocument.JSON);
    assertThat(text(answer))
        .isEqualTo(
            "{\"response\":{\"returncode\":\"FAILED\",\"messageKey\":\"paramError\","
                + "\"message\":\"Missing param "
                + missing
                + ".\"}}");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void aMissingChecksumIsAMissingParameterOfPutRecordingTextTrackAlone() {
    QueryString query = new QueryString("recordID=r1&kind=captions&lang=en&label=x");

    assertThat(text(now(balancer.handle("GET", "putRecordingTextTrack", query, "", Body.EMPTY))))
        .contains("\"paramError\"", "Missing param checksum.");
    for (String call : List.of("putRecordingTextTrack", "getRecordingTextTracks")) {
      Answer wrong =
          now(balancer.handle("GET", call, query.with("checksum", "0".repeat(64)), "", Body.EMPTY));
      assertThat(((Answer.Document) wrong).contentType()).isEqualTo(ApiDocument.XML);
      assertThat(reply(wrong).messageKey()).isEqualTo("checksumError");
    }
    Answer missing = now(balancer.handle("GET", "getRecordingTextTracks", query, "", Body.EMPTY));
    assertThat(reply(missing).messageKey()).isEqualTo("checksumError");
  }

  @Test
  void textTracksNeedARecordId() {
    assertThat(balancer.key("getRecordingTextTracks", "")).isEqualTo("missingParamRecordID");
  }
}
