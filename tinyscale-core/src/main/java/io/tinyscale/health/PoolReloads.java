package io.tinyscale.health;

import io.tinyscale.body.Stages;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.PoolFile;
import io.tinyscale.config.WatchedPoolFile;
import io.tinyscale.observe.GatewayObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a changed pool file take effect while calls go on, whether a person has changed it or an
 * edit of ours: one change after the other. A new server joins the pool when it has been swept. A
 * file with a mistake is refused, and the pool stays as it is. Thread-safe.
 */
public final class PoolReloads implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final WatchedPoolFile file;
  private final PoolReplacement replacement;
  private final GatewayObserver observer;
  private final ScheduledExecutorService timer;
  private final Executor work;
  private volatile boolean closed;

  /** The end of the last change; guarded by this. */
  private CompletionStage<?> last = CompletableFuture.completedStage(null);

  /**
   * Watches nothing yet.
   *
   * @param timer only tells when to look
   * @param work looks at the file and reads it
   */
  public PoolReloads(
      WatchedPoolFile file,
      PoolReplacement replacement,
      GatewayObserver observer,
      ScheduledExecutorService timer,
      Executor work) {
    this.file = file;
    this.replacement = replacement;
    this.observer = observer;
    this.timer = timer;
    this.work = work;
  }

  /** Begins to look at the file about every second. */
  public void start() {
    if (closed) {
      return;
    }
    try {
      timer.schedule(this::look, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopped) {
      closed = true;
    }
  }

  /** Looks no more. */
  @Override
  public void close() {
    closed = true;
  }

  private void look() {
    try {
      inTurn(
              () ->
                  CompletableFuture.supplyAsync(this::changed, work)
                      .thenApply(content -> apply(content, name -> true)))
          .whenComplete(
              (effect, bug) -> {
                report(bug);
                if (effect != null) {
                  effect.whenComplete((done, late) -> report(late));
                }
                start();
              });
    } catch (RejectedExecutionException stopped) {
      closed = true;
    }
  }

  private void report(@Nullable Throwable bug) {
    closed |= isStop(bug);
    if (bug != null && !closed) {
      observer.poolReloadFailed(bug);
    }
  }

  /** Whether the work was refused because the threads have ended. */
  private static boolean isStop(@Nullable Throwable bug) {
    return bug instanceof RejectedExecutionException
        || bug instanceof CompletionException
            && bug.getCause() instanceof RejectedExecutionException;
  }

  /**
   * Reads the pool file now, whether it has changed or not, and lets it take effect.
   *
   * @return all mistakes of the file, each with its fix, in which case nothing has changed; without
   *     any, once the file has taken effect; fails if the balancer has stopped
   */
  public CompletionStage<List<String>> reload() {
    return inTurn(
            () -> {
              requireRunning();
              return CompletableFuture.supplyAsync(file::read, work)
                  .handle(
                      (content, failure) ->
                          failure == null
                              ? apply(Optional.of(content), name -> true)
                                  .thenApply(done -> List.<String>of())
                              : CompletableFuture.completedStage(mistakes(failure)));
            })
        .thenCompose(Function.identity());
  }

  private List<String> mistakes(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ConfigException wrong) {
      List<String> all = wrong.problems().stream().map(Object::toString).toList();
      // The next look at the file finds nothing new.
      observer.poolRefused(all);
      return all;
    }
    throw new CompletionException(cause);
  }

  private void requireRunning() {
    if (closed) {
      throw new RejectedExecutionException("the balancer has stopped");
    }
  }

  /**
   * Edits the pool file and lets that take effect, with what a person has changed there meanwhile.
   *
   * @return what became of the edit, once it has taken effect; fails if the balancer has stopped
   */
  public CompletionStage<PoolEdited> edit(PoolEdit edit) {
    return edit(edit, OptionalLong.empty());
  }

  /**
   * The same if the file still is in a revision, else the edit is refused.
   *
   * @param revision empty if it does not matter
   */
  public CompletionStage<PoolEdited> edit(PoolEdit edit, OptionalLong revision) {
    return inTurn(
            () -> {
              requireRunning();
              return CompletableFuture.supplyAsync(() -> file.edit(edit, revision), work)
                  .thenApply(edited -> apply(edited, edit).thenApply(done -> edited));
            })
        .thenCompose(Function.identity());
  }

  private CompletionStage<Void> apply(PoolEdited edited, PoolEdit edit) {
    if (!(edited instanceof PoolEdited.Done done)) {
      return CompletableFuture.completedStage(null);
    }
    // A file that was not written is taken with its warnings when its change is seen.
    return apply(
        Optional.of(
            done.written()
                ? done.content()
                : new PoolFile.Content(done.content().servers(), List.of())),
        edit.server()::equals);
  }

  /**
   * Does this once everything that was to be done before is done. New servers are not waited for:
   * one that is silent must hold up no other change.
   */
  private synchronized <T> CompletionStage<T> inTurn(Supplier<CompletionStage<T>> step) {
    CompletionStage<T> result =
        last.handle((done, bug) -> null).thenCompose(done -> Stages.started(step));
    last = result;
    return result;
  }

  private Optional<PoolFile.Content> changed() {
    try {
      return file.changed();
    } catch (ConfigException mistakes) {
      observer.poolRefused(mistakes.problems().stream().map(Object::toString).toList());
      return Optional.empty();
    }
  }

  private CompletionStage<Void> apply(
      Optional<PoolFile.Content> content, Predicate<String> matters) {
    if (content.isEmpty() || closed) {
      return CompletableFuture.completedStage(null);
    }
    content.get().warnings().forEach(warning -> observer.configWarning(warning.text()));
    return replacement.replace(content.get().servers(), matters);
  }
}
