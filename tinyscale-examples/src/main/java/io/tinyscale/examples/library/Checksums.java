package io.tinyscale.examples.library;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.tenant.Verdict;
import io.tinyscale.upstream.ServerCalls;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Pieces of core that work without a transport: checksums, and the choice of a server. */
final class Checksums {

  private Checksums() {}

  /** The checksum of a call by this secret; the query goes in exactly as it is. */
  static String of(String secret, String call, QueryString query) {
    return Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.named(call), query, Secret.of(secret));
  }

  /** The complete, signed address of a call; the query goes in exactly as it is. */
  static String sign(Server server, String call, String query) {
    return ServerCalls.signedAddress(server, ApiCall.named(call), new QueryString(query));
  }

  /** Whether the checksum in a query, wherever it stands, was made with the secret. */
  static boolean verify(String secret, String call, String query) {
    Authenticator authenticator =
        new Authenticator(
            List.of(new Tenant("front end", List.of(Secret.of(secret)))),
            EnumSet.allOf(ChecksumAlgorithm.class));
    Verdict verdict =
        authenticator.authenticate(ApiCall.named(call), new QueryString(query), QueryString.EMPTY);
    return verdict instanceof Verdict.Accepted;
  }

  /** The server for a new meeting; the policy keeps its cursor from call to call. */
  static Optional<Server> pick(Placer placer, String meetingId, String createQuery) {
    PlacementRequest create =
        new PlacementRequest(
            ApiCall.CREATE, new MeetingId(meetingId), "front end", new QueryString(createQuery));
    return placer.choose(create, List.of());
  }
}
