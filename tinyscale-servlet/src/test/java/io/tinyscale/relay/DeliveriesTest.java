package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.callback.CallbackOutcome;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.upstream.ManualTime;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final Instant START = Instant.ofEpochSecond(Vectors.NOW);

  private final ManualTime time = new ManualTime();
  private final long begun = time.nanos();
  private long shift;
  private final InstantSource clock = () -> START.plusNanos(time.nanos() - begun).plusMillis(shift);
  private final FakeSender sender = new FakeSender();
  private final MemorySpool spool = new MemorySpool(20_000, 1L << 30);
  private final Heard heard = new Heard();
  private final Queue<Runnable> work = new ArrayDeque<>();
  private boolean working;
  private double random = 0.5;
  private final Deliveries deliveries = deliveries(spool);

  private Deliveries deliveries(Spool kept) {
    return new Deliveries(
        kept,
        new Delivery(sender, () -> Vectors.BOTH, clock, time::nanos),
        this::execute,
        time,
        clock,
        () -> random,
        Duration.ofHours(24),
        heard);
  }

  /** One piece of work after the other, never one inside the other. */
  private void execute(Runnable piece) {
    work.add(piece);
    if (!working) {
      working = true;
      for (Runnable next = work.poll(); next != null; next = work.poll()) {
        next.run();
      }
      working = false;
    }
  }

  private Waiting kept(String host) throws IOException {
    return kept(host, 0);
  }

  private Waiting kept(String host, long delayMillis) throws IOException {
    Callback callback =
        new Callback(
            CallbackKind.ENDED,
            "house",
            "https://" + host + "/ended?token=1",
            "",
            "",
            "",
            Callback.NO_CLAIMS,
            clock.millis(),
            0);
    return spool.keep(callback, new byte[0], clock.millis() + delayMillis);
  }

  @Test
  void sendsACallbackAtOnce() throws IOException {
    sender.answering(200);

    deliveries.add(kept("a.example"));

    assertThat(sender.hosts()).containsExactly("a.example");
    assertThat(heard.events()).containsExactly("delivered house ended a.example 1");
    assertThat(deliveries.status())
        .isEqualTo(
            new CallbackStatus(
                0,
                Duration.ZERO,
                List.of(
                    new CallbackStatus.Count(CallbackKind.ENDED, CallbackOutcome.DELIVERED, 1))));
  }

  @Test
  void sendsACallbackThatWaitedForItsTime() throws IOException {
    sender.answering(200);
    deliveries.addAll(List.of(kept("a.example", 30_000)));

    time.advance(Duration.ofMillis(29_999));
    assertThat(sender.messages()).isEmpty();

    time.advance(Duration.ofMillis(1));
    assertThat(sender.messages()).hasSize(1);
  }

  @Test
  void triesAgainAfterLongerAndLongerPausesForADay() throws IOException {
    sender.answering(503);

    deliveries.add(kept("a.example"));
    time.advance(Duration.ofHours(48));

    assertThat(heard.events())
        .containsExactly(
            "retry house ended a.example 1 10s status 503",
            "retry house ended a.example 2 30s status 503",
            "retry house ended a.example 3 60s status 503",
            "retry house ended a.example 4 300s status 503",
            "retry house ended a.example 5 900s status 503",
            "retry house ended a.example 6 3600s status 503",
            "retry house ended a.example 7 10800s status 503",
            "retry house ended a.example 8 21600s status 503",
            "retry house ended a.example 9 43200s status 503",
            "retry house ended a.example 10 5900s status 503",
            "given-up house ended a.example 11 status 503");
    assertThat(deliveries.status().waiting()).isZero();
    assertThat(time.alarms()).isZero();
  }

  @Test
  void spreadsPausesByATenth() throws IOException {
    sender.answering(503);
    random = 0;
    deliveries.add(kept("a.example"));
    random = 1;
    deliveries.add(kept("b.example"));

    assertThat(heard.events())
        .containsExactly(
            "retry house ended a.example 1 9s status 503",
            "retry house ended b.example 1 11s status 503");
  }

  @Test
  void deliversWhenTheFrontEndIsBack() throws IOException {
    sender.answering(message -> new Sent.Failed("no connection"));
    deliveries.add(kept("a.example"));
    time.advance(Duration.ofMinutes(20));
    assertThat(deliveries.status().waiting()).isEqualTo(1);
    assertThat(deliveries.status().oldest()).isEqualTo(Duration.ofMinutes(20));

    sender.answering(200);
    time.advance(Duration.ofHours(1));

    assertThat(heard.events()).last().isEqualTo("delivered house ended a.example 6");
  }

  @Test
  void saysWhatItGaveUpAndWhatItRefused() throws IOException {
    sender.answering(400);
    deliveries.add(kept("a.example"));
    sender.answering(message -> new Sent.Refused("its address is not allowed"));
    deliveries.add(kept("b.example"));

    assertThat(heard.events())
        .containsExactly(
            "given-up house ended a.example 1 status 400",
            "refused house ended b.example 1 its address is not allowed");
    assertThat(deliveries.status().counts()).hasSize(2);
    assertThat(deliveries.status().waiting()).isZero();
  }

  @Test
  void sendsTwoAtATimeToOneHostAndSixteenInAll() throws IOException {
    for (int i = 0; i < 5; i++) {
      deliveries.add(kept("slow.example"));
    }
    assertThat(sender.hosts()).hasSize(2);
    for (int i = 0; i < 20; i++) {
      deliveries.add(kept("host" + i + ".example"));
    }
    assertThat(sender.hosts()).hasSize(16);

    sender.answer(0, 200);

    assertThat(sender.hosts()).hasSize(17);
  }

  @Test
  void letsNoHostWaitForASlowOne() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      deliveries.add(kept("slow.example"));
    }

    deliveries.add(kept("quick.example"));

    assertThat(sender.hosts()).containsExactly("slow.example", "slow.example", "quick.example");
  }

  @Test
  void takesHostsInTurns() throws IOException {
    for (int i = 0; i < 8; i++) {
      for (int n = 0; n < 4; n++) {
        deliveries.add(kept("host" + i + ".example"));
      }
    }
    assertThat(sender.hosts()).hasSize(16);

    for (int i = 0; i < 16; i++) {
      sender.answer(i, 200);
    }

    for (int i = 0; i < 8; i++) {
      String host = "host" + i + ".example";
      assertThat(sender.hosts().stream().filter(host::equals)).as(host).hasSize(4);
    }
  }

  @Test
  void deliversTenThousandCallbacks() throws IOException {
    sender.answering(503);
    for (int i = 0; i < 10_000; i++) {
      deliveries.add(kept("host" + i % 100 + ".example"));
    }
    assertThat(deliveries.status().waiting()).isEqualTo(10_000);

    sender.answering(200);
    time.advance(Duration.ofMinutes(1));

    assertThat(deliveries.status().waiting()).isZero();
    assertThat(sender.messages()).hasSize(20_000);
  }

  @Test
  void followsAClockThatIsSetForwards() throws IOException {
    sender.answering(503);
    deliveries.add(kept("a.example", 600_000));

    shift = Duration.ofHours(1).toMillis();
    time.advance(Duration.ofMinutes(1));

    assertThat(sender.messages()).hasSize(1);
  }

  @Test
  void waitsForNoTimeThatAClockSetBackMakesFarAway() throws IOException {
    sender.answering(503);
    deliveries.add(kept("a.example", 600_000));

    shift = -Duration.ofDays(30).toMillis();
    time.advance(Duration.ofMinutes(1));

    assertThat(sender.messages()).hasSize(1);
  }

  /** Two at a time is the most for a host: none of the turns may be lost. */
  @Test
  void losesNoTurnWhenMemoryIsShort() throws IOException {
    AtomicInteger shortages = new AtomicInteger(5);
    sender.answering(
        message -> {
          if (shortages.getAndDecrement() > 0) {
            throw new OutOfMemoryError("a test");
          }
          return new Sent.Answered(200, "");
        });
    for (int i = 0; i < 5; i++) {
      Waiting waiting = kept("a.example");
      swallow(() -> deliveries.add(waiting));
    }

    for (int i = 0; i < 5; i++) {
      swallow(() -> time.advance(Duration.ofSeconds(20)));
    }

    assertThat(deliveries.status().waiting()).isZero();
  }

  private void swallow(Runnable work) {
    try {
      work.run();
    } catch (OutOfMemoryError ofTheTest) {
      working = false;
    }
  }

  @Test
  void goesOnWhenTheDiskFails() throws IOException {
    Waiting waiting = kept("a.example");
    Deliveries onBadDisk =
        deliveries(
            new FakeDisk() {
              @Override
              public Waiting postpone(Waiting postponed, long next) throws IOException {
                throw new IOException();
              }

              @Override
              public void remove(Waiting removed) throws IOException {
                throw new IOException();
              }
            });
    sender.answering(503);
    onBadDisk.add(waiting);
    time.advance(Duration.ofSeconds(9));
    assertThat(sender.messages()).hasSize(1);

    sender.answering(200);
    time.advance(Duration.ofSeconds(1));

    assertThat(heard.events())
        .containsExactly(
            "retry house ended a.example 1 10s status 503", "delivered house ended a.example 2");
    assertThat(onBadDisk.status().waiting()).isZero();
  }

  /** A disk that works, unless a test has it fail. */
  private class FakeDisk implements Spool {

    @Override
    public List<Waiting> waiting() {
      return List.of();
    }

    @Override
    public Waiting keep(Callback callback, byte[] body, long next) throws IOException {
      return spool.keep(callback, body, next);
    }

    @Override
    public Kept read(Waiting waiting) throws IOException {
      return spool.read(waiting);
    }

    @Override
    public Waiting postpone(Waiting waiting, long next) throws IOException {
      return spool.postpone(waiting, next);
    }

    @Override
    public void remove(Waiting waiting) throws IOException {
      spool.remove(waiting);
    }

    @Override
    public void putAside(Waiting waiting) {
      spool.putAside(waiting);
    }

    @Override
    public void close() {}
  }

  /** Deliveries from a disk whose first answers to a reading are these. */
  private Deliveries readingAfter(IOException... failures) {
    Queue<IOException> next = new ArrayDeque<>(List.of(failures));
    return deliveries(
        new FakeDisk() {
          @Override
          public Kept read(Waiting waiting) throws IOException {
            IOException failure = next.poll();
            if (failure != null) {
              throw failure;
            }
            return super.read(waiting);
          }
        });
  }

  @Test
  void readsLaterWhatCannotBeReadNow() throws IOException {
    sender.answering(200);
    Deliveries shortOfFiles =
        readingAfter(
            new FileSystemException("5-0.callback", null, "Too many open files"),
            new IOException("Input/output error"));

    shortOfFiles.add(kept("a.example"));
    assertThat(shortOfFiles.status().waiting()).isEqualTo(1);
    time.advance(Duration.ofSeconds(40));

    assertThat(heard.events())
        .containsExactly(
            "retry house ended a.example 1 10s it cannot be read now: FileSystemException",
            "retry house ended a.example 2 30s it cannot be read now: IOException",
            "delivered house ended a.example 3");
    assertThat(shortOfFiles.status().waiting()).isZero();
  }

  /** It has waited longer than it is kept, such as over a long stop, and was never tried. */
  @Test
  void givesNothingUpThatItCouldNotRead() throws IOException {
    sender.answering(200);
    Waiting old = kept("a.example");
    time.advance(Duration.ofHours(48));

    readingAfter(new FileSystemException("5-0.callback")).add(old);
    time.advance(Duration.ofSeconds(10));

    assertThat(heard.events()).last().isEqualTo("delivered house ended a.example 2");
  }

  @Test
  void putsAsideWhatIsNoCallback() throws IOException {
    Waiting waiting = kept("a.example");

    readingAfter(new MalformedFileException("no line")).add(waiting);

    assertThat(heard.events())
        .containsExactly("given-up house ended a.example 1 it cannot be read");
    assertThatThrownBy(() -> spool.read(waiting)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void givesUpWhatIsGone() throws IOException {
    Waiting waiting = kept("a.example");
    spool.remove(waiting);

    deliveries.add(waiting);

    assertThat(heard.events())
        .containsExactly("given-up house ended a.example 1 it cannot be read");
    assertThat(deliveries.status().waiting()).isZero();
  }

  @Test
  void goesOnAfterAMistakeOfItsOwn() throws IOException {
    sender.answering(
        message -> {
          throw new IllegalStateException("a mistake");
        });

    deliveries.add(kept("a.example"));

    assertThat(heard.events())
        .containsExactly("retry house ended a.example 1 10s IllegalStateException");
  }

  @Test
  void beginsNothingMoreOnceItIsClosed() throws Exception {
    deliveries.close(System.nanoTime());

    deliveries.add(kept("a.example"));
    time.advance(Duration.ofHours(1));

    assertThat(sender.messages()).isEmpty();
    assertThat(deliveries.status().waiting()).isEqualTo(1);
  }

  @Test
  void letsRunningTriesEnd() throws Exception {
    deliveries.add(kept("a.example"));
    Thread closing =
        new Thread(
            () -> {
              try {
                deliveries.close(System.nanoTime() + Duration.ofMinutes(1).toNanos());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    closing.start();

    sender.answer(0, 200);
    closing.join(30_000);

    assertThat(closing.isAlive()).isFalse();
    assertThat(heard.events()).containsExactly("delivered house ended a.example 1");
  }
}
