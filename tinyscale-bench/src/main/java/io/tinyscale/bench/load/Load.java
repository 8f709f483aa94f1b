package io.tinyscale.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What a load has come to.
 *
 * @param seconds from the first request to the last answer
 * @param answers how many were right
 * @param wrong how many were not, or did not come at all
 * @param firstWrong the first of those, for whoever has to find out why; else empty
 * @param latencies nanoseconds of the right answers
 */
public record Load(
    double seconds, long answers, long wrong, String firstWrong, Histogram latencies) {}
