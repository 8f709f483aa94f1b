package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import java.util.List;
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
   * at the same time. No server is asked whose last sweep proves that it lacks the meeting.
   *
   * @return never completed exceptionally
   */
  CompletionStage<Location> locate(MeetingId meetingId);

  /**
   * Where a person goes who joins. If others make meetings, too, a server is asked first on which a
   * create of ours may have made another copy: they may have found that one.
   *
   * @return never completed exceptionally
   */
  CompletionStage<Location> locateForJoin(MeetingId meetingId);

  /**
   * Where a meeting is now that a server has said that it does not know it. The denial is believed
   * unless it is stale: a create is, or may be, on its way to that server, or the meeting was seen
   * there later. A server denies a meeting until it is made.
   *
   * @param asked when the server was asked, on the scale of {@link System#nanoTime()}
   * @return never completed exceptionally
   */
  CompletionStage<Location> locateAfterDenial(MeetingId meetingId, Server denier, long asked);

  /**
   * Where a meeting is now that its server has said that it is not running. A server says so of a
   * meeting that it does not know, too; so if others make meetings, it is asked whether it has this
   * one.
   *
   * @return never completed exceptionally
   */
  CompletionStage<Location> locateNotRunning(MeetingId meetingId, Server server);

  /**
   * Where a create for a meeting goes: to the server that holds it, or to one that it is placed on
   * because no server does. What is remembered counts, with these exceptions. A meeting is
   * confirmed by its server first if it is ending, if a create of it was answered with an error, or
   * if its server gets no new meetings or is silent. A meeting on a server that is down is given up
   * if that server does not answer either, once people in the meeting have had time to come back.
   *
   * @param deadline for the answer
   * @return {@link Location.Absent} only if the meeting may be placed now; never completed
   *     exceptionally
   */
  CompletionStage<Location> locateForCreate(MeetingId meetingId, Deadline deadline);

  /**
   * The names of the servers whose word on where this meeting goes counts no more: they are down,
   * no other balancer reaches them, and people in the meeting have had time to come back.
   */
  List<String> givenUp(MeetingId meetingId);

  /**
   * Which of some servers has a meeting, by their own word now. Of two copies it is the one that
   * calls go to.
   *
   * @param deadline for all answers
   * @return never completed exceptionally
   */
  CompletionStage<Location> locateAmong(
      MeetingId meetingId, List<Server> servers, Deadline deadline);

  /**
   * Ties a meeting that no server holds to a server, before its create is sent there. From then on
   * every call for the meeting goes there.
   *
   * @return for another server if the meeting has shown up there meanwhile
   */
  CompletionStage<Placement> place(MeetingId meetingId, Server chosen);

  /**
   * Whether others make meetings on the servers, as far as is known: then a copy that a create has
   * just made may be given up for a copy of theirs.
   */
  boolean isShared();

  /** What is to be told of a create that goes to the server that holds its meeting. */
  Placement held(MeetingId meetingId, Server holder);

  /**
   * Which server's copy of a meeting callers get, now that a create has made one. If others make
   * meetings, too, all servers that answer are asked: of two balancers that make a meeting at the
   * same time, the later one at least sees the other's. Nothing is ended. While nobody else makes
   * meetings, no server is asked.
   *
   * @param made the server that has just made the meeting
   * @param deadline for all answers; a server that is silent is left out sooner
   * @return never completed exceptionally
   */
  CompletionStage<Server> confirm(MeetingId meetingId, Server made, Deadline deadline);

  /** A create has made a meeting on a server. */
  void made(MeetingId meetingId, Server server);

  /**
   * Whether another balancer has made a meeting, or has it ended, since this was asked last: what
   * is kept of it is void. Must be cheap.
   */
  boolean isChangedElsewhere(MeetingId meetingId);

  /**
   * A join for the meeting goes out to a server: people may be in its copy there, although the
   * server showed none until now. Must be cheap.
   */
  void joining(MeetingId meetingId, Server server);

  /**
   * A server was told to end the meeting, which may vanish from there any moment. The servers of
   * all other copies that are known are told so, too: until they have heard it, people could be led
   * to such a copy, and be thrown out of it.
   *
   * @return done when the servers that can be reached have heard it, soon also if one is slow;
   *     never completed exceptionally
   */
  CompletionStage<Void> ending(MeetingId meetingId, Server server);
}
