package io.tinyscale.simulator.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A recording on a simulated server.
 *
 * @param recordId the internal id of the meeting it came from
 * @param meetingId the meeting's external id
 * @param state processing, processed, published, unpublished or deleted
 * @param startTime in milliseconds since 1970
 * @param endTime in milliseconds since 1970
 * @param metadata in the order given
 */
public record SimulatedRecording(
    String recordId,
    String meetingId,
    String name,
    String state,
    long startTime,
    long endTime,
    int participants,
    Map<String, String> metadata) {

  public SimulatedRecording {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  boolean published() {
    return state.equals("published");
  }

  boolean deleted() {
    return state.equals("deleted");
  }

  SimulatedRecording withState(String newState) {
    return new SimulatedRecording(
        recordId, meetingId, name, newState, startTime, endTime, participants, metadata);
  }

  SimulatedRecording withMetadata(Map<String, String> newMetadata) {
    return new SimulatedRecording(
        recordId, meetingId, name, state, startTime, endTime, participants, newMetadata);
  }
}
