package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.ListingScanner;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.RandomQueries;
import io.tinyscale.bbb.XmlText;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.body.PieceSource;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests and answers that nobody would think of. The seed is in each test's name; {@code
 * -Dfuzz.seconds=600} goes on with new ones for that long in each test, {@code -Dfuzz.seed=7} runs
 * one.
 */
class FuzzTest {

  private static final int ROUNDS = 60;

  private static final String[] CALLS = {
    "create",
    "join",
    "isMeetingRunning",
    "getMeetingInfo",
    "end",
    "insertDocument",
    "sendChatMessage",
    "getMeetings",
    "getSessions",
    "getRecordings",
    "publishRecordings",
    "deleteRecordings",
    "updateRecordings",
    "getRecordingTextTracks",
    "putRecordingTextTrack",
    "hooks/create",
    "hooks/list",
    "hooks/destroy",
    "hooks/ping",
    "enter",
    "getJoinUrl",
    "",
    "new"
  };
  private static final String[] TYPES = {
    "",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/xml",
    "text/plain",
    "application/json",
    "\u0000"
  };
  private static final String[] PARAMETERS = {
    "meetingID=math",
    "meetingID=none",
    "recordID=r1",
    "recordID=r1,r2",
    "fullName=x",
    "publish=true",
    "callbackURL=https%3A%2F%2Fa%2F",
    "hookID=1",
    "offset=1",
    "limit=-1",
    "errorRedirectUrl=https%3A%2F%2Fa%2F%3Fb",
    "logoutURL=javascript:x",
    "redirect=false",
    "kind=subtitles",
    "lang=en",
    "label=x",
    "meta_a=%",
    "password=mp",
    "checksum=0"
  };
  private static final String[] PIECES = {
    "<",
    ">",
    "/",
    "&",
    ";",
    "'",
    "\"",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE a [",
    "&lt;",
    "&#0;",
    "&#x1F600;",
    "&a;",
    "<meetings>",
    "</meetings>",
    "<meeting>",
    "</meeting>",
    "<meeting/>",
    "</response>",
    "<returncode>SUCCESS</returncode>",
    "\u0000",
    "\uFFFF",
    "\r",
    "\t",
    "<recording>",
    "<hooks>",
    "<meetingID>math</meetingID>",
    "xmlns:a='b'",
    "<a:b/>",
    "FAILED"
  };
  private static final String[] CHARSETS = {
    "UTF-8", "UTF-16", "UTF-16LE", "ISO-8859-1", "UTF-32", "IBM037", "windows-1252", "US-ASCII"
  };

  static LongStream seeds() {
    Long one = Long.getLong("fuzz.seed");
    if (one != null) {
      return LongStream.of(one);
    }
    int seconds = Integer.getInteger("fuzz.seconds", 0);
    if (seconds == 0) {
      return LongStream.rangeClosed(1, 12);
    }
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    return new Random().longs(0, Long.MAX_VALUE).takeWhile(seed -> System.nanoTime() - end < 0);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRequestIsAnsweredProperly(long seed) throws Exception {
    Random random = new Random(seed);
    TestBalancer balancer = new TestBalancer(2).withReuse(Duration.ofSeconds(1));
    balancer.bbb(1).holds("math");
    balancer.bbb(1).recorded("r1", "math", 1).withWebhooks();
    for (int round = 0; round < ROUNDS; round++) {
      String call = random.nextInt(10) == 0 ? text(random, 8) : pick(random, CALLS);
      String parameters = parameters(random);
      QueryString query =
          random.nextInt(5) == 0
              ? new QueryString(parameters)
              : random.nextInt(5) == 0
                  ? new QueryString(mutate(random, TestBalancer.signed(call, parameters).raw()))
                  : TestBalancer.signed(call, parameters);
      String method = random.nextInt(3) == 0 ? "POST" : random.nextInt(20) == 0 ? "HEAD" : "GET";
      Body body =
          method.equals("POST")
              ? Body.of(random.nextBoolean() ? parameters(random) : document(random))
              : Body.EMPTY;

      CompletableFuture<Answer> answer =
          balancer.handle(method, call, query, pick(random, TYPES), body);

      String what = method + " " + call + " " + query.raw();
      assertThat(answer).as(what).isDone();
      assertProper(answer.join(), what);
    }
    assertThat(balancer.events).noneMatch(event -> event.startsWith("bug"));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyServerAnswerGivesWellFormedListsAndAnswers(long seed) throws Exception {
    Random random = new Random(seed);
    TestBalancer balancer = new TestBalancer(3);
    for (int round = 0; round < ROUNDS; round++) {
      for (int server = 1; server <= 2; server++) {
        byte[] bytes = bytes(random, document(random));
        int status = random.nextInt(10) == 0 ? 100 + random.nextInt(500) : 200;
        boolean streamed = random.nextBoolean();
        balancer
            .bbb(server)
            .answers(
                "*",
                outcome ->
                    new Outcome.Answered(
                        status,
                        List.of(new Header("Content-Type", "text/xml")),
                        streamed ? streamed(bytes) : Body.of(bytes)));
      }
      for (String call : List.of("getMeetings", "getRecordings", "getSessions", "hooks/list")) {
        Answer answer = balancer.call(call, "n=" + round);
        assertProper(answer, call);
      }
      for (String call : CALLS) {
        CompletableFuture<Answer> answer = balancer.calling(call, parameters(random));
        // A create may wait for the word of a server.
        balancer.time.advance(TestBalancer.ANSWER);
        assertThat(answer).as(call).isDone();
        Answer done = answer.join();
        if (!(done instanceof Answer.Redirect)) {
          TestBalancer.text(done);
        }
      }
    }
    assertThat(balancer.events).noneMatch(event -> event.startsWith("bug"));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void answerReadersThrowOnlyTheirOwnExceptions(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = bytes(random, document(random));
      ApiReply.read(bytes);
      ListingKind kind = ListingKind.values()[random.nextInt(ListingKind.values().length)];
      String whole = scan(kind, bytes, bytes.length + 1);
      assertThat(scan(kind, bytes, 1)).as("byte by byte").isEqualTo(whole);
      assertThat(scan(kind, bytes, 1 + random.nextInt(20))).isEqualTo(whole);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aCutAnswerIsNoList(long seed) {
    Random random = new Random(seed);
    String list =
        "<response><returncode>SUCCESS</returncode><meetings>"
            + "<meeting><meetingID>math &amp; art</meetingID></meeting>"
                .repeat(1 + random.nextInt(3))
            + "</meetings><a b='c'><![CDATA[x]]></a></response>";
    byte[] bytes = list.getBytes(charset(random));
    if (scan(ListingKind.MEETINGS, bytes, 7).startsWith("no")) {
      return; // The first bytes do not tell the encoding.
    }
    int last = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf('>');
    for (int cut = 0; cut < last; cut++) {
      assertThat(scan(ListingKind.MEETINGS, Arrays.copyOf(bytes, cut), 7))
          .as("cut at " + cut)
          .startsWith("no list");
    }
  }

  /** The result of a scanner that gets a document in pieces of this size. */
  private static String scan(ListingKind kind, byte[] bytes, int size) {
    List<String> items = new ArrayList<>();
    ListingScanner scanner = new ListingScanner(kind, (ListedItem item) -> items.add(item.xml()));
    XmlText text = new XmlText();
    try {
      for (int start = 0; start < bytes.length; start += size) {
        int length = Math.min(size, bytes.length - start);
        scanner.feed(text.decode(ByteBuffer.wrap(bytes, start, length), false));
      }
      scanner.feed(text.decode(ByteBuffer.allocate(0), true));
      return "list " + items + scanner.end().fields();
    } catch (XMLStreamException | CharacterCodingException expected) {
      return "no list";
    }
  }

  private static void assertProper(Answer answer, String what) throws Exception {
    if (answer instanceof Answer.Redirect redirect) {
      assertThat(redirect.location()).as(what).matches("https?://[!-~]+");
      return;
    }
    String text = TestBalancer.text(answer);
    if (text.startsWith("{")) {
      assertThat(text).as(what).startsWith("{\"response\"").endsWith("}");
      return;
    }
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    DocumentBuilder builder = factory.newDocumentBuilder();
    builder.setErrorHandler(null);
    var root =
        builder
            .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    assertThat(root.getTagName()).as(what + "\n" + text).isEqualTo("response");
    assertThat(root.getElementsByTagName("returncode").getLength()).as(what).isPositive();
  }

  private static String parameters(Random random) {
    StringBuilder query = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      query.append(query.isEmpty() ? "" : "&").append(pick(random, PARAMETERS));
    }
    return random.nextInt(3) == 0 ? RandomQueries.query(random) : query.toString();
  }

  private static String document(Random random) {
    String[] documents = {
      "<response><returncode>SUCCESS</returncode><meetings><meeting><meetingID>math</meetingID>"
          + "<internalMeetingID>i-1</internalMeetingID></meeting><meeting><meetingID>b</meetingID>"
          + "</meeting></meetings></response>",
      "<response><returncode>SUCCESS</returncode><recordings><recording><recordID>r1</recordID>"
          + "<startTime>5</startTime></recording></recordings><totalElements>1</totalElements>"
          + "</response>",
      "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey></response>",
      "<response><returncode>SUCCESS</returncode><hooks><hook><hookID>1</hookID><callbackURL>a"
          + "</callbackURL></hook></hooks></response>",
      "{\"response\":{\"returncode\":\"SUCCESS\",\"tracks\":[]}}",
      "<html><body>Bad gateway</body></html>",
      ""
    };
    String document = pick(random, documents);
    return random.nextInt(4) == 0 ? document : mutate(random, document);
  }

  private static String mutate(Random random, String text) {
    StringBuilder mutated = new StringBuilder(text);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(mutated.length() + 1);
      int end = Math.min(mutated.length(), at + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> mutated.insert(at, pick(random, PIECES));
        case 1 -> mutated.delete(at, end);
        case 2 -> mutated.replace(at, end, text(random, 6));
        case 3 -> mutated.insert(at, mutated.substring(at, end));
        default -> mutated.setLength(at);
      }
    }
    return mutated.toString();
  }

  private static String text(Random random, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      text.append((char) (random.nextInt(8) == 0 ? random.nextInt(0x10000) : random.nextInt(128)));
    }
    return text.toString();
  }

  private static byte[] bytes(Random random, String document) {
    Charset charset = random.nextInt(3) > 0 ? StandardCharsets.UTF_8 : charset(random);
    String declared =
        random.nextInt(3) == 0
            ? "<?xml version='1.0' encoding='" + pick(random, CHARSETS) + "'?>" + document
            : document;
    byte[] bytes = declared.getBytes(charset);
    for (int n = random.nextInt(4) == 0 ? random.nextInt(4) : 0; n > 0 && bytes.length > 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static Charset charset(Random random) {
    return Charset.forName(pick(random, CHARSETS));
  }

  private static Body streamed(byte[] bytes) {
    int[] next = {0};
    return Body.fetched(
        -1,
        new PieceSource() {
          @Override
          public Optional<ByteBuffer> next() {
            int from = next[0];
            int to = Math.min(bytes.length, from + 50);
            next[0] = to;
            return from < to
                ? Optional.of(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to)))
                : Optional.empty();
          }

          @Override
          public void close() {}
        },
        Runnable::run);
  }

  private static String pick(Random random, String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
