package io.tinyscale.admin;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.MeetingSearch;
import io.tinyscale.config.AdminScope;
import io.tinyscale.health.EndedCopy;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.meeting.KnownMeeting;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Meetings: to list, to find and to end. */
final class MeetingsApi {

  private static final int USUAL_PAGE = 200;
  private static final int LARGEST_PAGE = 1_000;

  private final Balancer balancer;
  private final Snapshots snapshots;

  MeetingsApi(Balancer balancer, Snapshots snapshots) {
    this.balancer = balancer;
    this.snapshots = snapshots;
  }

  List<Operation> operations() {
    return List.of(
        new Operation("GET", "/meetings", AdminScope.READ, this::list),
        new Operation("GET", "/meetings/find", AdminScope.READ, this::find),
        new Operation("POST", "/meetings/end", AdminScope.OPERATE, this::end));
  }

  private CompletionStage<HttpAnswer> list(AdminRequest request) throws Refusal {
    int limit = request.limit(USUAL_PAGE, LARGEST_PAGE);
    String server = request.query().first("server").orElse("");
    String after = request.query().first("after").orElse("");
    // One more than asked for tells whether there is a next page.
    List<KnownMeeting> known = balancer.meetings().list(server, after, limit + 1);
    List<KnownMeeting> page = known.subList(0, Math.min(limit, known.size()));
    return Answers.now(
        Answers.json(
            json -> {
              json.name("meetings").beginArray();
              for (KnownMeeting meeting : page) {
                json.beginObject();
                MeetingJson.write(json, meeting, snapshots.time());
                json.endObject();
              }
              json.endArray();
              json.name("next")
                  .value(
                      known.size() > limit && !page.isEmpty()
                          ? page.get(page.size() - 1).meetingId().text()
                          : null);
            }));
  }

  private CompletionStage<HttpAnswer> find(AdminRequest request) throws Refusal {
    String id =
        request
            .query()
            .first("id")
            .filter(text -> !text.isEmpty())
            .orElseThrow(() -> new Refusal(Problem.invalidBody(List.of("id: missing."))));
    return balancer
        .meetings()
        .find(id, request.unlessFalse("ask"))
        .thenApply(
            search ->
                search instanceof MeetingSearch.Found found
                    ? Answers.json(
                        json -> MeetingJson.write(json, found.meeting(), snapshots.time()))
                    : notFound(search).answer(request.id()));
  }

  private static Problem notFound(MeetingSearch search) {
    return search instanceof MeetingSearch.Unknown unknown
        ? new Problem(
                503,
                "meeting-unknown",
                "Nobody can tell",
                "No server that answers has the meeting, and some do not answer: "
                    + String.join(", ", unknown.silent())
                    + ".")
            .with("silent", unknown.silent())
        : absent();
  }

  private static Problem absent() {
    return new Problem(404, "meeting-absent", "No such meeting", "No server has the meeting.");
  }

  private CompletionStage<HttpAnswer> end(AdminRequest request) throws Refusal {
    JsonBody body = request.json("meetingID", "server");
    body.require("meetingID");
    String id = body.text("meetingID").orElse("");
    Optional<String> server = body.text("server");
    body.refuseErrors();
    if (id.isEmpty()) {
      throw new Refusal(Problem.invalidBody(List.of("meetingID: expected: a meetingID.")));
    }
    if (server.isPresent() && snapshots.now().server(server.get()).isEmpty()) {
      throw new Refusal(
          new Problem(404, "server-unknown", "No such server", "The pool has no such server."));
    }
    return balancer
        .meetings()
        .find(id, true)
        .thenCompose(
            search ->
                search instanceof MeetingSearch.Found found
                    ? ended(found.meeting(), server)
                        .thenApply(copies -> answer(found.meeting(), copies, request))
                    : Answers.now(notFound(search).answer(request.id())));
  }

  private CompletionStage<List<EndedCopy>> ended(KnownMeeting meeting, Optional<String> server) {
    return server.isPresent()
        ? balancer.meetings().end(meeting, server.get()).thenApply(List::of)
        : balancer.meetings().end(meeting);
  }

  private static HttpAnswer answer(
      KnownMeeting meeting, List<EndedCopy> copies, AdminRequest request) {
    List<EndedCopy> left = copies.stream().filter(copy -> !copy.isOver()).toList();
    if (!left.isEmpty()) {
      return new Problem(
              502,
              "server-refused",
              "The server does not end the meeting",
              left.get(0).server() + ": " + left.get(0).cause() + ".")
          .with("servers", left.stream().map(EndedCopy::server).toList())
          .answer(request.id());
    }
    if (copies.stream().allMatch(copy -> copy.result() == EndedCopy.Result.ABSENT)) {
      return absent().answer(request.id());
    }
    return Answers.json(
        json -> {
          json.name("meetingID").value(meeting.meetingId().text());
          json.name("copies").beginArray();
          for (EndedCopy copy : copies) {
            json.beginObject();
            json.name("server").value(copy.server());
            json.name("result").value(copy.result().name().toLowerCase(Locale.ROOT));
            json.endObject();
          }
          json.endArray();
        });
  }
}
