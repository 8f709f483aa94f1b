package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A room of a front end, what happens to it, and what is seen of its copies. Several people open it
 * at the same time, and others follow. Half of the rooms are ended after a while and opened again.
 * Not thread-safe.
 */
final class Room {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static final double SHORTEST_RUSH = 0.02;
  private static final double LONGEST_RUSH = 2;
  private static final int MOST_FOLLOWERS = 3;

  private final String id;
  private final String hash;
  private final int home;
  private final VirtualTime time;
  private final Dice dice;
  private final FrontEnd frontEnd;
  private final Journal journal;
  private final Set<VirtualMeeting> copies = new LinkedHashSet<>();
  private final List<Visitor> visitors = new ArrayList<>();
  private final Set<VirtualServer> asked = new LinkedHashSet<>();
  private int opening;
  private long endAsked = Long.MIN_VALUE;
  private long twoSince = Long.MAX_VALUE;
  private boolean hadTwoCopies;
  private boolean hadPeopleInTwo;
  private boolean threwOut;

  /** A room that nobody has opened yet. */
  Room(String id, VirtualTime time, Dice dice, FrontEnd frontEnd, Journal journal) {
    this.id = id;
    this.hash = sha1(id);
    this.home = dice.whole(0, Integer.MAX_VALUE - 1);
    this.time = time;
    this.dice = dice;
    this.frontEnd = frontEnd;
    this.journal = journal;
  }

  String id() {
    return id;
  }

  /** What the internal ids of all its meetings begin with, as BBB makes them. */
  String hash() {
    return hash;
  }

  private static String sha1(String id) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(id.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Which balancer a call of the room reaches behind a load balancer that hashes the room's id. */
  int balancer(int balancers, double affinity) {
    return dice.chance(affinity) ? home % balancers : dice.whole(0, balancers - 1);
  }

  /** How often the room was ended. */
  int opening() {
    return opening;
  }

  /** Tells what happens to the room, for those who look for the cause of something. */
  void note(Supplier<String> line) {
    journal.note(id, line);
  }

  /** Begins with everything that will happen to the room. */
  void begin(long opens) {
    time.at(opens, () -> open(dice.whole(2, 6)));
    if (dice.chance(0.5)) {
      time.at(opens + seconds(25, 35), () -> end(true));
    }
  }

  private void open(int people) {
    // Rushes of all lengths are alike: as many take 20 to 200 ms as 200 to 2,000 ms.
    double rush = SHORTEST_RUSH * StrictMath.pow(LONGEST_RUSH / SHORTEST_RUSH, dice.between(0, 1));
    for (int number = 0; number < people; number++) {
      Visitor visitor = visitor();
      time.after((long) (dice.between(0, rush) * SECOND), visitor::comeWithCreate);
    }
    int followers = dice.whole(0, MOST_FOLLOWERS);
    for (int number = 0; number < followers; number++) {
      Visitor visitor = visitor();
      time.after(
          seconds(2, 20), dice.chance(0.5) ? visitor::comeWithCreate : visitor::comeWithQuestion);
    }
  }

  private Visitor visitor() {
    Visitor visitor = new Visitor(this, frontEnd, time, dice, "v" + visitors.size());
    visitors.add(visitor);
    return visitor;
  }

  /** The front end ends the room, and asks once more if it is not told that this was done. */
  private void end(boolean mayRepeat) {
    if (mayRepeat) {
      opening++;
    }
    endAsked = time.now();
    note(() -> "is to be ended");
    frontEnd.end(
        this,
        isEnded -> {
          if (isEnded || !mayRepeat) {
            time.after(seconds(0.1, 5), () -> open(dice.whole(1, 6)));
          } else {
            time.after(SECOND, () -> end(false));
          }
        });
  }

  /** Whether a meeting that somebody has joined at this time was to be ended afterwards. */
  boolean isEndOf(long joined) {
    return joined <= endAsked;
  }

  /** A balancer asks a server to make the room. */
  void createIsSentTo(VirtualServer server) {
    asked.add(server);
  }

  void copyIsMade(VirtualMeeting copy) {
    note(() -> copy.server().name() + " makes " + copy.internalId());
    copies.add(copy);
    count();
  }

  void copyIsGone(VirtualMeeting copy) {
    note(() -> copy.server().name() + " has no more " + copy.internalId());
    copies.remove(copy);
    count();
  }

  /** The server of a copy has stopped, or goes on. */
  void copyHasChanged(VirtualMeeting copy) {
    note(() -> copy.server().name() + (copy.server().isRunning() ? " goes on" : " stops"));
    count();
  }

  /** Somebody has joined or left a copy. */
  void peopleHaveMoved() {
    count();
  }

  void throwsOut() {
    threwOut = true;
  }

  private void count() {
    int live = 0;
    int withPeople = 0;
    for (VirtualMeeting copy : copies) {
      if (copy.server().isRunning()) {
        live++;
        withPeople += visitors.stream().anyMatch(visitor -> visitor.isIn(copy)) ? 1 : 0;
      }
    }
    if (withPeople > 1 && !hadPeopleInTwo) {
      note(() -> "has people in two copies");
      hadPeopleInTwo = true;
    }
    if (live < 2) {
      noticeTwo();
      twoSince = Long.MAX_VALUE;
    } else {
      twoSince = Math.min(twoSince, time.now());
    }
  }

  private void noticeTwo() {
    if (twoSince < time.now() - SECOND && !hadTwoCopies) {
      note(() -> "had two copies");
      hadTwoCopies = true;
    }
  }

  /** Adds what was seen of the room until now. */
  void tell(Tally tally) {
    noticeTwo();
    tally.add(id, hadTwoCopies, twoSince != Long.MAX_VALUE, hadPeopleInTwo, threwOut);
    tally.addServers(asked.size());
  }

  private long seconds(double least, double most) {
    return (long) (dice.between(least, most) * SECOND);
  }
}
