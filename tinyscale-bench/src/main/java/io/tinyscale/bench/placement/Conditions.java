package io.tinyscale.bench.placement;

import io.tinyscale.placement.ExpectedLoadSettings;
import java.time.Duration;

/**
 * What happens apart from the meetings, and how tinyscale is set up.
 *
 * @param balancers how many balancers share the creates
 * @param sweepSeconds the pause between two sweeps of a server
 * @param lostSweeps the share of sweeps without an answer
 * @param restarts what becomes of the balancers at noon
 * @param serverFails whether a server fails each Tuesday before noon and returns after it
 * @param idsRecur whether series keep their meetingIDs
 * @param hints whether creates say how many people are expected
 * @param weights how well the operator knows what the servers carry
 * @param settings what expected load assumes
 */
record Conditions(
    int balancers,
    int sweepSeconds,
    double lostSweeps,
    Restarts restarts,
    boolean serverFails,
    boolean idsRecur,
    boolean hints,
    Weights weights,
    ExpectedLoadSettings settings) {

  /** Whether balancers start again each day. */
  enum Restarts {
    NEVER,
    /** Each day, and what was learned of earlier meetings is gone. */
    FORGETFUL,
    /** Each day, and what was learned of earlier meetings was kept. */
    KEEPING_HISTORY
  }

  /** How the weights of tinyscale's pool file compare with the capacities. */
  enum Weights {
    RIGHT,
    /** Each of them up to 30 % too high or too low. */
    ROUGH,
    /** All the same. */
    EQUAL
  }

  /** One balancer, a sweep every 10 s, nothing fails. */
  static final Conditions USUAL =
      new Conditions(
          1,
          10,
          0,
          Restarts.NEVER,
          false,
          true,
          false,
          Weights.RIGHT,
          ExpectedLoadSettings.DEFAULT);

  Conditions withBalancers(int count) {
    return new Conditions(
        count, sweepSeconds, lostSweeps, restarts, serverFails, idsRecur, hints, weights, settings);
  }

  Conditions withSweepSeconds(int seconds) {
    return new Conditions(
        balancers, seconds, lostSweeps, restarts, serverFails, idsRecur, hints, weights, settings);
  }

  Conditions withLostSweeps(double share) {
    return new Conditions(
        balancers, sweepSeconds, share, restarts, serverFails, idsRecur, hints, weights, settings);
  }

  Conditions withRestarts(Restarts other) {
    return new Conditions(
        balancers,
        sweepSeconds,
        lostSweeps,
        other,
        serverFails,
        idsRecur,
        hints,
        weights,
        settings);
  }

  Conditions withFailingServer() {
    return new Conditions(
        balancers, sweepSeconds, lostSweeps, restarts, true, idsRecur, hints, weights, settings);
  }

  Conditions withFreshIds() {
    return new Conditions(
        balancers,
        sweepSeconds,
        lostSweeps,
        restarts,
        serverFails,
        false,
        hints,
        weights,
        settings);
  }

  Conditions withHints() {
    return new Conditions(
        balancers,
        sweepSeconds,
        lostSweeps,
        restarts,
        serverFails,
        idsRecur,
        true,
        weights,
        settings);
  }

  Conditions withWeights(Weights other) {
    return new Conditions(
        balancers,
        sweepSeconds,
        lostSweeps,
        restarts,
        serverFails,
        idsRecur,
        hints,
        other,
        settings);
  }

  Conditions withReserve(int reserve) {
    return with(new ExpectedLoadSettings(reserve, settings.settle(), settings.video()));
  }

  Conditions withSettle(Duration settle) {
    return with(new ExpectedLoadSettings(settings.reserve(), settle, settings.video()));
  }

  Conditions withVideo(double video) {
    return with(new ExpectedLoadSettings(settings.reserve(), settings.settle(), video));
  }

  private Conditions with(ExpectedLoadSettings other) {
    return new Conditions(
        balancers,
        sweepSeconds,
        lostSweeps,
        restarts,
        serverFails,
        idsRecur,
        hints,
        weights,
        other);
  }
}
