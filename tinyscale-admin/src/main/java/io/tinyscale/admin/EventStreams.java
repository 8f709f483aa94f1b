package io.tinyscale.admin;

import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.observe.RecentEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams that tell pages what is new. The status is made once for all of them. Thread-safe.
 */
final class EventStreams {

  /** Beyond it listeners are refused. */
  static final int MOST = 32;

  /** A page takes five seconds of silence for a lost connection. */
  private static final long STILL = Duration.ofMillis(1_900).toNanos();

  private static final long LONGEST = Duration.ofHours(12).toNanos();
  private static final long PATIENCE = Duration.ofMinutes(1).toNanos();
  private static final int MOST_EVENTS = 100;

  private final Snapshots snapshots;
  private final RecentEvents events;
  private final Logins logins;
  private final LongSupplier nanoClock;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final AdminCounts counts;
  private volatile boolean stopped;

  /** Of the last status that was told, without its time; only the ticking thread touches it. */
  private String lastTold = "";

  EventStreams(
      Snapshots snapshots,
      RecentEvents events,
      Logins logins,
      AdminCounts counts,
      LongSupplier nanoClock) {
    this.counts = counts;
    this.snapshots = snapshots;
    this.events = events;
    this.logins = logins;
    this.nanoClock = nanoClock;
  }

  /** Opens one. */
  HttpAnswer open(AdminRequest request) throws Refusal {
    if (stopped) {
      throw new Refusal(Problem.stopping());
    }
    if (!counts.openStream(MOST)) {
      throw new Refusal(
          new Problem(
                  503,
                  "too-many-streams",
                  "Too many streams",
                  "There are " + MOST + " streams already.")
              .with("Retry-After", "5"));
    }
    EventStream[] opened = new EventStream[1];
    Runnable gone =
        () -> {
          counts.closeStream();
          streams.remove(opened[0]);
        };
    byte[] first;
    try {
      first = message("status", text(snapshots.now()));
    } catch (RuntimeException | Error bug) {
      counts.closeStream();
      throw bug;
    }
    EventStream stream =
        new EventStream(
            request.token(), nanoClock.getAsLong(), first, events.last(), this::eventsAfter, gone);
    opened[0] = stream;
    streams.add(stream);
    if (stopped) {
      stream.end();
    }
    return Answers.with(
        Answers.answer(200, "text/event-stream", new Body(-1, stream)),
        List.of(new Header("X-Accel-Buffering", "no")));
  }

  private String text(Snapshot now) {
    return Answers.text(
        json -> {
          snapshots.writeStatus(json, now);
          ServerJson.writeAll(json, now);
        });
  }

  private static byte[] message(String event, String data) {
    return ("event: " + event + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private EventStream.@Nullable Told eventsAfter(long id) {
    List<RecentEvents.Event> next = events.after(id, MOST_EVENTS);
    if (next.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (RecentEvents.Event event : next) {
      text.append("event: log\ndata: ")
          .append(Answers.text(json -> EventJson.write(json, event)))
          .append("\n\n");
    }
    return new EventStream.Told(
        text.toString().getBytes(StandardCharsets.UTF_8), next.get(next.size() - 1).id());
  }

  /** To be called about once a second, on one thread. */
  void tick() {
    if (streams.isEmpty()) {
      return;
    }
    long time = nanoClock.getAsLong();
    Snapshot now = snapshots.now();
    String status = text(now);
    String comparable = status.replace(Answers.text(now.time()), "");
    boolean isNew = !comparable.equals(lastTold);
    lastTold = comparable;
    byte[] message = isNew ? message("status", status) : new byte[0];
    for (EventStream stream : streams) {
      if (!logins.isValid(stream.token())
          || stream.age(time) > LONGEST
          || stream.silence(time) > PATIENCE) {
        stream.end();
        continue;
      }
      if (isNew) {
        stream.offer(message);
      }
      stream.look(time, stream.silence(time) >= STILL);
    }
  }

  /** Ends all, and opens none any more. */
  void stop() {
    stopped = true;
    streams.forEach(EventStream::end);
  }
}
