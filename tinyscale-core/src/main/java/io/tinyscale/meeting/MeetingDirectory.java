package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Knows which server holds a meeting. What it remembers is soft: fed by every answer that passes
 * and by sweeps, and rebuilt from the servers. Ids are compared exactly, never as prefixes; a
 * meeting is found by its external and by its internal id. Called from many threads at once.
 */
public interface MeetingDirectory {

  /**
   * The id of the meeting that a call names by its external or its internal id. An internal id that
   * the directory does not know is taken for an external one.
   */
  MeetingId idOf(String externalOrInternal);

  /** The server that holds a meeting as far as remembered, without asking anybody. */
  Optional<Server> remembered(MeetingId meetingId);

  /**
   * Where a meeting is: remembered, or else asked of all servers that answer, once for all who ask
   * at the same time.
   *
   * @return never completed exceptionally
   */
  CompletionStage<Location> locate(MeetingId meetingId);

  /**
   * Where a meeting is now that a server has said that it does not know it. Its word counts, and it
   * is not asked again, unless a create is, or may be, on its way there, or the meeting was seen
   * there since: servers deny a meeting until it is made.
   *
   * @param asked when the server was asked, on the scale of {@link System#nanoTime()}
   * @return never completed exceptionally
   */
  CompletionStage<Location> locateAfterDenial(MeetingId meetingId, Server denier, long asked);

  /**
   * Whether a meeting can be placed: it is remembered, or one more can be. What is not remembered
   * cannot be kept from being made twice.
   */
  boolean hasRoomFor(MeetingId meetingId);

  /**
   * A create is about to be sent to a server: from now on everybody looks there.
   *
   * @return the server to send it to; another one if the meeting has shown up there meanwhile
   */
  Server place(MeetingId meetingId, Server chosen);

  /** A server holds the meeting for certain. */
  void holds(MeetingId meetingId, String internalMeetingId, Server server);

  /** A create that was sent there had no answer: the server may or may not hold the meeting. */
  void placedPerhaps(MeetingId meetingId, Server server);

  /** The create that was placed there made nothing. */
  void notPlaced(MeetingId meetingId, Server server);

  /** A server was told to end the meeting: it may vanish from there any moment. */
  void ending(MeetingId meetingId, Server server);

  /** Whether a remembered meeting was told to end and may be gone by now. */
  boolean isEnding(MeetingId meetingId);
}
