package io.tinyscale.bench.placement;

import java.util.SplittableRandom;

/**
 * Random numbers for one purpose. The same seed and purpose give the same numbers on every JVM, and
 * a purpose that draws more numbers changes no other. Not thread-safe.
 */
public final class Dice {

  private final SplittableRandom random;

  /** The numbers for this purpose. */
  public Dice(long seed, String purpose) {
    random = new SplittableRandom(seed ^ (long) purpose.hashCode() << Integer.SIZE);
  }

  /** Between 0 and 1, without 1. */
  public double unit() {
    return random.nextDouble();
  }

  /** Between these bounds. */
  public double between(double low, double high) {
    return low + (high - low) * unit();
  }

  /** A whole number between these bounds, both included. */
  public int whole(int lowest, int highest) {
    return random.nextInt(lowest, highest + 1);
  }

  /** True with this probability. */
  public boolean chance(double probability) {
    return unit() < probability;
  }

  /** Normal with mean 0 and standard deviation 1. */
  double normal() {
    // Box and Muller's transform. StrictMath gives the same bits on every JVM.
    return StrictMath.sqrt(-2 * StrictMath.log(1 - unit()))
        * StrictMath.cos(2 * StrictMath.PI * unit());
  }

  /** Lognormal with this median; {@code sigma} is the standard deviation of the logarithm. */
  public double logNormal(double median, double sigma) {
    return median * StrictMath.exp(sigma * normal());
  }

  /** The pause before the next of events that come at random, with this mean. */
  public double pause(double mean) {
    return -mean * StrictMath.log(1 - unit());
  }
}
