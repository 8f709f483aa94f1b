package io.tinyscale.bench.balancers;

import io.tinyscale.observe.ClaimResult;
import java.util.ArrayList;
import java.util.List;

/** Counts what is seen in one cell of the table. Not thread-safe. */
final class Tally {

  private static final int EXAMPLES = 3;

  private final List<String> twoCopiesIn = new ArrayList<>();
  private final List<String> peopleInTwoIn = new ArrayList<>();
  private final List<String> thrownOutOf = new ArrayList<>();
  private long rooms;
  private long twoCopies;
  private long twoAtTheEnd;
  private long peopleInTwo;
  private long thrownOut;
  private long onTwoServers;
  private long creates;
  private long refused;
  private long confirmed;
  private long yielded;
  private long serverCalls;
  private long claims;
  private long claimsRefused;
  private long claimsUnanswered;

  /** Counts a room. */
  void add(String id, boolean hadTwo, boolean hasTwo, boolean hadPeopleInTwo, boolean threwOut) {
    keep(hadTwo, twoCopiesIn, id);
    keep(hadPeopleInTwo, peopleInTwoIn, id);
    keep(threwOut, thrownOutOf, id);
    rooms++;
    twoCopies += hadTwo ? 1 : 0;
    twoAtTheEnd += hasTwo ? 1 : 0;
    peopleInTwo += hadPeopleInTwo ? 1 : 0;
    thrownOut += threwOut ? 1 : 0;
  }

  private static void keep(boolean isSo, List<String> examples, String id) {
    if (isSo && examples.size() < EXAMPLES) {
      examples.add(id);
    }
  }

  /** Counts the servers that were asked to make a room. */
  void addServers(int number) {
    onTwoServers += number > 1 ? 1 : 0;
  }

  /** Counts a create of a front end. */
  void addCreate(boolean isRefused) {
    creates++;
    refused += isRefused ? 1 : 0;
  }

  /** Counts a create whose meeting was looked for on other servers. */
  void addConfirmed(boolean hasYielded) {
    confirmed++;
    yielded += hasYielded ? 1 : 0;
  }

  /** Counts a call to a server that a create brought about. */
  void addServerCall() {
    serverCalls++;
  }

  /** Counts what came of a question to the store. */
  void addClaim(ClaimResult result) {
    claims++;
    claimsRefused += result == ClaimResult.REFUSED ? 1 : 0;
    claimsUnanswered += result == ClaimResult.UNAVAILABLE ? 1 : 0;
  }

  void addAll(Tally other) {
    other.twoCopiesIn.forEach(id -> keep(true, twoCopiesIn, id));
    other.peopleInTwoIn.forEach(id -> keep(true, peopleInTwoIn, id));
    other.thrownOutOf.forEach(id -> keep(true, thrownOutOf, id));
    rooms += other.rooms;
    twoCopies += other.twoCopies;
    twoAtTheEnd += other.twoAtTheEnd;
    peopleInTwo += other.peopleInTwo;
    thrownOut += other.thrownOut;
    onTwoServers += other.onTwoServers;
    creates += other.creates;
    refused += other.refused;
    confirmed += other.confirmed;
    yielded += other.yielded;
    serverCalls += other.serverCalls;
    claims += other.claims;
    claimsRefused += other.claimsRefused;
    claimsUnanswered += other.claimsUnanswered;
  }

  /** What was counted until now. */
  Figures figures() {
    return new Figures(
        rooms,
        creates,
        percent(twoCopies, rooms),
        percent(twoAtTheEnd, rooms),
        percent(peopleInTwo, rooms),
        percent(thrownOut, rooms),
        percent(onTwoServers, rooms),
        percent(refused, creates),
        creates == 0 ? 0 : (double) serverCalls / creates,
        percent(confirmed, creates),
        percent(yielded, confirmed),
        percent(claimsRefused, claims),
        percent(claimsUnanswered, claims),
        List.copyOf(twoCopiesIn),
        List.copyOf(peopleInTwoIn),
        List.copyOf(thrownOutOf));
  }

  private static double percent(long part, long all) {
    return all == 0 ? 0 : 100.0 * part / all;
  }
}
