package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of scrapes whose readers do not read. */
class MetricsEndpointTest {

  private static final int MOST = 8;

  /** As long as that of a hundred servers. */
  private static final String TEXT = "tinyscale_servers 100\n".repeat(30_000);

  private final AtomicLong nanos = new AtomicLong();
  private final UnreadTexts texts = new UnreadTexts(nanos::get);
  private final MetricsEndpoint metrics = endpoint(Runnable::run);

  private MetricsEndpoint endpoint(Executor executor) {
    return new MetricsEndpoint(
        accept -> new Exposition("text/plain", Body.of(TEXT)), executor, texts);
  }

  private void pass(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private static HttpAnswer scrape(MetricsEndpoint endpoint, String method) {
    return endpoint
        .handle(
            new HttpRequest(
                method, "/metrics", "", name -> Collections.emptyEnumeration(), Body.EMPTY),
            new Cancellation())
        .toCompletableFuture()
        .join();
  }

  private HttpAnswer scrape() {
    return scrape(metrics, "GET");
  }

  private List<Reader> scrapesThatNobodyReads() {
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      HttpAnswer answer = scrape();
      assertThat(answer.status()).isEqualTo(200);
      readers.add(new Reader(answer));
    }
    return readers;
  }

  private static String text(HttpAnswer answer) {
    return new String(
        BodyCollector.collect(answer.body(), 1 << 20).toCompletableFuture().join(),
        StandardCharsets.UTF_8);
  }

  /** Takes one piece whenever it is told to. */
  private static final class Reader implements Flow.Subscriber<ByteBuffer> {

    private Flow.Subscription subscription;
    private int bytes;
    private boolean complete;
    private Throwable failure;

    Reader(HttpAnswer answer) {
      answer.body().content().subscribe(this);
    }

    void takePiece() {
      subscription.request(1);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ByteBuffer piece) {
      bytes += piece.remaining();
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
    }

    @Override
    public void onComplete() {
      complete = true;
    }
  }

  @Test
  void refusesAScrapeBeyondThoseThatAreNotRead() {
    scrapesThatNobodyReads();

    HttpAnswer refused = scrape();

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers())
        .anyMatch(header -> header.is("Retry-After") && header.value().equals("2"));
    assertThat(text(refused)).contains("urn:tinyscale:problem:too-many-scrapes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aTextThatWasReadMakesRoom(String method) {
    for (int i = 0; i < 3 * MOST; i++) {
      HttpAnswer answer = scrape(metrics, method);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().length()).isEqualTo(TEXT.length());
      assertThat(text(answer)).isEqualTo(TEXT);
    }
  }

  @Test
  void aReaderWhoLeavesMakesRoom() {
    List<Reader> readers = scrapesThatNobodyReads();
    readers.get(3).takePiece();

    readers.get(3).subscription.cancel();

    assertThat(scrape().status()).isEqualTo(200);
    assertThat(scrape().status()).isEqualTo(503);
  }

  @Test
  void theSlowestReaderGivesWayAfterAWhile() {
    List<Reader> readers = scrapesThatNobodyReads();
    readers.get(0).takePiece();
    pass(2);

    assertThat(text(scrape())).isEqualTo(TEXT);

    readers.get(0).takePiece();
    assertThat(readers.get(0).failure).isInstanceOf(IOException.class);
    while (!readers.get(1).complete) {
      readers.get(1).takePiece();
    }
    assertThat(readers.get(1).bytes).isEqualTo(TEXT.length());
  }

  @Test
  void aReaderHasHalfAMinute() {
    Reader slow = new Reader(scrape());
    slow.takePiece();
    pass(29);
    slow.takePiece();
    assertThat(slow.failure).isNull();

    pass(1);
    slow.takePiece();

    assertThat(slow.failure).isInstanceOf(IOException.class);
  }

  @Test
  void scrapesThatAreNotMadeYetDoNotGiveWay() {
    Queue<Runnable> work = new ArrayDeque<>();
    MetricsEndpoint slow = endpoint(work::add);
    for (int i = 0; i < MOST; i++) {
      slow.handle(
          new HttpRequest(
              "GET", "/metrics", "", name -> Collections.emptyEnumeration(), Body.EMPTY),
          new Cancellation());
    }
    pass(60);

    assertThat(scrape().status()).isEqualTo(503);
  }

  @Test
  void mistakesTakeNoRoom() {
    MetricsEndpoint broken =
        new MetricsEndpoint(
            accept -> {
              throw new IllegalStateException("a mistake");
            },
            Runnable::run,
            texts);
    MetricsEndpoint stopped =
        endpoint(
            work -> {
              throw new RejectedExecutionException("stopped");
            });
    for (int i = 0; i < 2 * MOST; i++) {
      assertThat(scrape(broken, "GET").status()).isEqualTo(500);
      assertThat(scrape(stopped, "GET").status()).isEqualTo(503);
    }

    assertThat(scrape().status()).isEqualTo(200);
  }
}
