package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Hashes;
import io.tinyscale.simulator.http.Query;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A meeting on a simulated server. The parameters of create never change; the users and the end do.
 * Safe for many threads.
 */
public final class SimulatedMeeting {
  private final String meetingId;
  private final String internalId;
  private final long createTime;
  private final Query parameters;
  private final String voiceBridge;
  private final String attendeePassword;
  private final String moderatorPassword;
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private final Map<String, Attendee> attendees = new LinkedHashMap<>();
  private final List<Attendee> everybody = new ArrayList<>();
  private final List<String> chatMessages = new ArrayList<>();
  private int documents;
  private boolean userJoined;
  private long startTime;
  private long endTime;

  /** Counts joins and leaves, so that a timer can tell whether the meeting stayed empty. */
  private long changes;

  SimulatedMeeting(
      String meetingId, long createTime, Query parameters, String voiceBridge, Tokens tokens) {
    this.meetingId = meetingId;
    this.internalId = hashOf(meetingId) + "-" + createTime;
    this.createTime = createTime;
    this.parameters = parameters;
    this.voiceBridge = voiceBridge;
    this.attendeePassword = given("attendeePW").orElseGet(tokens::password);
    this.moderatorPassword = given("moderatorPW").orElseGet(tokens::password);
    for (Query.Parameter parameter : parameters.parameters()) {
      if (parameter.name().startsWith("meta_")) {
        String name = parameter.name().substring(5).toLowerCase(Locale.ROOT);
        metadata.putIfAbsent(name, parameter.value());
      }
    }
  }

  /** The hash that every internal meeting id begins with: SHA-1 of the external id alone. */
  static String hashOf(String meetingId) {
    return Hashes.hex("SHA-1", meetingId.getBytes(StandardCharsets.UTF_8));
  }

  /** A non-empty parameter of the create call. */
  Optional<String> given(String parameter) {
    return parameters.first(parameter).map(String::strip).filter(value -> !value.isEmpty());
  }

  int givenNumber(String parameter) {
    return given(parameter).filter(n -> n.matches("\\d{1,9}")).map(Integer::parseInt).orElse(0);
  }

  /** The external id. */
  public String meetingId() {
    return meetingId;
  }

  /** SHA-1 of the external id, a dash and the creation time. The recording has the same id. */
  public String internalId() {
    return internalId;
  }

  /** Milliseconds since 1970. */
  public long createTime() {
    return createTime;
  }

  public String name() {
    return given("name").orElse(meetingId);
  }

  public String voiceBridge() {
    return voiceBridge;
  }

  public String attendeePassword() {
    return attendeePassword;
  }

  public String moderatorPassword() {
    return moderatorPassword;
  }

  /** The {@code meta_} parameters without that prefix, in lower case. */
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /** The metadata in the given order. */
  Map<String, String> orderedMetadata() {
    return metadata;
  }

  public boolean isBreakout() {
    return given("isBreakout").filter("true"::equals).isPresent();
  }

  boolean isRecorded() {
    return given("record").filter("true"::equals).isPresent();
  }

  /** Whether the server keeps what happened in the meeting, and can make analytics of it. */
  boolean keepsEvents() {
    return isRecorded() || given("meetingKeepEvents").filter("true"::equals).isPresent();
  }

  /** Full names of the users in the meeting, in the order they joined. */
  public synchronized List<String> fullNames() {
    return attendees.values().stream().map(Attendee::fullName).toList();
  }

  synchronized Collection<Attendee> attendees() {
    return List.copyOf(attendees.values());
  }

  /** Everybody who was in the meeting at some time, in the order they joined. */
  synchronized List<Attendee> everybody() {
    return List.copyOf(everybody);
  }

  synchronized boolean holds(Attendee attendee) {
    return attendees.containsKey(attendee.internalId());
  }

  /** Number of documents inserted after create; each repeat adds them again. */
  public synchronized int documents() {
    return documents;
  }

  synchronized void addDocuments(int count) {
    documents += count;
  }

  /** The messages of sendChatMessage, each with its sender in front. */
  public synchronized List<String> chatMessages() {
    return List.copyOf(chatMessages);
  }

  synchronized void addChatMessage(String message) {
    chatMessages.add(message);
  }

  /** Whether at least one user is inside. */
  public synchronized boolean running() {
    return !attendees.isEmpty();
  }

  /** Whether it was ended. The server may still answer about it for a while. */
  public synchronized boolean ended() {
    return endTime > 0;
  }

  synchronized boolean userJoined() {
    return userJoined;
  }

  synchronized long startTime() {
    return startTime;
  }

  public synchronized long endTime() {
    return endTime;
  }

  synchronized long changes() {
    return changes;
  }

  /**
   * Whether the meeting is empty and nobody joined or left since {@link #changes} was that number.
   */
  synchronized boolean stillEmpty(long since) {
    return changes == since && attendees.isEmpty() && endTime == 0;
  }

  synchronized void enter(Attendee attendee, long now) {
    attendees.put(attendee.internalId(), attendee);
    everybody.add(attendee);
    userJoined = true;
    changes++;
    if (startTime == 0) {
      startTime = now;
    }
  }

  /** Removes the users with that user id or full name and returns them. */
  synchronized List<Attendee> leave(String who) {
    List<Attendee> left =
        attendees.values().stream()
            .filter(
                a ->
                    a.internalId().equals(who)
                        || a.externalId().equals(who)
                        || a.fullName().equals(who))
            .toList();
    if (!left.isEmpty()) {
      attendees.values().removeAll(left);
      changes++;
    }
    return left;
  }

  /** Ends the meeting; returns false if it was ended before. */
  synchronized boolean end(long now) {
    if (endTime > 0) {
      return false;
    }
    endTime = now;
    attendees.clear();
    changes++;
    return true;
  }

  @Override
  public String toString() {
    return "meeting " + internalId;
  }
}
