package io.tinyscale.examples.extension;

import io.tinyscale.observe.ServerScore;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Takes the order of a create's tags for an order of preference: {@code meta_server-tag=new;old}
 * fills the servers with the tag {@code new} first, and those with {@code old} once each of the
 * first has as many people as it can carry. Weights are numbers of people. Among servers that are
 * equally welcome, the one that is the least full gets the meeting, by the people of its last
 * sweep: creates since do not count, so this suits a pool with a few of them a minute. Thread-safe.
 *
 * <p>tinyscale has already left out the servers without any of these tags.
 */
public final class FirstTagFirst implements PlacementPolicy {

  /** The place of a server behind all those that are preferred. */
  private static final int FULL = 1_000;

  /** For {@link java.util.ServiceLoader}. */
  public FirstTagFirst() {}

  @Override
  public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
    return weigh(candidates, request).stream().findFirst().map(ServerScore::server);
  }

  @Override
  public List<ServerScore> weigh(List<ServerStatus> candidates, PlacementRequest request) {
    List<String> tags = List.of(request.tags().orElse("").replaceAll("!$", "").split(";"));
    int coming = request.sizeHint().orElse(0);
    return candidates.stream()
        .map(candidate -> score(candidate, tags, coming))
        .sorted(Comparator.comparingDouble(ServerScore::score))
        .toList();
  }

  private static ServerScore score(ServerStatus candidate, List<String> tags, int coming) {
    Server server = candidate.server();
    long people = Math.max(0, candidate.load().users());
    double fill = (double) (people + coming) / server.weight();
    return new ServerScore(server, people, fill + (fill < 1 ? place(server, tags) : FULL));
  }

  private static int place(Server server, List<String> tags) {
    for (int i = 0; i < tags.size(); i++) {
      if (server.tags().contains(tags.get(i))) {
        return i;
      }
    }
    return tags.size();
  }
}
