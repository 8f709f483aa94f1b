package io.tinyscale.bench.balancers;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The time of one balancer's process, which may freeze: what is due then happens when it goes on,
 * in the same order. It is the timer and the threads of the balancer. Not thread-safe.
 */
final class ProcessTime extends AbstractExecutorService implements ScheduledExecutorService {

  private final VirtualTime time;
  private long frozenUntil;
  private boolean isInOneStep;

  ProcessTime(VirtualTime time) {
    this.time = time;
  }

  /** Lets nothing happen in the process for a while. */
  void freeze(long nanos) {
    frozenUntil = Math.max(frozenUntil, time.now() + nanos);
  }

  /** Does something without a pause: the start and the end of a balancer wait for their work. */
  void inOneStep(Runnable action) {
    isInOneStep = true;
    try {
      action.run();
    } finally {
      isInOneStep = false;
    }
  }

  /** Whether no time passes in what happens now, so that answers must come at once. */
  boolean isInOneStep() {
    return isInOneStep;
  }

  /** Lets something happen in the process after a while. */
  void after(long nanos, Runnable action) {
    time.after(nanos, () -> unlessFrozen(action));
  }

  private void unlessFrozen(Runnable action) {
    if (frozenUntil > time.now()) {
      time.at(frozenUntil, () -> unlessFrozen(action));
    } else {
      action.run();
    }
  }

  @Override
  public void execute(Runnable action) {
    if (isInOneStep) {
      action.run();
    } else {
      after(0, action);
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
    Alarm alarm = new Alarm(action, time.now() + Math.max(0, unit.toNanos(delay)));
    after(alarm.at - time.now(), alarm);
    return alarm;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable action, long initialDelay, long period, TimeUnit unit) {
    Alarm all = new Alarm(() -> {}, Long.MAX_VALUE);
    repeat(action, unit.toNanos(initialDelay), unit.toNanos(period), all);
    return all;
  }

  private void repeat(Runnable action, long delay, long period, Alarm all) {
    after(
        delay,
        () -> {
          if (!all.isCancelled()) {
            action.run();
            repeat(action, period, period, all);
          }
        });
  }

  /** Something that happens once unless it is cancelled. What it throws is not swallowed. */
  private final class Alarm extends FutureTask<Void> implements ScheduledFuture<Void> {

    private final long at;

    Alarm(Runnable action, long at) {
      super(action, null);
      this.at = at;
    }

    @Override
    protected void setException(Throwable thrown) {
      super.setException(thrown);
      throw new IllegalStateException("an action of the timer failed", thrown);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - time.now(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("core schedules no such action");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable action, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("core schedules no such action");
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
