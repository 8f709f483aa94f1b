package io.tinyscale.simulator.api;

import java.time.Duration;
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
 * @param callbackWaits what the waits between deliveries of callbacks are multiplied by
 * @param callbackTimeout how long a front end may take to answer the end of a meeting or a webhook
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
    HookSigning hookSigning,
    double callbackWaits,
    Duration callbackTimeout) {}
