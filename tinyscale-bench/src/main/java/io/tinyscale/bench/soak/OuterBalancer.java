package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends each call through one of the balancers, by the toss of a coin. A call without an answer is
 * repeated through the next balancer, as a balancer before the balancers does it. Every attempt has
 * an id that names its balancer; the servers get the id, too. Thread-safe.
 */
final class OuterBalancer {

  /** A single balancer has no deputy: callers wait as long as they like. */
  private static final Duration PATIENCE_WITH_ONE = Duration.ofSeconds(20);

  private static final Settings SETTINGS = Timing.settings();

  /** One balancer, as callers reach it. */
  record Door(String balancer, SignedCalls calls) {}

  /** A call, before it is known which balancer gets it. */
  record Wanted(String frontEnd, String name, String meetingId, String query, String body) {}

  private final List<Door> doors;

  /** No two runs of a front end share an id. */
  private final AtomicLong numbers = new AtomicLong();

  OuterBalancer(List<Door> doors) {
    this.doors = List.copyOf(doors);
  }

  /** Sends a call until a balancer answers it; returns all attempts, the last with the answer. */
  List<Call> send(Wanted call, Random random) {
    List<Door> inTurn = new ArrayList<>(doors);
    Collections.shuffle(inTurn, random);
    List<Call> attempts = new ArrayList<>();
    for (Door door : inTurn) {
      boolean isLast = attempts.size() == inTurn.size() - 1;
      Call attempt = attempt(call, door, isLast);
      attempts.add(attempt);
      if (attempt.reply().isComplete()) {
        break;
      }
    }
    return attempts;
  }

  private Call attempt(Wanted call, Door door, boolean isLast) {
    Request request = request(call, door);
    long begun = Span.now();
    Reply reply = HttpCaller.send(door.calls().port().getAsInt(), request, patience(call.name()));
    return called(call, door, request, begun, isLast, reply);
  }

  /** Sends a call and leaves after that time. */
  Call abandon(Wanted call, Random random, Duration after) {
    Door door = doors.get(random.nextInt(doors.size()));
    Request request = request(call, door);
    long begun = Span.now();
    Reply reply = HttpCaller.abandon(door.calls().port().getAsInt(), request, after);
    return called(call, door, request, begun, true, reply);
  }

  private Request request(Wanted call, Door door) {
    String id =
        door.balancer()
            + "-"
            + call.frontEnd()
            + "-"
            + String.format("%06d", numbers.incrementAndGet());
    return new Request(
        call.body().isEmpty() ? "GET" : "POST",
        door.calls().target(call.name(), call.query()),
        id,
        call.body());
  }

  /** The balancer that an attempt with this id went to; empty if the id does not tell. */
  static String balancerOf(String requestId) {
    int end = requestId.indexOf('-');
    return end < 0 ? "" : requestId.substring(0, end);
  }

  private static Call called(
      Wanted call, Door door, Request request, long begun, boolean isLast, Reply reply) {
    return new Call(
        call.frontEnd(),
        door.balancer(),
        request.id(),
        call.name(),
        call.meetingId(),
        begun,
        Span.now(),
        isLast,
        reply);
  }

  /** A balancer that works answers by then. */
  private Duration patience(String call) {
    return doors.size() == 1
        ? PATIENCE_WITH_ONE
        : Duration.ofMillis((EveryCallAnswered.deadline(SETTINGS, call) + SETTINGS.slack()) / 1000);
  }
}
