package io.tinyscale.simulator.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The recordings of one server by id. Safe for many threads. */
final class SimulatedRecordings {
  private final NavigableMap<String, SimulatedRecording> byId = new TreeMap<>();

  synchronized SimulatedRecording add(
      String meetingId, String name, String state, long startTime, Map<String, String> metadata) {
    String hash = SimulatedMeeting.hashOf(meetingId);
    long time = startTime;
    while (byId.containsKey(hash + "-" + time)) {
      time++;
    }
    Map<String, String> all = new LinkedHashMap<>();
    all.put("meetingId", meetingId);
    all.put("meetingName", name);
    all.putAll(metadata);
    return put(
        new SimulatedRecording(
            hash + "-" + time, meetingId, name, state, time, time + 3_600_000, 1, all));
  }

  /** Adds the recording of a meeting that has ended. */
  synchronized SimulatedRecording addOf(SimulatedMeeting meeting, String state) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("meetingId", meeting.meetingId());
    metadata.put("meetingName", meeting.name());
    metadata.put("isBreakout", String.valueOf(meeting.isBreakout()));
    metadata.putAll(meeting.orderedMetadata());
    return put(
        new SimulatedRecording(
            meeting.internalId(),
            meeting.meetingId(),
            meeting.name(),
            state,
            meeting.createTime(),
            meeting.endTime(),
            meeting.userJoined() ? 1 : 0,
            metadata));
  }

  private SimulatedRecording put(SimulatedRecording recording) {
    byId.put(recording.recordId(), recording);
    return recording;
  }

  synchronized List<SimulatedRecording> all() {
    return List.copyOf(byId.values());
  }

  /** The recordings whose id starts with the prefix. */
  synchronized List<SimulatedRecording> startingWith(String prefix) {
    return byId.tailMap(prefix, true).values().stream()
        .takeWhile(recording -> recording.recordId().startsWith(prefix))
        .toList();
  }

  /** The recording of exactly that id, unless it was deleted. */
  synchronized Optional<SimulatedRecording> get(String recordId) {
    return Optional.ofNullable(byId.get(recordId)).filter(recording -> !recording.deleted());
  }

  /** Changes a recording and returns it; empty if there is none of exactly that id. */
  synchronized Optional<SimulatedRecording> change(
      String recordId, UnaryOperator<SimulatedRecording> change) {
    return Optional.ofNullable(
        byId.computeIfPresent(recordId, (id, recording) -> change.apply(recording)));
  }
}
