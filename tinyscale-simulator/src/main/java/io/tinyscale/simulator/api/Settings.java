package io.tinyscale.simulator.api;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The configuration of one server.
 *
 * @param emptyExpiry when a meeting that nobody joined ends
 * @param leftExpiry when a meeting that everybody left ends
 * @param endDelay how long an ended meeting still answers
 * @param recordingState the state of new recordings
 * @param listsAllRecordings whether getRecordings is answered without a filter
 * @param groupedNumbers whether counts are written like {@code 1,234}
 * @param callbackRetries how long to wait before each further delivery of a meeting-ended callback
 */
public record Settings(
    String name,
    String secret,
    Profile profile,
    Set<String> algorithms,
    Duration emptyExpiry,
    Duration leftExpiry,
    Duration endDelay,
    boolean webhooks,
    String recordingState,
    boolean listsAllRecordings,
    boolean groupedNumbers,
    List<Duration> callbackRetries) {}
