package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Header;
import io.tinyscale.body.PieceSource;
import io.tinyscale.http.AnswerListener.Ending;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.Route;
import io.tinyscale.http.Routes;
import io.tinyscale.servlet.FakeServer.Peer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The duties of every entry toward its endpoints and its callers. */
@Timeout(60)
class EntryContractTest {

  private static final long LIMIT = 100_000;

  private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();

  private TestContainer start(TestContainer.Kind kind, Endpoint endpoint) throws Exception {
    return kind.start(
        Routes.of(
            Route.exactly("/ours", endpoint),
            Route.exactly("/other", answering(HttpAnswer.text(200, "other\n")))),
        LIMIT,
        (ending, cause) -> endings.add(ending));
  }

  private Ending ending() throws InterruptedException {
    return endings.poll(10, TimeUnit.SECONDS);
  }

  private static Endpoint answering(HttpAnswer answer) {
    return (request, caller) -> CompletableFuture.completedStage(answer);
  }

  @ParameterizedTest
  @EnumSource
  void givesTheEndpointTheRequestAsItWasSent(TestContainer.Kind kind) throws Exception {
    List<String> seen = new ArrayList<>();
    Endpoint endpoint =
        (request, caller) -> {
          seen.add(request.method() + " " + request.rawPath() + " " + request.rawQuery());
          seen.addAll(Collections.list(request.fields().all("x-A")));
          seen.add(request.fields().first("content-TYPE").orElse(""));
          seen.add(request.address().get());
          return CompletableFuture.completedStage(HttpAnswer.text(200, "ok"));
        };
    try (TestContainer container = start(kind, endpoint);
        Peer caller = Peer.connect(container.port())) {
      caller.write(
          "POST /ours?a=%2f+%20&b=~&checksum= HTTP/1.1\r\nHost: x\r\nX-a: 1\r\nX-A: 2\r\n"
              + "X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\n"
              + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\nc=d");

      assertThat(caller.readBody(caller.readHead())).asString().isEqualTo("ok");
      assertThat(seen)
          .containsExactly(
              "POST /ours a=%2f+%20&b=~&checksum=",
              "1", "2", "application/x-www-form-urlencoded", "127.0.0.1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheEndpointTheBody(TestContainer.Kind kind) throws Exception {
    Endpoint endpoint =
        (request, caller) ->
            BodyCollector.collect(request.body(), 1000)
                .thenApply(bytes -> new HttpAnswer(200, List.of(), Body.of(bytes)));
    try (TestContainer container = start(kind, endpoint);
        Peer caller = Peer.connect(container.port())) {
      for (String framing :
          List.of(
              "Content-Length: 3\r\n\r\na=b",
              "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n")) {
        caller.write("POST /ours HTTP/1.1\r\nHost: x\r\n" + framing);

        assertThat(caller.readBody(caller.readHead())).asString().isEqualTo("a=b");
        assertThat(ending()).isEqualTo(Ending.COMPLETE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesAnAnswerThatComesLaterFromAnotherThread(TestContainer.Kind kind) throws Exception {
    CompletableFuture<HttpAnswer> later = new CompletableFuture<>();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (TestContainer container = start(kind, (request, caller) -> later);
        Peer caller = Peer.connect(container.port())) {
      caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");
      other.execute(
          () ->
              later.complete(
                  new HttpAnswer(
                      201,
                      List.of(
                          new Header("Content-Type", "text/xml;charset=UTF-8"),
                          new Header("X-A", "b"),
                          new Header("X-A", "c")),
                      Body.of("<\u00e4/>"))));

      String head = caller.readHead();

      assertThat(head).startsWith("HTTP/1.1 201").contains("X-A: b\r\nX-A: c");
      assertThat(Peer.field(head, "Content-Type")).isEqualToIgnoringCase("text/xml;charset=UTF-8");
      assertThat(Peer.field(head, "Content-Length")).isEqualTo("5");
      assertThat(new String(caller.readBody(head), StandardCharsets.UTF_8)).isEqualTo("<\u00e4/>");
      assertThat(ending()).isEqualTo(Ending.COMPLETE);
    } finally {
      other.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void redirectsToExactlyWhatItIsTold(TestContainer.Kind kind) throws Exception {
    String location = "https://bbb1.example.org/bigbluebutton/api/join?a=%2fb+c&x=~!*'()|";
    HttpAnswer redirect =
        new HttpAnswer(302, List.of(new Header("Location", location)), Body.EMPTY);
    try (TestContainer container = start(kind, answering(redirect));
        Peer caller = Peer.connect(container.port())) {
      for (int i = 0; i < 3; i++) {
        caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");

        String head = caller.readHead();

        assertThat(head).startsWith("HTTP/1.1 302");
        assertThat(Peer.field(head, "Location")).isEqualTo(location);
        assertThat(caller.readBody(head)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsTheHeadAloneWhereTheCallerAsksForIt(TestContainer.Kind kind) throws Exception {
    try (TestContainer container = start(kind, answering(HttpAnswer.text(200, "ok\n")));
        Peer caller = Peer.connect(container.port())) {
      caller.write("HEAD /ours HTTP/1.1\r\nHost: x\r\n\r\nGET /other HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(caller.readHead()).startsWith("HTTP/1.1 200");
      assertThat(caller.readBody(caller.readHead())).asString().isEqualTo("other\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotTakeOtherPaths(TestContainer.Kind kind) throws Exception {
    try (TestContainer container = start(kind, answering(HttpAnswer.text(200, "ours")));
        Peer caller = Peer.connect(container.port())) {
      for (String path : List.of("/", "/our", "/ours/", "/ourselves", "/Ours")) {
        caller.write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        String head = caller.readHead();

        assertThat(head).as(path).doesNotStartWith("HTTP/1.1 2");
        assertThat(caller.readBody(head)).asString().isNotEqualTo("ours");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsTheRequestWhereTheEndpointFails(TestContainer.Kind kind) throws Exception {
    List<Endpoint> failing =
        List.of(
            (request, caller) -> {
              throw new IllegalStateException("bug");
            },
            (request, caller) -> CompletableFuture.failedStage(new IOException("bug")),
            // An answer with a head that the container refuses.
            (request, caller) ->
                CompletableFuture.completedStage(1)
                    .thenApply(
                        one ->
                            new HttpAnswer(
                                302,
                                List.of(new Header("Location", "/a\r\nSet-Cookie: b")),
                                Body.EMPTY)));
    for (Endpoint endpoint : failing) {
      try (TestContainer container = start(kind, endpoint);
          Peer caller = Peer.connect(container.port())) {
        caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(caller.readHead())
            .startsWith("HTTP/1.1 500")
            .doesNotContain("Set-Cookie", "bug");
        assertThat(ending()).isEqualTo(Ending.CUT);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsTheRequestWhereTheAnswersBodyThrows(TestContainer.Kind kind) throws Exception {
    Body broken =
        new Body(
            -1,
            subscriber -> {
              throw new IllegalStateException("bug");
            });
    try (TestContainer container = start(kind, answering(new HttpAnswer(200, List.of(), broken)));
        Peer caller = Peer.connect(container.port())) {
      caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(caller.readHead()).startsWith("HTTP/1.1 500");
      assertThat(ending()).isEqualTo(Ending.CUT);
    }
  }

  /** A body of which no byte comes. */
  private static Body broken(long length) {
    return new Body(
        length,
        subscriber ->
            subscriber.onSubscribe(
                new Flow.Subscription() {
                  @Override
                  public void request(long n) {
                    subscriber.onError(new IOException("broke off"));
                  }

                  @Override
                  public void cancel() {}
                }));
  }

  @ParameterizedTest
  @EnumSource
  void answersInsteadWhereTheBodyFailsBeforeItsFirstByte(TestContainer.Kind kind) throws Exception {
    Body throwing =
        new Body(
            -1,
            subscriber -> {
              throw new IllegalStateException("bug");
            });
    for (Body body : List.of(broken(100_000), broken(-1), throwing)) {
      HttpAnswer answer =
          new HttpAnswer(
              201,
              List.of(new Header("Content-Type", "text/xml"), new Header("ETag", "\"a\"")),
              body,
              HttpAnswer.text(200, "failed"));
      try (TestContainer container = start(kind, answering(answer));
          Peer caller = Peer.connect(container.port())) {
        for (int i = 0; i < 2; i++) {
          caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");

          String head = caller.readHead();

          assertThat(head).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("ETag");
          assertThat(Peer.field(head, "Content-Type"))
              .isEqualToIgnoringCase("text/plain;charset=utf-8");
          assertThat(caller.readBody(head)).asString().isEqualTo("failed");
          assertThat(ending()).isEqualTo(Ending.COMPLETE);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void logsNoQueryOfARequestThatFails(TestContainer.Kind kind) throws Exception {
    StringWriter log = new StringWriter();
    Handler recorder = new LogRecorder(new PrintWriter(log, true));
    Logger.getLogger("").addHandler(recorder);
    try {
      for (Endpoint failing :
          List.<Endpoint>of(
              (request, caller) -> {
                throw new IllegalStateException("bug");
              },
              answering(new HttpAnswer(200, List.of(), broken(100_000))),
              answering(new HttpAnswer(200, List.of(), new Body(-1, new HalfOfABody()))))) {
        try (TestContainer container = start(kind, failing);
            Peer caller = Peer.connect(container.port())) {
          caller.write(
              "GET /ours?fullName=Zaphod&checksum=c0ffee HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

          assertThat(ending()).isEqualTo(Ending.CUT);
          caller.in.readAllBytes();
        } catch (SocketException reset) {
          // The way in which a container shows that an answer broke off.
        }
      }
    } finally {
      Logger.getLogger("").removeHandler(recorder);
    }

    assertThat(log.toString()).doesNotContain("Zaphod", "c0ffee");
  }

  @ParameterizedTest
  @EnumSource
  void endsTheRequestWhereTheContainerRefusesTheAnswer(TestContainer.Kind kind) throws Exception {
    // More than the body that was announced.
    Body tooLong = new Body(3, Body.of("longer than three").content());
    try (TestContainer container = start(kind, answering(new HttpAnswer(200, List.of(), tooLong)));
        Peer caller = Peer.connect(container.port())) {
      caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");

      // The request ends, with or without an answer.
      assertThat(ending()).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsTheCallerThatAnAnswerBrokeOff(TestContainer.Kind kind) throws Exception {
    HttpAnswer broken =
        new HttpAnswer(
            200,
            List.of(),
            new Body(100_000, new HalfOfABody()),
            HttpAnswer.text(200, "too late for this"));
    try (TestContainer container = start(kind, answering(broken));
        Peer caller = Peer.connect(container.port())) {
      caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThatThrownBy(() -> caller.readBody(caller.readHead())).isInstanceOf(IOException.class);
      assertThat(ending()).isEqualTo(Ending.CUT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsTheEndpointThatTheCallerHasLeft(TestContainer.Kind kind) throws Exception {
    CompletableFuture<Void> left = new CompletableFuture<>();
    ExecutorService other = Executors.newSingleThreadExecutor();
    Body endless = Body.fetched(-1, new Zeros(), other);
    Endpoint endpoint =
        (request, caller) -> {
          caller.onCancel(() -> left.complete(null));
          return CompletableFuture.completedStage(new HttpAnswer(200, List.of(), endless));
        };
    try (TestContainer container = start(kind, endpoint);
        Peer caller = Peer.connect(container.port())) {
      caller.write("GET /ours HTTP/1.1\r\nHost: x\r\n\r\n");
      caller.readHead();

      caller.reset();

      left.get(60, TimeUnit.SECONDS);
      assertThat(ending()).isEqualTo(Ending.CALLER_LEFT);
    } finally {
      other.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopsABodyAtTheLimit(TestContainer.Kind kind) throws Exception {
    Endpoint endpoint =
        (request, caller) ->
            BodyCollector.drain(request.body(), Long.MAX_VALUE)
                .handle(
                    (done, failure) ->
                        HttpAnswer.text(200, failure == null ? "all" : failure.getMessage()));
    try (TestContainer container = start(kind, endpoint);
        Peer caller = Peer.connect(container.port())) {
      caller.write(
          "POST /ours HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + (LIMIT + 1)
              + "\r\n\r\n"
              + "x".repeat((int) LIMIT + 1));

      assertThat(caller.readBody(caller.readHead())).asString().contains("longer than " + LIMIT);
    }
  }

  /** Breaks off after its first piece. */
  private static final class HalfOfABody implements Flow.Publisher<ByteBuffer> {

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private int asked;

            @Override
            public void request(long n) {
              if (asked++ == 0) {
                subscriber.onNext(ByteBuffer.wrap(new byte[50_000]));
              } else {
                subscriber.onError(new IOException("broke off"));
              }
            }

            @Override
            public void cancel() {}
          });
    }
  }

  /** Never ends. */
  private static final class Zeros implements PieceSource {

    @Override
    public Optional<ByteBuffer> next() {
      return Optional.of(ByteBuffer.wrap(new byte[8192]));
    }

    @Override
    public void close() {}
  }
}
