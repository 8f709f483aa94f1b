package io.tinyscale.upstream;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.ListReceiver;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.ListingScanner;
import io.tinyscale.bbb.XmlText;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads one server's list while it arrives, piece by piece on the work threads: the next piece is
 * asked for when the last one has been read.
 */
final class ListingReader implements Flow.Subscriber<ByteBuffer> {

  private final Executor work;
  private final XmlText text = new XmlText();
  private final ListingScanner scanner;
  private final ListReceiver receiver;
  private final CompletableFuture<ApiReply> result = new CompletableFuture<>();

  /** The end of what has been handed to the work threads; signals come one after the other. */
  private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

  private volatile Flow.@Nullable Subscription subscription;
  private volatile boolean given;

  ListingReader(ListingKind kind, ListReceiver receiver, Executor work) {
    this.work = work;
    this.receiver = receiver;
    this.scanner = new ListingScanner(kind, receiver);
  }

  /** What the list says beside its items, when all of them have been read. */
  CompletionStage<ApiReply> result() {
    return result;
  }

  /** Reads no further. */
  void giveUp(Throwable cause) {
    given = true;
    result.completeExceptionally(cause);
    Flow.Subscription running = subscription;
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    if (given) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(ByteBuffer piece) {
    Flow.Subscription running = subscription;
    next(
        () -> {
          scanner.feed(text.decode(piece, false));
          if (running != null) {
            running.request(1);
          }
        });
  }

  @Override
  public void onError(Throwable cause) {
    giveUp(cause);
  }

  @Override
  public void onComplete() {
    next(
        () -> {
          scanner.feed(text.decode(ByteBuffer.allocate(0), true));
          ApiReply rest = scanner.end();
          if (text.isMended()) {
            receiver.damaged(ListDamage.CHARACTERS);
          }
          result.complete(rest);
        });
  }

  private interface Step {
    void run() throws Exception;
  }

  private void next(Step step) {
    tail =
        tail.thenRunAsync(
            () -> {
              if (result.isDone()) {
                return;
              }
              try {
                step.run();
              } catch (Exception mistake) {
                giveUp(mistake);
              } catch (OutOfMemoryError error) {
                giveUp(error);
                report(error);
              }
            },
            work);
  }

  /** Ends a work thread, which reports it; a stage would keep the error to itself. */
  private void report(OutOfMemoryError error) {
    work.execute(
        () -> {
          throw error;
        });
  }
}
