package io.tinyscale.balancer;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.observe.ServerScore;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Health;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a create would go now, and why. Immutable.
 *
 * @param policy the policy that chooses, as the configuration names it
 * @param servers every server of the pool, in the order of the pool file
 * @param choice the server that would get the create; empty if the create would be refused
 * @param reason why that server, or the messageKey and message of the refusal
 */
public record PlacementPreview(
    String policy, List<OfServer> servers, Optional<Server> choice, String reason) {

  /** Copies the list. */
  public PlacementPreview {
    servers = List.copyOf(servers);
  }

  /**
   * One server.
   *
   * @param expectedLoad what the policy takes it to carry without the meeting, in users without
   *     cameras; empty if the policy does not measure, or the server is no candidate and did not
   *     tell its meetings
   * @param score how well it suits the meeting, the least is the best; empty if the policy does not
   *     measure, or cannot choose it
   * @param obstacle why the policy cannot choose it, in a few words; empty if it can
   */
  public record OfServer(
      ServerStatus status, OptionalDouble expectedLoad, OptionalDouble score, String obstacle) {}

  /**
   * What would become of a create, by what the servers have told. Nobody is asked for the meeting:
   * on a server that did not tell its meetings it is not seen.
   */
  static PlacementPreview of(
      AcceptedCall create,
      ServerPool pool,
      MeetingDirectory directory,
      Placer placer,
      String policy) {
    PlacementRequest request = create.placementRequest(directory.idOf(create.givenMeetingId()));
    List<OfServer> servers = rows(request, pool, placer);
    Optional<Server> holder = directory.remembered(request.meetingId());
    if (holder.isPresent()) {
      return new PlacementPreview(policy, servers, holder, "it holds the meeting");
    }
    Optional<Server> withParent =
        create.parentMeetingId().map(directory::idOf).flatMap(directory::remembered);
    if (withParent.isPresent()) {
      return new PlacementPreview(
          policy, servers, withParent, "it holds the parent of the breakout room");
    }
    Optional<Server> chosen = placer.choose(request, List.of());
    if (chosen.isPresent()) {
      return new PlacementPreview(policy, servers, chosen, "the policy chooses it");
    }
    ApiError refusal = placer.refusal(request, List.of());
    return new PlacementPreview(
        policy, servers, chosen, refusal.messageKey() + ": " + refusal.message());
  }

  /** All servers at one instant. */
  static List<OfServer> rows(PlacementRequest request, ServerPool pool, Placer placer) {
    List<ServerStatus> all = pool.snapshot();
    List<ServerStatus> candidates = Placer.candidates(request, all);
    List<ServerScore> scores = placer.weigh(candidates, request);
    boolean areLastResort = candidates.stream().noneMatch(ServerStatus::takesNewMeetings);
    return all.stream()
        .map(status -> row(status, candidates.contains(status), areLastResort, scores, placer))
        .toList();
  }

  private static OfServer row(
      ServerStatus status,
      boolean isCandidate,
      boolean areLastResort,
      List<ServerScore> scores,
      Placer placer) {
    for (ServerScore score : scores) {
      if (score.server().equals(status.server())) {
        return new OfServer(
            status, OptionalDouble.of(score.load()), OptionalDouble.of(score.score()), "");
      }
    }
    return new OfServer(
        status,
        placer.expectedLoad(status.server()),
        OptionalDouble.empty(),
        isCandidate ? "" : obstacle(status, areLastResort));
  }

  /**
   * Why a server is no candidate.
   *
   * @param isLastResort whether a server may be in doubt, because no other is left
   */
  private static String obstacle(ServerStatus status, boolean isLastResort) {
    Health health = status.health();
    if (status.server().state() != AdminState.ENABLED) {
      return status.server().state().toString();
    }
    if (!health.isUp()) {
      return "down";
    }
    if (status.refusesSecret()) {
      return "refuses the secret";
    }
    boolean isOpen = status.takesNewMeetings() || isLastResort && status.isLastResort();
    if (!isOpen) {
      return health.isEjected()
          ? "ejected"
          : health.state() == Health.State.TRIED ? "on trial" : "in doubt";
    }
    return status.server().tags().isEmpty() ? "has no tag" : "has other tags";
  }

  /**
   * The servers in use that did not tell their meetings, in the order of the pool file. A meeting
   * on one of them is not seen here, while a create asks for it.
   */
  public List<Server> untold() {
    return servers.stream()
        .map(OfServer::status)
        .filter(status -> status.inUse() && !status.swept())
        .map(ServerStatus::server)
        .toList();
  }
}
