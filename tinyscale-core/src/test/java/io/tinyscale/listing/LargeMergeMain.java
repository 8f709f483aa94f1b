package io.tinyscale.listing;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.ListingScanner;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.body.PieceSource;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.Outcome;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * Merges 10,000 meetings with 20 attendees each, from four servers, in a process of its own with a
 * small heap. Exits with 0 if every meeting came once and nothing is left in the temporary folder.
 */
public final class LargeMergeMain {

  private static final int SERVERS = 4;
  private static final int MEETINGS = 10_000;
  private static final int ATTENDEES = 20;
  private static final long PATIENCE_SECONDS = 120;

  private LargeMergeMain() {}

  /** No arguments. */
  public static void main(String[] args) throws Exception {
    ExecutorService work = Executors.newFixedThreadPool(2);
    TestBalancer balancer = new TestBalancer(SERVERS).withWork(work);
    for (int number = 1; number <= SERVERS; number++) {
      answers(balancer, number, work, false);
    }
    long started = System.nanoTime();
    check(balancer, MEETINGS, 0);
    System.out.printf("merged in %.1f s%n", (System.nanoTime() - started) / 1e9);
    answers(balancer, SERVERS, work, true);
    check(balancer, MEETINGS / SERVERS * (SERVERS - 1), 1);
    System.exit(0); // even if threads are left
  }

  private static void answers(
      TestBalancer balancer, int number, ExecutorService executor, boolean cut) {
    balancer
        .bbb(number)
        .answers(
            "getMeetings",
            outcome ->
                new Outcome.Answered(
                    200,
                    List.of(new Header("Content-Type", "text/xml")),
                    Body.fetched(-1, new Generated(number - 1, cut), executor)));
  }

  private static void check(TestBalancer balancer, int expected, int missing) throws Exception {
    Answer answer = balancer.calling("getMeetings", "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Answer.Document document = (Answer.Document) answer;
    Counter counter = new Counter();
    document.body().content().subscribe(counter);
    long bytes = counter.result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    System.out.printf("%d meetings, %d bytes%n", counter.seen.cardinality(), bytes);
    Optional<String> partial =
        document.headers().stream()
            .filter(header -> header.is("X-Tinyscale-Partial"))
            .map(Header::value)
            .findFirst();
    String[] left = new File(System.getProperty("java.io.tmpdir")).list();
    require(counter.seen.cardinality() == expected && counter.items == expected, "meetings");
    require(bytes == document.body().length(), "length " + document.body().length());
    require(partial.orElse("0").equals(Integer.toString(missing)), "partial " + partial);
    require(left != null && left.length == 0, "files left");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      System.out.println("wrong: " + what);
      System.exit(1);
    }
  }

  /**
   * The list of one server, generated while it is read; it may break off after its last meeting.
   */
  private static final class Generated implements PieceSource {

    private static final String ATTENDEE =
        "<attendee><userID>u-%d-%d</userID><fullName>Attendee %d of meeting %d</fullName>"
            + "<role>VIEWER</role><isPresenter>false</isPresenter>"
            + "<isListeningOnly>false</isListeningOnly><hasJoinedVoice>true</hasJoinedVoice>"
            + "<hasVideo>false</hasVideo><clientType>HTML5</clientType>"
            + "<customdata><layout>%x</layout></customdata></attendee>\n";

    private final int server;
    private final boolean cut;
    private int next = -1;

    Generated(int server, boolean cut) {
      this.server = server;
      this.cut = cut;
    }

    @Override
    public Optional<ByteBuffer> next() {
      int here = MEETINGS / SERVERS;
      int number = next++;
      if (number < 0) {
        return text("<response><returncode>SUCCESS</returncode><meetings>");
      }
      if (number < here) {
        return text(meeting(server * here + number));
      }
      return number == here && !cut ? text("</meetings></response>") : Optional.empty();
    }

    private static String meeting(int number) {
      StringBuilder xml = new StringBuilder(16 << 10);
      xml.append("<meeting><meetingName>Meeting</meetingName><meetingID>").append(number);
      xml.append("</meetingID><attendees>\n");
      for (int i = 0; i < ATTENDEES; i++) {
        xml.append(ATTENDEE.formatted(number, i, i, number, number * 2_654_435_761L * (i + 1)));
      }
      return xml.append("</attendees></meeting>\n").toString();
    }

    private static Optional<ByteBuffer> text(String text) {
      return Optional.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {}
  }

  /** Reads the merged list with a demand of one piece at a time. */
  private static final class Counter implements Flow.Subscriber<ByteBuffer> {

    private final CompletableFuture<Long> result = new CompletableFuture<>();
    private final BitSet seen = new BitSet();
    private int items;
    private long bytes;
    private Flow.Subscription subscription;
    private final ListingScanner scanner =
        new ListingScanner(
            ListingKind.MEETINGS,
            item -> {
              items++;
              seen.set(Integer.parseInt(item.meetingId()));
            });

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      bytes += piece.remaining();
      try {
        scanner.feed(StandardCharsets.US_ASCII.decode(piece));
        subscription.request(1);
      } catch (Exception e) {
        subscription.cancel();
        result.completeExceptionally(e);
      }
    }

    @Override
    public void onError(Throwable cause) {
      result.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      try {
        scanner.end();
        result.complete(bytes);
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    }
  }
}
