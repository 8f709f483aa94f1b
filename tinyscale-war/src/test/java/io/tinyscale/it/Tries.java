package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** What is to be done within a time, on a machine that may be busy just then. */
final class Tries {

  private Tries() {}

  /** Tries up to three times, until it takes less time than this. */
  static void assertOneOfThree(Callable<Duration> attempt, Duration limit) throws Exception {
    List<Duration> took = new ArrayList<>(List.of(attempt.call()));
    while (took.size() < 3 && took.get(took.size() - 1).compareTo(limit) >= 0) {
      took.add(attempt.call());
    }
    assertThat(took).anyMatch(duration -> duration.compareTo(limit) < 0);
  }
}
