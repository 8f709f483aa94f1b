package io.tinyscale.bench.placement;

import java.util.List;

/** Lets another policy choose between two servers that are drawn at random. */
final class TwoCandidates implements Chooser {

  private final Chooser chooser;
  private final Dice dice;

  TwoCandidates(Chooser chooser, Dice dice) {
    this.chooser = chooser;
    this.dice = dice;
  }

  @Override
  public long interval(long usual) {
    return chooser.interval(usual);
  }

  @Override
  public int choose(Meeting meeting, int[] candidates) {
    if (candidates.length <= 2) {
      return chooser.choose(meeting, candidates);
    }
    int first = dice.whole(0, candidates.length - 1);
    int second = dice.whole(0, candidates.length - 2);
    if (second >= first) {
      second++;
    }
    int[] two = {
      candidates[Math.min(first, second)], candidates[Math.max(first, second)],
    };
    return chooser.choose(meeting, two);
  }

  @Override
  public void made(Meeting meeting, int server) {
    chooser.made(meeting, server);
  }

  @Override
  public void failed(Meeting meeting, int server) {
    chooser.failed(meeting, server);
  }

  @Override
  public void joined(int server) {
    chooser.joined(server);
  }

  @Override
  public void asked(int server) {
    chooser.asked(server);
  }

  @Override
  public void answered(int server, List<Running> meetings) {
    chooser.answered(server, meetings);
  }

  @Override
  public void unanswered(int server) {
    chooser.unanswered(server);
  }

  @Override
  public Chooser restarted(boolean keepsHistory) {
    return new TwoCandidates(chooser.restarted(keepsHistory), dice);
  }
}
