package io.tinyscale.bench.load;

import org.HdrHistogram.Histogram;

/**
 * The result of a load.
 *
 * @param seconds from the first request to the last answer
 * @param answers number of right answers
 * @param wrong number of wrong and missing answers
 * @param firstWrong the first wrong answer, to find out why it was wrong; empty if there was none
 * @param latencies latencies of the right answers in nanoseconds
 */
public record Load(
    double seconds, long answers, long wrong, String firstWrong, Histogram latencies) {}
