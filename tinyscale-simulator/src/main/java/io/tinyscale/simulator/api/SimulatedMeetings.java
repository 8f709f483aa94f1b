package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Query;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The meetings and recordings of one simulated server. Tests change them here without the balancer.
 * Safe for many threads; the next answer shows a change.
 */
public final class SimulatedMeetings {
  private static final int MAX_LATELY = 1000;

  private final NavigableMap<String, SimulatedMeeting> byInternalId = new ConcurrentSkipListMap<>();
  private final Map<String, SimulatedMeeting> byVoiceBridge = new ConcurrentHashMap<>();
  private final Set<SimulatedMeeting> breakouts = ConcurrentHashMap.newKeySet();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final SimulatedRecordings recordings;
  private final Settings settings;
  private final InstantSource clock;
  private final Timer timer;
  private final Tokens tokens;
  private final MeetingEvents events;
  private final AtomicInteger nextVoiceBridge = new AtomicInteger(70_000);

  /**
   * Creation time of the newest removed meeting. A later meeting must not have the same internal
   * id.
   */
  private long youngestGone;

  /** The newest meeting of each id that has ended and whose events were kept. */
  private final Map<String, SimulatedMeeting> lately =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, SimulatedMeeting> eldest) {
              return size() > MAX_LATELY;
            }
          });

  /** The meeting and the user of a session token. */
  record Session(SimulatedMeeting meeting, Attendee attendee) {}

  /** The result of a create call. */
  record Creation(Kind kind, SimulatedMeeting meeting) {
    enum Kind {
      NEW,
      /** The meeting exists and the passwords agree. */
      DUPLICATE,
      /** The meeting exists with other passwords. */
      ID_TAKEN,
      /** Another meeting uses that voice bridge. */
      VOICE_BRIDGE_TAKEN
    }
  }

  SimulatedMeetings(
      Settings settings,
      SimulatedRecordings recordings,
      InstantSource clock,
      Timer timer,
      Tokens tokens,
      MeetingEvents events) {
    this.settings = settings;
    this.recordings = recordings;
    this.clock = clock;
    this.timer = timer;
    this.tokens = tokens;
    this.events = events;
  }

  /** Creates a meeting, or returns the existing meeting of that id. */
  public SimulatedMeeting create(String meetingId) {
    return create(meetingId, Map.of());
  }

  /**
   * Creates a meeting with further parameters of the create call, such as {@code name} or {@code
   * meta_x}.
   */
  public SimulatedMeeting create(String meetingId, Map<String, String> parameters) {
    List<Query.Parameter> list = new ArrayList<>();
    parameters.forEach((name, value) -> list.add(new Query.Parameter(name, value)));
    Creation creation = create(meetingId, new Query(list));
    if (creation.kind() == Creation.Kind.VOICE_BRIDGE_TAKEN) {
      throw new IllegalArgumentException("voice bridge taken: " + parameters.get("voiceBridge"));
    }
    return creation.meeting();
  }

  /** Performs a create call whose parameters are valid. */
  public synchronized Creation create(String meetingId, Query parameters) {
    Optional<SimulatedMeeting> existing = find(SimulatedMeeting.hashOf(meetingId));
    if (existing.isPresent()) {
      return new Creation(
          samePasswords(existing.get(), parameters)
              ? Creation.Kind.DUPLICATE
              : Creation.Kind.ID_TAKEN,
          existing.get());
    }
    Optional<String> wanted = parameters.first("voiceBridge").filter(v -> !v.isEmpty());
    if (wanted.isPresent() && byVoiceBridge.containsKey(wanted.get())) {
      return new Creation(Creation.Kind.VOICE_BRIDGE_TAKEN, byVoiceBridge.get(wanted.get()));
    }
    long createTime = Math.max(clock.millis(), youngestGone + 1);
    SimulatedMeeting meeting =
        new SimulatedMeeting(
            meetingId, createTime, parameters, wanted.orElseGet(this::freeVoiceBridge), tokens);
    byInternalId.put(meeting.internalId(), meeting);
    byVoiceBridge.put(meeting.voiceBridge(), meeting);
    if (meeting.isBreakout()) {
      breakouts.add(meeting);
    }
    endIfStillEmpty(
        meeting, expiry(meeting, "meetingExpireIfNoUserJoinedInMinutes", settings.emptyExpiry()));
    int minutes = meeting.givenNumber("duration");
    if (minutes > 0) {
      timer.after(Duration.ofMinutes(minutes), () -> end(meeting));
    }
    events.created(meeting);
    return new Creation(Creation.Kind.NEW, meeting);
  }

  private String freeVoiceBridge() {
    String bridge = String.valueOf(nextVoiceBridge.getAndIncrement());
    while (byVoiceBridge.containsKey(bridge)) {
      bridge = String.valueOf(nextVoiceBridge.getAndIncrement());
    }
    return bridge;
  }

  /** Whether both passwords are given and equal, or neither is given. */
  private static boolean samePasswords(SimulatedMeeting meeting, Query parameters) {
    String attendee = parameters.first("attendeePW").orElse("");
    String moderator = parameters.first("moderatorPW").orElse("");
    return attendee.isEmpty() && moderator.isEmpty()
        || attendee.equals(meeting.attendeePassword())
            && moderator.equals(meeting.moderatorPassword());
  }

  /**
   * Adds a user to a meeting and returns the user's id.
   *
   * @param role {@code moderator} or {@code viewer}, in any case
   * @throws IllegalArgumentException if there is no such meeting
   */
  public String join(String meetingId, String fullName, String role) {
    SimulatedMeeting meeting =
        get(meetingId)
            .orElseThrow(() -> new IllegalArgumentException("no such meeting: " + meetingId));
    return join(meeting, fullName, role, Optional.empty(), false, Map.of()).internalId();
  }

  Attendee join(
      SimulatedMeeting meeting,
      String fullName,
      String role,
      Optional<String> externalId,
      boolean guest,
      Map<String, String> customData) {
    String id = tokens.userId();
    Attendee attendee =
        new Attendee(
            id,
            externalId.orElse(id),
            fullName,
            role.toUpperCase(Locale.ROOT),
            guest,
            tokens.sessionToken(),
            tokens.letters(12),
            customData);
    meeting.enter(attendee, clock.millis());
    sessions.put(attendee.sessionToken(), new Session(meeting, attendee));
    events.joined(meeting, attendee);
    return attendee;
  }

  /** Removes the users with that full name or user id; returns whether there was any. */
  public boolean leave(String meetingId, String fullNameOrUserId) {
    return get(meetingId).filter(meeting -> leave(meeting, fullNameOrUserId)).isPresent();
  }

  boolean leave(SimulatedMeeting meeting, String who) {
    List<Attendee> left = meeting.leave(who);
    if (!left.isEmpty()) {
      left.forEach(attendee -> events.left(meeting, attendee));
      sessions.values().removeIf(s -> s.meeting() == meeting && !meeting.holds(s.attendee()));
      endIfStillEmpty(
          meeting,
          expiry(meeting, "meetingExpireWhenLastUserLeftInMinutes", settings.leftExpiry()));
    }
    return !left.isEmpty();
  }

  /** The value of the create call in minutes, otherwise the server's setting. */
  private static Duration expiry(SimulatedMeeting meeting, String parameter, Duration otherwise) {
    int minutes = meeting.givenNumber(parameter);
    return minutes > 0 ? Duration.ofMinutes(minutes) : otherwise;
  }

  private void endIfStillEmpty(SimulatedMeeting meeting, Duration after) {
    long since = meeting.changes();
    if (meeting.stillEmpty(since)) {
      timer.after(
          after,
          () -> {
            if (meeting.stillEmpty(since)) {
              end(meeting);
            }
          });
    }
  }

  /** Ends a meeting as an end call does; returns whether the meeting existed. */
  public boolean end(String meetingId) {
    Optional<SimulatedMeeting> meeting = get(meetingId);
    meeting.ifPresent(this::end);
    return meeting.isPresent();
  }

  /**
   * Ends a meeting and its breakout rooms. With an end delay the server still answers about it for
   * a while.
   */
  void end(SimulatedMeeting meeting) {
    if (!meeting.end(clock.millis())) {
      return;
    }
    breakoutsOf(meeting).forEach(this::end);
    if (settings.endDelay().isZero()) {
      remove(meeting);
    } else {
      timer.after(settings.endDelay(), () -> remove(meeting));
    }
    events.ended(meeting);
    if (meeting.keepsEvents()) {
      lately.put(meeting.meetingId(), meeting);
      events.analyzed(meeting);
    }
    if (meeting.isRecorded()) {
      SimulatedRecording recording = recordings.addOf(meeting, settings.recordingState());
      if (recording.published()) {
        events.published(recording);
      }
    }
  }

  /**
   * Sends the analytics of a meeting that has ended once more; returns whether the server still
   * knows what happened in a meeting of that id.
   */
  public boolean sendAnalytics(String meetingId) {
    SimulatedMeeting meeting = lately.get(meetingId);
    if (meeting == null) {
      return false;
    }
    events.analyzed(meeting);
    return true;
  }

  private synchronized void remove(SimulatedMeeting meeting) {
    youngestGone = Math.max(youngestGone, meeting.createTime());
    byInternalId.remove(meeting.internalId());
    byVoiceBridge.remove(meeting.voiceBridge());
    breakouts.remove(meeting);
    sessions.values().removeIf(session -> session.meeting() == meeting);
  }

  /** Removes all meetings without ending them, as a crash does; recordings stay. */
  public synchronized void crash() {
    for (SimulatedMeeting meeting : all()) {
      remove(meeting);
    }
  }

  /** Whether a meeting of exactly that external id exists and is not ended. */
  public boolean contains(String meetingId) {
    return get(meetingId).filter(meeting -> !meeting.ended()).isPresent();
  }

  /** The meeting of exactly that external id. An ended meeting is found until it is removed. */
  public Optional<SimulatedMeeting> get(String meetingId) {
    return find(SimulatedMeeting.hashOf(meetingId));
  }

  /** Number of meetings, ended ones that are not removed yet included. */
  public int size() {
    return byInternalId.size();
  }

  /** All meetings, in no useful order. */
  public List<SimulatedMeeting> all() {
    return List.copyOf(byInternalId.values());
  }

  /**
   * Looks up as the server does: first as the beginning of an internal id, then as an external id.
   * So a short id of hex digits may find another meeting.
   */
  Optional<SimulatedMeeting> lookUp(String id) {
    return find(id).or(() -> find(SimulatedMeeting.hashOf(id)));
  }

  private Optional<SimulatedMeeting> find(String prefixOfInternalId) {
    Map.Entry<String, SimulatedMeeting> entry = byInternalId.ceilingEntry(prefixOfInternalId);
    return entry != null && entry.getKey().startsWith(prefixOfInternalId)
        ? Optional.of(entry.getValue())
        : Optional.empty();
  }

  Optional<Session> session(String token) {
    return Optional.ofNullable(sessions.get(token));
  }

  List<SimulatedMeeting> breakoutsOf(SimulatedMeeting parent) {
    return breakouts.stream()
        .filter(m -> m.given("parentMeetingID").flatMap(this::lookUp).orElse(null) == parent)
        .toList();
  }

  /** Adds a published recording of a meeting that need not have existed, and returns it. */
  public SimulatedRecording addRecording(String meetingId) {
    return addRecording(meetingId, "published", Map.of());
  }

  /**
   * Adds a recording that starts now.
   *
   * @param state processing, processed, published, unpublished or deleted
   */
  public SimulatedRecording addRecording(
      String meetingId, String state, Map<String, String> metadata) {
    return addRecording(meetingId, meetingId, state, clock.millis(), metadata);
  }

  /**
   * Publishes a recording and announces it, as the scripts of a real server do when they have
   * processed it. A recording that is published already is announced once more, as happens when a
   * second format of it is ready. A deleted recording stays deleted. Returns whether there is such
   * a recording.
   */
  public boolean publishRecording(String recordId) {
    recordings.change(
        recordId, recording -> recording.deleted() ? recording : recording.withState("published"));
    Optional<SimulatedRecording> recording = recordings.get(recordId);
    recording.ifPresent(events::published);
    return recording.isPresent();
  }

  /** Adds a recording with a name and a start time in milliseconds since 1970. */
  public SimulatedRecording addRecording(
      String meetingId, String name, String state, long startTime, Map<String, String> metadata) {
    return recordings.add(meetingId, name, state, startTime, metadata);
  }

  /** All recordings in the order of their ids, deleted ones included. */
  public List<SimulatedRecording> recordings() {
    return recordings.all();
  }
}
