package io.tinyscale.health;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How far the end of all meetings of one server has come. Thread-safe. */
public final class EndingMeetings {

  /** Failures beyond that number are counted and not kept. */
  static final int MOST_FAILURES = 100;

  private final String server;

  /** Whether it may be called off. */
  private final boolean conditional;

  private final CompletableFuture<EndingMeetings> result = new CompletableFuture<>();
  private final List<Failure> failures = new ArrayList<>();
  private int total = -1;
  private int ended;
  private int failed;
  private String cause = "";

  /**
   * A meeting that could not be ended.
   *
   * @param cause in a few words
   */
  public record Failure(String meetingId, String cause) {}

  EndingMeetings(String server, boolean conditional) {
    this.server = server;
    this.conditional = conditional;
  }

  /** Whether a request for another one, of the same server, is met by this one. */
  boolean meets(EndingMeetings other) {
    return !isDone() && (!conditional || other.conditional);
  }

  /** The server's name. */
  public String server() {
    return server;
  }

  /** How many meetings are to be ended; -1 until the server has told its meetings. */
  public synchronized int total() {
    return total;
  }

  /** How many of them are over. */
  public synchronized int ended() {
    return ended;
  }

  /** How many of them could not be ended. */
  public synchronized int failed() {
    return failed;
  }

  /** The first of those that could not be ended. */
  public synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** Why the server may hold other meetings, too; empty if it told all of them. */
  public synchronized String cause() {
    return cause;
  }

  /** Whether every meeting was tried, or no more can be. */
  public boolean isDone() {
    return result.isDone();
  }

  /** Completed with this when every meeting was tried; fails only by a mistake of ours. */
  public CompletionStage<EndingMeetings> result() {
    return result.minimalCompletionStage();
  }

  synchronized void listed(int meetings, String why) {
    total = meetings;
    cause = why;
  }

  synchronized void tried(String meetingId, EndedCopy copy) {
    if (copy.isOver()) {
      ended++;
    } else {
      left(meetingId, copy.cause());
    }
  }

  /** A meeting was not ended. */
  synchronized void left(String meetingId, String why) {
    failed++;
    if (failures.size() < MOST_FAILURES) {
      failures.add(new Failure(meetingId, why));
    }
  }

  void done() {
    result.complete(this);
  }

  void failed(Throwable bug) {
    result.completeExceptionally(bug);
  }
}
