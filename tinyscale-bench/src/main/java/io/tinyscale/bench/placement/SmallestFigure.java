package io.tinyscale.bench.placement;

import java.util.List;

/** Chooses the server with the smallest figure of a formula. */
final class SmallestFigure implements Chooser {

  private final Formula formula;
  private final SimulatedServer[] servers;
  private final VirtualClock clock;
  private final Dice dice;
  private final double[] figures;

  SmallestFigure(Formula formula, SimulatedServer[] servers, VirtualClock clock, Dice dice) {
    this.formula = formula;
    this.servers = servers;
    this.clock = clock;
    this.dice = dice;
    figures = new double[servers.length];
  }

  @Override
  public long interval(long usual) {
    return formula.poll() == Formula.AS_USUAL ? usual : formula.poll();
  }

  @Override
  public int choose(Meeting meeting, int[] candidates) {
    double own = formula.atChoice().applyAsDouble(meeting);
    double least = Double.POSITIVE_INFINITY;
    int best = candidates[0];
    int equals = 0;
    for (int server : candidates) {
      if (formula.poll() == 0) {
        figures[server] = figure(server, servers[server].meetings());
      }
      double score = (figures[server] + own) / weight(server);
      if (score < least) {
        least = score;
        best = server;
        equals = 1;
      } else if (score == least && formula.isRandomAmongEquals()) {
        // Each of the equals is the last one to win with the same probability.
        equals++;
        if (dice.whole(1, equals) == 1) {
          best = server;
        }
      }
    }
    figures[best] += formula.atCreate().applyAsDouble(meeting);
    return best;
  }

  private double weight(int server) {
    return formula.isWeighted() ? servers[server].capacity() : 1;
  }

  private double figure(int server, List<Running> meetings) {
    return formula.polled().figure(meetings, servers[server].fill(), clock.now());
  }

  @Override
  public void failed(Meeting meeting, int server) {
    figures[server] -= formula.atCreate().applyAsDouble(meeting);
  }

  @Override
  public void joined(int server) {
    figures[server] += formula.atJoin();
  }

  @Override
  public void answered(int server, List<Running> meetings) {
    figures[server] = figure(server, meetings);
  }
}
