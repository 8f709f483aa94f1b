package io.tinyscale.bench.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks the state after the last fault: every server is in use, and every meeting is found on its
 * server. Asks tinyscale as a front end does and compares the answers with those of the servers.
 */
final class Healing {

  private static final String RULE = "healed";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<ServerProcess> servers;
  private final Probe probe;

  /** Asks tinyscale. */
  @FunctionalInterface
  interface Probe {
    Reply call(String call, String query);
  }

  Healing(List<ServerProcess> servers, Probe probe) {
    this.servers = servers;
    this.probe = probe;
  }

  /** Gives tinyscale time to recover and returns what is still wrong then. */
  List<Violation> await() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Violation> violations = violations();
    while (!violations.isEmpty() && System.nanoTime() < deadline) {
      Pause.millis(200);
      violations = violations();
    }
    return violations;
  }

  private List<Violation> violations() {
    Map<String, List<String>> live = new TreeMap<>();
    for (ServerProcess server : servers) {
      for (Reply.Listed meeting : server.meetings()) {
        live.computeIfAbsent(meeting.meetingId(), id -> new ArrayList<>())
            .add(meeting.internalId());
      }
    }
    List<Violation> violations = new ArrayList<>();
    Reply list = probe.call("getMeetings", "");
    if (!list.succeeded() || list.isPartial()) {
      violations.add(Violation.of(RULE, "a server is still left out: " + list.summary()));
      return violations;
    }
    Map<String, String> listed = new HashMap<>();
    list.meetings().forEach(meeting -> listed.put(meeting.meetingId(), meeting.internalId()));
    if (!listed.keySet().equals(live.keySet())) {
      violations.add(
          Violation.of(RULE, "the list is not what the servers hold", listed.keySet(), live));
    }
    live.forEach(
        (meetingId, copies) -> {
          Reply info = probe.call("getMeetingInfo", "meetingID=" + meetingId);
          if (!copies.contains(info.text("internalMeetingID"))) {
            violations.add(Violation.of(RULE, meetingId + " is not found: " + info.summary()));
          }
        });
    return violations;
  }
}
