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
 * What a server did, line by line in a file, for those who judge afterwards whether a balancer kept
 * its word. A line is a time in microseconds since 1970, an event and {@code name=value} pairs,
 * values encoded as in a URL. Each line is handed to the system at once, so that it outlives a
 * killed process. Safe for many threads.
 *
 * <p>A meeting is told as made once it is there, and as ended with the time before it goes: what
 * the file says of a meeting's life is never longer than the truth.
 */
final class Journal implements MeetingEvents, AutoCloseable {
  /** Writes nothing. */
  static final Journal NONE = new Journal(null);

  // No channel: an interrupt of the thread that writes would close it for all.
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
   * A request has come whose head was read.
   *
   * @return what to name it by when it is answered
   */
  long arrived(HttpRequest request, String call) {
    if (file == null) {
      return 0;
    }
    long number = requests.incrementAndGet();
    String meetingId = Query.parse(request.rawQuery()).first("meetingID").orElse("");
    write(
        now(),
        "arrived request=" + number + " call=" + encode(call) + " meeting=" + encode(meetingId));
    return number;
  }

  /** It is decided how a request will be answered, and what it was to do is done. */
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

  /** The end of the meeting, which the journal has, says enough. */
  @Override
  public void recorded(SimulatedMeeting meeting, SimulatedRecording recording) {}

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
