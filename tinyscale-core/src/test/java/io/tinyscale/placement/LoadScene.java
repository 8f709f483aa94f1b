package io.tinyscale.placement;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad.NearEqual;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Rendezvous;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Servers, time and meetings for a policy by expected load. */
final class LoadScene {

  /** A Monday at 10:00 in Berlin. */
  static final Instant MONDAY = Instant.parse("2026-01-12T09:00:00Z");

  static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  final MeetingHistory history = MeetingHistory.in(BERLIN);
  final ExpectedLoad policy;
  final List<Server> servers;
  private Instant time = MONDAY;

  /** Near the end of the scale: code must not rely on the origin of a nano clock. */
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

  LoadScene(int... weights) {
    this(ExpectedLoadSettings.DEFAULT, 0, weights);
  }

  LoadScene(ExpectedLoadSettings settings, double band, int... weights) {
    this(settings, new NearEqual(band, 0), new GatewayObserver() {}, weights);
  }

  LoadScene(ExpectedLoadSettings settings, GatewayObserver observer, int... weights) {
    this(settings, NearEqual.TIES, observer, weights);
  }

  LoadScene(NearEqual nearEqual, int... weights) {
    this(ExpectedLoadSettings.DEFAULT, nearEqual, new GatewayObserver() {}, weights);
  }

  private LoadScene(
      ExpectedLoadSettings settings,
      NearEqual nearEqual,
      GatewayObserver observer,
      int... weights) {
    servers =
        IntStream.range(0, weights.length)
            .mapToObj(i -> server(Character.toString('A' + i), weights[i]))
            .toList();
    policy = new ExpectedLoad(settings, nearEqual, clock(), this::nanos, history, observer, null);
  }

  static Server server(String name, int weight) {
    return new Server(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("s"),
        ChecksumAlgorithm.SHA256,
        weight,
        Set.of(),
        AdminState.ENABLED);
  }

  InstantSource clock() {
    return () -> time;
  }

  Instant now() {
    return time;
  }

  synchronized long nanos() {
    return nanos;
  }

  synchronized void pass(Duration duration) {
    time = time.plus(duration);
    nanos += duration.toNanos();
  }

  void minutes(int minutes) {
    pass(Duration.ofMinutes(minutes));
  }

  Server server(String name) {
    return servers.stream().filter(server -> server.name().equals(name)).findFirst().orElseThrow();
  }

  static List<ServerStatus> statuses(List<Server> servers) {
    return new ServerPool(servers, 2, 2).snapshot();
  }

  static PlacementRequest create(String id, String parameters) {
    return new PlacementRequest(
        ApiCall.CREATE, new MeetingId(id), "house", new QueryString(parameters));
  }

  static PlacementRequest create(String id) {
    return create(id, "meetingID=" + id);
  }

  Server choose(PlacementRequest request) {
    return policy.choose(statuses(servers), request).orElseThrow();
  }

  /** Chooses a server, which makes the meeting at once. */
  Server place(PlacementRequest request) {
    Server chosen = choose(request);
    policy.made(request, chosen);
    return chosen;
  }

  Server place(String id) {
    return place(create(id));
  }

  double load(String server) {
    return policy.load(server(server));
  }

  Map<String, Double> loads() {
    Map<String, Double> loads = new LinkedHashMap<>();
    servers.forEach(server -> loads.put(server.name(), policy.load(server)));
    return loads;
  }

  /** An id of a form that prefers a server if all are equally good. */
  String idPreferring(String server, String prefix) {
    Rendezvous rendezvous = new Rendezvous();
    for (int i = 0; ; i++) {
      String id = prefix + i;
      byte[] key = Rendezvous.key(new MeetingId(id));
      double own = rendezvous.score(server(server), key);
      if (servers.stream().allMatch(other -> rendezvous.score(other, key) <= own)) {
        return id;
      }
    }
  }

  /** A meeting that was made some minutes ago, by the clock of its server, which is right. */
  HeldMeeting meeting(int users, int cameras, int minutesAgo) {
    return held(users, cameras, time.minus(Duration.ofMinutes(minutesAgo)), 0, false, 0);
  }

  static HeldMeeting held(
      int users, int cameras, Instant made, int maxUsers, boolean isBreakout, int hint) {
    return new HeldMeeting(
        "", users, "", cameras, made.toEpochMilli(), maxUsers, isBreakout, hint, true);
  }

  SweepObserver ask(String server) {
    return policy.sweep(server(server), nanos());
  }

  /** A complete sweep that takes no time. */
  void sweep(String server, Map<String, HeldMeeting> meetings) {
    answer(ask(server), meetings, true);
  }

  static void answer(SweepObserver sweep, Map<String, HeldMeeting> meetings, boolean complete) {
    meetings.forEach((id, meeting) -> sweep.meeting(new MeetingId(id), meeting));
    sweep.ended(complete);
  }

  /** Lets a meeting of this size be held on a server that is empty, and end. */
  void remember(String server, String id, int users) {
    sweep(server, Map.of());
    sweep(server, Map.of(id, meeting(users, 0, 0)));
    pass(Duration.ofSeconds(1));
    sweep(server, Map.of());
  }
}
