package io.tinyscale.health;

import io.tinyscale.config.ConfigException;
import io.tinyscale.config.PoolFile;
import io.tinyscale.config.WatchedPoolFile;
import io.tinyscale.observe.GatewayObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Lets a changed pool file take effect while calls go on. A file with a mistake is refused, and the
 * pool stays as it is. Thread-safe.
 */
public final class PoolReloads implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final WatchedPoolFile file;
  private final PoolReplacement replacement;
  private final GatewayObserver observer;
  private final ScheduledExecutorService timer;
  private final Executor work;
  private volatile boolean closed;

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
      CompletableFuture.supplyAsync(this::changed, work)
          .thenCompose(this::apply)
          .whenComplete(
              (done, bug) -> {
                if (bug != null && !closed) {
                  observer.poolReloadFailed(bug);
                }
                start();
              });
    } catch (RejectedExecutionException stopped) {
      closed = true;
    }
  }

  private Optional<PoolFile.Content> changed() {
    try {
      return file.changed();
    } catch (ConfigException mistakes) {
      observer.poolRefused(mistakes.problems().stream().map(Object::toString).toList());
      return Optional.empty();
    }
  }

  private CompletionStage<Void> apply(Optional<PoolFile.Content> content) {
    if (content.isEmpty() || closed) {
      return CompletableFuture.completedStage(null);
    }
    content.get().warnings().forEach(warning -> observer.configWarning(warning.text()));
    return replacement.replace(content.get().servers());
  }
}
