package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A BBB server that exists only in memory, as far as a balancer and a browser can see it. One
 * meeting at a time has an id: of several creates one makes it, and the others get it. A meeting
 * that was told to end is still shown for a moment. Not thread-safe.
 */
final class VirtualServer {

  private static final Duration SHORTEST_END = Duration.ofMillis(300);
  private static final Duration LONGEST_END = Duration.ofMillis(1200);

  /** After a stop, people whose connection broke are counted for so long. */
  private static final Duration LOST_ARE_COUNTED = Duration.ofSeconds(5);

  private static final String OTHER = "other-";
  private static final int LEAST_OTHERS = 10;
  private static final int MOST_OTHERS = 16;
  private static final double MEDIAN_OF_OTHERS = 8;
  private static final Duration AGE_OF_OTHERS = Duration.ofMinutes(30);

  private final String name;
  private final VirtualTime time;
  private final Dice dice;
  private final Function<String, Room> rooms;
  private final long clockErrorMillis;

  /** The entries in lists of other meetings, in which nothing happens. */
  private String others;

  private final Map<String, VirtualMeeting> meetings = new LinkedHashMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private long youngest;
  private int crashes;
  private boolean isCrashed;
  private boolean isStopped;

  /**
   * A server without meetings.
   *
   * @param clockErrorMillis by how much its clock is wrong at most
   * @param rooms the room of an id
   */
  VirtualServer(
      String name,
      VirtualTime time,
      Dice dice,
      double clockErrorMillis,
      Function<String, Room> rooms) {
    this.name = name;
    this.time = time;
    this.dice = dice;
    this.rooms = rooms;
    this.clockErrorMillis = Math.round(dice.between(-clockErrorMillis, clockErrorMillis));
    this.others = others();
  }

  /** Servers are in use: a new meeting is a small part of what they carry. */
  private String others() {
    StringBuilder entries = new StringBuilder();
    int number = dice.whole(LEAST_OTHERS, MOST_OTHERS);
    long made = time.wall().minus(AGE_OF_OTHERS).toEpochMilli();
    for (int other = 0; other < number; other++) {
      String id = otherId(other);
      long users = 1 + Math.round(dice.logNormal(MEDIAN_OF_OTHERS, 0.8));
      entries
          .append("<meeting><meetingID>" + id + "</meetingID><internalMeetingID>" + id)
          .append("-1</internalMeetingID><createTime>" + (made + other) + "</createTime>")
          .append("<participantCount>" + users + "</participantCount><videoCount>0</videoCount>")
          .append("<hasUserJoined>true</hasUserJoined></meeting>");
    }
    return entries.toString();
  }

  /** The id of one of the other meetings, of which there are at least ten. */
  String otherId(int number) {
    return OTHER + name + "-" + number;
  }

  /** Whether this is the id of another meeting than those of the rooms. */
  static boolean isOther(String id) {
    return id.startsWith(OTHER);
  }

  String name() {
    return name;
  }

  /** Whether people can use its meetings. */
  boolean isRunning() {
    return !isCrashed && !isStopped;
  }

  boolean isCrashed() {
    return isCrashed;
  }

  /** How often it has crashed: who connected before has lost the connection. */
  int crashes() {
    return crashes;
  }

  /** Does something now, or when the server goes on if it has stopped. */
  void whenGoingOn(Runnable action) {
    if (isStopped) {
      held.add(action);
    } else {
      action.run();
    }
  }

  /** Loses its meetings and refuses connections. */
  void crash() {
    isCrashed = true;
    crashes++;
    others = "";
    List<VirtualMeeting> lost = List.copyOf(meetings.values());
    meetings.clear();
    for (VirtualMeeting meeting : lost) {
      List<Visitor> people = List.copyOf(meeting.counted());
      meeting.end();
      meeting.room().copyIsGone(meeting);
      people.forEach(visitor -> visitor.lost(meeting));
    }
  }

  /** Comes back without meetings. */
  void restart() {
    isCrashed = false;
  }

  /** Does nothing any more, but its machine takes connections. */
  void stop() {
    isStopped = true;
    meetings.values().forEach(VirtualServer::changed);
    for (VirtualMeeting meeting : meetings.values()) {
      List.copyOf(meeting.counted()).forEach(visitor -> visitor.stopped(meeting));
    }
  }

  /** Goes on with its meetings, and answers what was asked meanwhile. */
  void goOn() {
    isStopped = false;
    meetings.values().forEach(VirtualServer::changed);
    List<Runnable> due = List.copyOf(held);
    held.clear();
    due.forEach(Runnable::run);
    time.after(
        LOST_ARE_COUNTED.toNanos(),
        () ->
            meetings
                .values()
                .forEach(meeting -> meeting.counted().removeIf(visitor -> !visitor.isIn(meeting))));
  }

  private static void changed(VirtualMeeting meeting) {
    meeting.room().copyHasChanged(meeting);
  }

  /** The document that answers a call. */
  String answer(String call, Map<String, String> parameters) {
    String id = parameters.getOrDefault("meetingID", "");
    return switch (call) {
      case "" -> success("<version>2.0</version>");
      case "hooks/list" -> success("<hooks></hooks>");
      case "getMeetings" -> list();
      case "create" -> create(id);
      case "getMeetingInfo" ->
          find(id)
              .map(VirtualMeeting::full)
              .map(VirtualServer::success)
              .orElseGet(VirtualServer::notFound);
      case "isMeetingRunning" ->
          success(
              "<running>"
                  + find(id).filter(meeting -> !meeting.counted().isEmpty()).isPresent()
                  + "</running>");
      case "end" -> find(id).map(this::end).orElseGet(VirtualServer::notFound);
      default -> throw new IllegalArgumentException("no such call in this pool: " + call);
    };
  }

  /** Finds as BBB does: by the beginning of the internal id, or by the external id. */
  private Optional<VirtualMeeting> find(String id) {
    VirtualMeeting meeting = meetings.get(id);
    return meeting != null
        ? Optional.of(meeting)
        : meetings.values().stream().filter(other -> other.internalId().startsWith(id)).findFirst();
  }

  private String create(String id) {
    VirtualMeeting there = meetings.get(id);
    if (there != null) {
      return success(
          there.created(
              "duplicateWarning",
              "This conference was already in existence and may currently be in progress."));
    }
    long createTime = Math.max(time.wall().toEpochMilli() + clockErrorMillis, youngest + 1);
    youngest = createTime;
    Room room = rooms.apply(id);
    VirtualMeeting made =
        new VirtualMeeting(room, this, room.hash() + "-" + createTime, createTime);
    meetings.put(id, made);
    made.room().copyIsMade(made);
    return success(made.created("", ""));
  }

  private String end(VirtualMeeting meeting) {
    if (!meeting.isEnded()) {
      List<Visitor> people = List.copyOf(meeting.counted());
      meeting.end();
      meeting.room().copyIsGone(meeting);
      people.forEach(visitor -> visitor.sentAway(meeting));
      time.after(
          (long) dice.between(SHORTEST_END.toNanos(), LONGEST_END.toNanos()),
          () -> whenGoingOn(() -> meetings.remove(meeting.room().id(), meeting)));
    }
    return success(
        "<messageKey>sentEndMeetingRequest</messageKey><message>A request to end the meeting was"
            + " sent.</message>");
  }

  /**
   * Lets somebody in who comes with the URL of a join.
   *
   * @return the meeting that the visitor is in; empty if there is none of this id
   */
  Optional<VirtualMeeting> join(String id, Visitor visitor) {
    Optional<VirtualMeeting> meeting = find(id).filter(found -> !found.isEnded());
    meeting.ifPresent(found -> found.enter(visitor));
    return meeting;
  }

  private String list() {
    if (meetings.isEmpty() && others.isEmpty()) {
      return success(
          "<meetings/><messageKey>noMeetings</messageKey><message>no meetings were found on this"
              + " server</message>");
    }
    StringBuilder list = new StringBuilder("<meetings>").append(others);
    meetings
        .values()
        .forEach(meeting -> list.append("<meeting>").append(meeting.full()).append("</meeting>"));
    return success(list.append("</meetings>").toString());
  }

  private static String success(String elements) {
    return "<response><returncode>SUCCESS</returncode>" + elements + "</response>";
  }

  private static String notFound() {
    return "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey><message>We"
        + " could not find a meeting with that meeting ID</message></response>";
  }
}
