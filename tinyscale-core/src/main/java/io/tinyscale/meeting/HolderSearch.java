package io.tinyscale.meeting;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Asks many servers at once whether they hold a meeting. Thread-safe. */
final class HolderSearch {

  private final ServerCalls calls;

  HolderSearch(ServerCalls calls) {
    this.calls = calls;
  }

  /**
   * A server says that it holds a meeting, which may have been asked for by its internal id.
   *
   * @param asked when the server was asked
   * @param ended whether the server was told to end it
   */
  record Sighting(
      MeetingId meetingId, Server server, HeldMeeting meeting, long asked, boolean ended) {

    Copy copy() {
      return Copy.of(server.name(), meeting, asked);
    }
  }

  /**
   * A server says that it does not have the meeting.
   *
   * @param asked when the server was asked
   */
  record Denial(String server, long asked) {}

  /**
   * What the servers said.
   *
   * @param silent those that did not say whether they hold the meeting
   * @param unable those of the silent from which an answer came that does not tell: an error, or
   *     that it refuses our secret
   * @param overloaded whether too many calls to one of those were in flight to ask it
   */
  record Result(
      List<Sighting> sightings,
      List<Denial> denials,
      List<Server> silent,
      List<Server> unable,
      boolean overloaded) {

    /** What these servers said, and those of the other result. */
    Result and(Result other) {
      return new Result(
          both(sightings, other.sightings),
          both(denials, other.denials),
          both(silent, other.silent),
          both(unable, other.unable),
          overloaded || other.overloaded);
    }

    /** The same without copies that are being ended, which are no meetings any more. */
    Result withoutEnded() {
      return new Result(
          sightings.stream().filter(sighting -> !sighting.ended()).toList(),
          denials,
          silent,
          unable,
          overloaded);
    }

    /**
     * Where a meeting is that none of the servers has.
     *
     * @param untold other servers that may have it, and were not asked
     */
    Location absentUnlessSilent(List<Server> untold) {
      List<Server> unheard = both(untold, silent);
      return unheard.isEmpty() ? new Location.Absent() : new Location.Unknown(unheard, overloaded);
    }

    private static <T> List<T> both(List<T> some, List<T> more) {
      List<T> all = new ArrayList<>(some);
      all.addAll(more);
      return all;
    }
  }

  /** Asks each of the servers; never completed exceptionally. */
  CompletionStage<Result> ask(MeetingId meetingId, List<Server> servers, Deadline deadline) {
    QueryString query = QueryString.EMPTY.withEncoded("meetingID", meetingId.text());
    long asked = calls.nanoClock().getAsLong();
    return Stages.all(
            servers.stream()
                .map(
                    server ->
                        calls.ask(
                            server, ApiCall.GET_MEETING_INFO, query, deadline, new Cancellation()))
                .toList())
        .thenApply(replies -> read(meetingId, asked, replies));
  }

  private Result read(MeetingId meetingId, long asked, List<Reply> replies) {
    List<Sighting> sightings = new ArrayList<>(1);
    List<Denial> denials = new ArrayList<>(replies.size());
    List<Server> silent = new ArrayList<>(0);
    List<Server> unable = new ArrayList<>(0);
    boolean overloaded = false;
    for (Reply reply : replies) {
      if (reply instanceof Reply.Said said && showsMeeting(said.content())) {
        Sighting sighting = sighting(said.server(), said.content(), asked);
        // Servers also find a meeting by the beginning of its internal id: that is another meeting.
        if (sighting.meetingId().equals(meetingId)
            || said.content().text("internalMeetingID").equals(meetingId.text())) {
          sightings.add(sighting);
        }
      } else if (reply instanceof Reply.Said said && said.content().deniesMeeting()) {
        denials.add(new Denial(said.server().name(), asked));
      } else {
        silent.add(reply.server());
        if (isUnable(reply)) {
          unable.add(reply.server());
        }
        overloaded |= reply instanceof Reply.Overloaded;
      }
    }
    return new Result(sightings, denials, silent, unable, overloaded);
  }

  /** Whether the server is there and cannot tell. A SUCCESS may be about the meeting. */
  private static boolean isUnable(Reply reply) {
    return reply.fold(
        said -> !said.content().succeeded(), Reply.Nothing::failed, () -> false, () -> true);
  }

  /** Whether an answer shows a meeting; a SUCCESS whose ids cannot be read says nothing. */
  private static boolean showsMeeting(ApiReply content) {
    String id = content.text("meetingID");
    return content.succeeded() && !id.isEmpty() && id.indexOf('\uFFFD') < 0;
  }

  private static Sighting sighting(Server server, ApiReply content, long asked) {
    return new Sighting(
        new MeetingId(content.text("meetingID")),
        server,
        HeldMeeting.of(content),
        asked,
        content.text("hasBeenForciblyEnded").equals("true"));
  }
}
