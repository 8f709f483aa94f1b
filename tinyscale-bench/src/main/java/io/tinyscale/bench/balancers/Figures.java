package io.tinyscale.bench.balancers;

/** What was seen in one cell of the table. Not thread-safe. */
final class Figures {

  private long rooms;
  private long twoCopies;
  private long twoAtTheEnd;
  private long peopleInTwo;
  private long thrownOut;
  private long creates;
  private long refused;
  private long confirmed;
  private long yielded;
  private long serverCalls;

  /** Counts a room. */
  void add(boolean hadTwo, boolean hasTwo, boolean hadPeopleInTwo, boolean threwOut) {
    rooms++;
    twoCopies += hadTwo ? 1 : 0;
    twoAtTheEnd += hasTwo ? 1 : 0;
    peopleInTwo += hadPeopleInTwo ? 1 : 0;
    thrownOut += threwOut ? 1 : 0;
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

  void addAll(Figures other) {
    rooms += other.rooms;
    twoCopies += other.twoCopies;
    twoAtTheEnd += other.twoAtTheEnd;
    peopleInTwo += other.peopleInTwo;
    thrownOut += other.thrownOut;
    creates += other.creates;
    refused += other.refused;
    confirmed += other.confirmed;
    yielded += other.yielded;
    serverCalls += other.serverCalls;
  }

  long rooms() {
    return rooms;
  }

  long creates() {
    return creates;
  }

  /** Rooms of which two copies lived for longer than a second, in percent. */
  double twoCopies() {
    return percent(twoCopies, rooms);
  }

  /** Rooms of which two copies live at the end, in percent. */
  double twoAtTheEnd() {
    return percent(twoAtTheEnd, rooms);
  }

  /** Rooms with people in two copies, in percent. */
  double peopleInTwo() {
    return percent(peopleInTwo, rooms);
  }

  /** Rooms in which somebody was thrown out of a copy, in percent. */
  double thrownOut() {
    return percent(thrownOut, rooms);
  }

  /** Creates that failed or were not answered in time, in percent. */
  double refused() {
    return percent(refused, creates);
  }

  /** Creates that made a meeting and answered with another copy, in percent of those confirmed. */
  double yielded() {
    return percent(yielded, confirmed);
  }

  /** Server calls for each create, without sweeps. */
  double serverCallsPerCreate() {
    return creates == 0 ? 0 : (double) serverCalls / creates;
  }

  private static double percent(long part, long all) {
    return all == 0 ? 0 : 100.0 * part / all;
  }
}
