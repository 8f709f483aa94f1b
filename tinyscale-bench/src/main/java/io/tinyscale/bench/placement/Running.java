package io.tinyscale.bench.placement;

/** A meeting on a server. Not thread-safe. */
final class Running {

  private final Meeting meeting;
  private final long since;
  private final Attendance all;

  /** How many of the people are here: fewer while they come back to a room made again. */
  private double share;

  private int users;
  private int cameras;
  private int voices;
  private int moderators;
  private double load;

  /** Counts changes, so that whoever shows the meeting need not look at it again. */
  private int version;

  /** Its place in the list of its server. */
  private int place;

  /** How long its server had been overloaded when the meeting came to it, in milliseconds. */
  private long overloadedBefore;

  Running(Meeting meeting, long since, Attendance all, double share) {
    this.meeting = meeting;
    this.since = since;
    this.all = all;
    this.share = share;
    update();
  }

  Meeting meeting() {
    return meeting;
  }

  /** When its server made it. */
  long since() {
    return since;
  }

  int users() {
    return users;
  }

  int cameras() {
    return cameras;
  }

  int voices() {
    return voices;
  }

  int moderators() {
    return moderators;
  }

  double load() {
    return load;
  }

  int version() {
    return version;
  }

  /** People come back; {@link #update} takes it over. */
  void share(double other) {
    share = other;
  }

  /** Takes over who is there now. */
  void update() {
    users = part(all.users());
    cameras = part(all.cameras());
    voices = part(all.voices());
    moderators = part(all.moderators());
    load = meeting.load(users, cameras, moderators);
    version++;
  }

  private int part(int people) {
    return share == 1 ? people : (int) Math.ceil(share * people);
  }

  int place() {
    return place;
  }

  void place(int other) {
    place = other;
  }

  long overloadedBefore() {
    return overloadedBefore;
  }

  void overloadedBefore(long millis) {
    overloadedBefore = millis;
  }
}
