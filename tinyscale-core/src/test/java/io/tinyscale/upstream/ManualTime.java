package io.tinyscale.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Time that passes only when a test says so: a clock and the timer that goes by it. What is due
 * runs on the thread that advances the time. Thread-safe.
 */
public final class ManualTime extends AbstractExecutorService implements ScheduledExecutorService {

  private final List<Alarm> alarms = new ArrayList<>();

  /** Not 0, and near the end of the scale: code must not rely on the origin of a nano clock. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();

  /** The clock. */
  public synchronized long nanos() {
    return now;
  }

  /** Lets time pass and runs what becomes due, in order. */
  public void advance(Duration time) {
    long end = nanos() + time.toNanos();
    for (Optional<Alarm> due = next(end); due.isPresent(); due = next(end)) {
      due.get().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  /** How many alarms are set. */
  public synchronized int alarms() {
    alarms.removeIf(FutureTask::isDone);
    return alarms.size();
  }

  private synchronized Optional<Alarm> next(long end) {
    alarms.removeIf(FutureTask::isDone);
    Optional<Alarm> first =
        alarms.stream()
            .filter(alarm -> alarm.at - end <= 0)
            .min(Comparator.comparingLong(alarm -> alarm.at - end));
    first.ifPresent(
        alarm -> {
          alarms.remove(alarm);
          now = alarm.at - now > 0 ? alarm.at : now;
        });
    return first;
  }

  @Override
  public synchronized ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
    Alarm alarm = new Alarm(action, now + unit.toNanos(delay));
    alarms.add(alarm);
    return alarm;
  }

  private final class Alarm extends FutureTask<Void> implements ScheduledFuture<Void> {

    private final long at;

    Alarm(Runnable action, long at) {
      super(action, null);
      this.at = at;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable action, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable action, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable action) {
    action.run();
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
