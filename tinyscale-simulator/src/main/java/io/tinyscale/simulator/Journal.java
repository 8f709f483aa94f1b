package io.tinyscale.simulator;

import io.tinyscale.simulator.api.Attendee;
import io.tinyscale.simulator.api.MeetingEvents;
import io.tinyscale.simulator.api.SimulatedMeeting;
import io.tinyscale.simulator.api.SimulatedRecording;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Query;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file in which a server writes what it does. Programs read it afterwards to check whether a
 * balancer kept its promises. A line has a time in microseconds since 1970, an event and {@code
 * name=value} pairs; values are encoded as in a URL. Each line is written at once, so that it
 * survives a kill of the process. Safe for many threads.
 *
 * <p>The line about a create is written after the meeting is made. The line about an end has the
 * time before the meeting is removed. So a meeting never lived shorter than the file says.
 */
final class Journal implements MeetingEvents, AutoCloseable {
  /** Names the call that a request was sent for, if its sender says so. */
  private static final String REQUEST_ID = "X-Request-ID";

  /** Writes nothing. */
  static final Journal NONE = new Journal(null);

  // Not a channel: an interrupt of a writing thread would close a channel for all threads.
  private final @Nullable OutputStream file;
  private final AtomicLong requests = new AtomicLong();

  private Journal(@Nullable OutputStream file) {
    this.file = file;
  }

  /** Appends to this file. */
  static Journal to(Path path) throws IOException {
    Journal journal = new Journal(new FileOutputStream(path.toFile(), true));
    journal.write(now(), "started pid=" + ProcessHandle.current().pid());
    return journal;
  }

  /**
   * Records that a request has arrived and its head was read.
   *
   * @return the number of the request, for {@link #decided}
   */
  long arrived(HttpRequest request, String call) {
    if (file == null) {
      return 0;
    }
    long number = requests.incrementAndGet();
    String meetingId = Query.parse(request.rawQuery()).first("meetingID").orElse("");
    write(
        now(),
        "arrived request="
            + number
            + " call="
            + encode(call)
            + " meeting="
            + encode(meetingId)
            + " id="
            + encode(request.head().headers().first(REQUEST_ID).orElse("")));
    return number;
  }

  /** Records that a request was carried out and its answer is decided. */
  void decided(long number, Optional<Fault> fault) {
    if (file != null) {
      write(
          now(),
          "decided request="
              + number
              + " fault="
              + fault.map(f -> f.getClass().getSimpleName()).orElse(""));
    }
  }

  @Override
  public void created(SimulatedMeeting meeting) {
    meeting(now(), "created", meeting);
  }

  @Override
  public void joined(SimulatedMeeting meeting, Attendee attendee) {
    meeting(now(), "joined", meeting);
  }

  @Override
  public void ended(SimulatedMeeting meeting) {
    meeting(meeting.endTime() * 1000, "ended", meeting);
  }

  /** Writes nothing, and neither do the methods below: the end of the meeting is enough. */
  @Override
  public void left(SimulatedMeeting meeting, Attendee attendee) {}

  @Override
  public void analyzed(SimulatedMeeting meeting) {}

  @Override
  public void published(SimulatedRecording recording) {}

  @Override
  public void changed(SimulatedRecording recording) {}

  private void meeting(long micros, String event, SimulatedMeeting meeting) {
    if (file != null) {
      write(
          micros,
          event
              + " meeting="
              + encode(meeting.meetingId())
              + " internal="
              + encode(meeting.internalId()));
    }
  }

  private void write(long micros, String event) {
    if (file == null) {
      return;
    }
    try {
      file.write((micros + " " + event + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // Every line is in the file already.
      }
    }
  }
}
