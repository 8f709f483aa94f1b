package io.tinyscale.bench.soak;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An application that uses the API like one of the known front ends, one call after the other. It
 * has rooms of its own, and it shares rooms with all front ends, which disturb each other there.
 */
final class FrontEnd implements Runnable {

  private static final Duration BROWSER_PATIENCE = Duration.ofMillis(500);
  private static final int LONGEST_PAUSE = 250;
  private static final int OWN_ROOMS = 4;
  private static final int SHARED_ROOMS = 8;
  static final String PASSWORDS = "&attendeePW=ap&moderatorPW=mp";
  private static final String SLIDES =
      "<modules><module name=\"presentation\"><document name=\"slides.txt\">U2xpZGVz</document>"
          + "</module></modules>";

  /** What its rooms' names begin with if another balancer opens them, too. */
  static final String NEIGHBOUR = "neighbour-";

  /** The known front ends that it may imitate, and a front end that uses two balancers. */
  enum Kind {
    MOODLE,
    GREENLIGHT,
    NEXTCLOUD,
    NEIGHBOUR
  }

  /** Opens a room without tinyscale, as another balancer on the same pool does. */
  @FunctionalInterface
  interface OtherBalancer {
    void open(String room);
  }

  private final String name;
  private final Kind kind;
  private final OuterBalancer tinyscale;
  private final OtherBalancer otherBalancer;
  private final Random random;
  private final List<Call> calls = new ArrayList<>();
  private volatile boolean stopped;

  FrontEnd(
      String name, Kind kind, OuterBalancer tinyscale, OtherBalancer otherBalancer, long seed) {
    this.name = name;
    this.kind = kind;
    this.tinyscale = tinyscale;
    this.otherBalancer = otherBalancer;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    while (!stopped) {
      String room = room();
      switch (kind) {
        case MOODLE -> moodle(room);
        case GREENLIGHT -> greenlight(room);
        case NEXTCLOUD -> nextcloud(room);
        case NEIGHBOUR -> neighbour(room);
      }
    }
  }

  void stop() {
    stopped = true;
  }

  /** Its calls; read them after it has stopped. */
  List<Call> calls() {
    return calls;
  }

  private String room() {
    if (kind == Kind.NEIGHBOUR) {
      return name + "-" + random.nextInt(OWN_ROOMS);
    }
    int drawn = random.nextInt(100);
    if (drawn < 3) {
      return "ghost-" + name + "-" + random.nextInt(1_000_000);
    }
    return drawn < 50
        ? "shared-" + random.nextInt(SHARED_ROOMS)
        : name + "-" + random.nextInt(OWN_ROOMS);
  }

  /** Looks for the room, creates it if it does not exist, joins and polls. */
  private void moodle(String room) {
    Reply info = call("getMeetingInfo", room, "");
    if (info.messageKey().equals("notFound") && !room.startsWith("ghost")) {
      create(room, "");
    }
    join(room);
    for (int i = random.nextInt(3); i >= 0; i--) {
      call("isMeetingRunning", room, "");
    }
    if (random.nextInt(10) == 0) {
      call("getRecordings", "", "meetingID=" + room);
    }
    endSometimes(room, 4);
  }

  /** Creates the room with slides, and shows lists of all rooms. */
  private void greenlight(String room) {
    call("isMeetingRunning", room, "");
    create(room, random.nextBoolean() ? SLIDES : "");
    join(room);
    call("getMeetings", "", "");
    if (random.nextInt(8) == 0) {
      send("insertDocument", room, "meetingID=" + room, SLIDES);
    }
    endSometimes(room, 3);
  }

  /** Sends a create before every join. */
  private void nextcloud(String room) {
    if (random.nextInt(20) == 0) {
      call("hooks/create", "", "callbackURL=http%3A%2F%2F127.0.0.1%3A9%2F" + name);
    }
    create(room, "");
    Reply info = call("getMeetingInfo", room, "");
    if (info.succeeded()) {
      join(room);
    }
    call("isMeetingRunning", room, "");
    endSometimes(room, 5);
  }

  /**
   * Opens the room with another balancer right after tinyscale said that it is closed. The next
   * create must find it.
   */
  private void neighbour(String room) {
    Reply info = call("getMeetingInfo", room, "");
    if (info.messageKey().equals("notFound")) {
      otherBalancer.open(room);
    }
    create(room, "");
    join(room);
    endSometimes(room, 1);
  }

  private void create(String room, String body) {
    send("create", room, "name=Room+" + room + "&meetingID=" + room + PASSWORDS, body);
  }

  private void endSometimes(String room, int oneIn) {
    if (random.nextInt(oneIn) == 0) {
      call("end", room, "password=mp");
    }
  }

  /** Follows a redirect to its server with a short timeout, as a browser does. */
  private void join(String room) {
    Reply answer = call("join", room, "fullName=Ann&role=MODERATOR");
    if (answer.isRedirect() && answer.messageKey().isEmpty()) {
      URI location = URI.create(answer.headers().get("location"));
      HttpCaller.get(
          location.getPort(),
          location.getRawPath() + "?" + location.getRawQuery(),
          BROWSER_PATIENCE);
    }
  }

  private Reply call(String call, String room, String parameters) {
    String query = room.isEmpty() ? "" : "meetingID=" + room;
    String separator = query.isEmpty() || parameters.isEmpty() ? "" : "&";
    return send(call, room, query + separator + parameters, "");
  }

  private Reply send(String call, String room, String query, String body) {
    OuterBalancer.Wanted wanted = new OuterBalancer.Wanted(name, call, room, query, body);
    boolean abandoned = body.isEmpty() && random.nextInt(50) == 0;
    Duration leaving = Duration.ofMillis(random.nextInt(100));
    List<Call> attempts =
        abandoned
            ? List.of(tinyscale.abandon(wanted, random, leaving))
            : tinyscale.send(wanted, random);
    calls.addAll(attempts);
    Pause.millis(random.nextInt(LONGEST_PAUSE));
    return attempts.get(attempts.size() - 1).reply();
  }
}
