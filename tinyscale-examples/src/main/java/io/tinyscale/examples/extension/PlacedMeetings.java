package io.tinyscale.examples.extension;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the meetings that each server got, and writes the count to the log. Thread-safe. */
public final class PlacedMeetings implements GatewayObserver {

  private static final Logger LOG = System.getLogger(PlacedMeetings.class.getName());

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public PlacedMeetings() {}

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    LongAdder count = counts.computeIfAbsent(server.name(), name -> new LongAdder());
    count.increment();
    LOG.log(Level.INFO, "{0} has got {1} meetings", server.name(), count.sum());
  }

  /** How many meetings a server has got. */
  public long placedOn(String server) {
    LongAdder count = counts.get(server);
    return count == null ? 0 : count.sum();
  }
}
