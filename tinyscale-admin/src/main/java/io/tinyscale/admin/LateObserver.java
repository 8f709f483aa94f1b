package io.tinyscale.admin;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Located;
import io.tinyscale.observe.ReadSource;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps events until the observer that counts them is there, and hands them on then: each event
 * reaches it once. Its library is loaded after the first answer, so that the start does not wait
 * for it. Beyond a bound events are not kept: the library is loaded before so many come, or never.
 * Thread-safe.
 */
final class LateObserver implements GatewayObserver {

  /** Several times what a machine does in the second before the library is loaded. */
  static final int MOST_EARLY = 200_000;

  private final Queue<Consumer<EventCounts>> early = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kept = new AtomicInteger();
  private volatile @Nullable EventCounts counting;

  /** Hands everything to this observer, what has happened already as well; to be called once. */
  void handTo(EventCounts observer) {
    counting = observer;
    handOn(observer);
  }

  private void keep(Consumer<EventCounts> event) {
    if (kept.incrementAndGet() > MOST_EARLY) {
      kept.decrementAndGet();
      return;
    }
    early.add(event);
    // The observer may have come since it was looked for.
    EventCounts observer = counting;
    if (observer != null) {
      handOn(observer);
    }
  }

  private void handOn(EventCounts observer) {
    Consumer<EventCounts> event = early.poll();
    while (event != null) {
      kept.decrementAndGet();
      event.accept(observer);
      event = early.poll();
    }
  }

  private void tell(Consumer<EventCounts> event) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(event);
    } else {
      event.accept(observer);
    }
  }

  // Calls tell these. A lambda for either case would be one more object each time.

  @Override
  public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.callAnswered(call, tenant, outcome, nanos));
    } else {
      observer.callAnswered(call, tenant, outcome, nanos);
    }
  }

  @Override
  public void answerEnded(ApiCall call, long nanos, long bytes) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.answerEnded(call, nanos, bytes));
    } else {
      observer.answerEnded(call, nanos, bytes);
    }
  }

  @Override
  public void bodyReceived(long bytes) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.bodyReceived(bytes));
    } else {
      observer.bodyReceived(bytes);
    }
  }

  @Override
  public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.attemptEnded(server, call, outcome, nanos));
    } else {
      observer.attemptEnded(server, call, outcome, nanos);
    }
  }

  @Override
  public void joined(Server server) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.joined(server));
    } else {
      observer.joined(server);
    }
  }

  @Override
  public void readServed(ReadSource source) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.readServed(source));
    } else {
      observer.readServed(source);
    }
  }

  @Override
  public void located(Located result) {
    EventCounts observer = counting;
    if (observer == null) {
      keep(late -> late.located(result));
    } else {
      observer.located(result);
    }
  }

  @Override
  public void swept(Server server, SweepOutcome outcome, Duration duration) {
    // When a sweep ended is a part of what is counted.
    long millis = System.currentTimeMillis();
    tell(late -> late.swept(server, outcome, duration, millis));
  }

  @Override
  public void serverEjected(Server server, Duration time, String cause) {
    tell(late -> late.serverEjected(server, time, cause));
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    tell(late -> late.meetingPlaced(meetingId, server));
  }

  @Override
  public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
    tell(late -> late.meetingLeftoverEnded(meetingId, server, live));
  }

  @Override
  public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
    tell(late -> late.createConfirmed(meetingId, made, kept, result));
  }

  @Override
  public void claimed(ClaimResult result) {
    tell(late -> late.claimed(result));
  }

  @Override
  public void storeAsked(long nanos, boolean answered) {
    tell(late -> late.storeAsked(nanos, answered));
  }

  @Override
  public void listPartial(ApiCall call, int missing, int asked) {
    tell(late -> late.listPartial(call, missing, asked));
  }

  @Override
  public void poolChanged(PoolChange change) {
    long millis = System.currentTimeMillis();
    tell(late -> late.poolChanged(millis));
  }

  @Override
  public void poolUnchanged() {
    tell(EventCounts::poolUnchanged);
  }

  @Override
  public void poolRefused(List<String> problems) {
    tell(late -> late.poolRefused(problems));
  }

  @Override
  public void poolReloadFailed(Throwable bug) {
    tell(late -> late.poolReloadFailed(bug));
  }

  @Override
  public void webhooksAligned(Server server, int registered, int destroyed) {
    tell(late -> late.webhooksAligned(server, registered, destroyed));
  }

  @Override
  public void observerFailed(Class<?> observer, Throwable bug) {
    tell(late -> late.observerFailed(observer, bug));
  }

  @Override
  public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    tell(late -> late.bug(call, bug, trace));
  }
}
