package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.bbb.Secret;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.health.MeetingsSeen;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.Caution;
import io.tinyscale.server.Health;
import io.tinyscale.server.Origin;
import io.tinyscale.server.RoomSizes;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Peer;
import io.tinyscale.store.PoolDigest;
import io.tinyscale.store.SharedStatus;
import io.tinyscale.store.StoreSettings.WhenDown;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a balancer may know. */
final class Statuses {

  /** When every balancer here was started. */
  static final Instant STARTED = Instant.parse("2026-11-25T09:00:00Z");

  private Statuses() {}

  /** An enabled server. */
  static Server server(String name) {
    return Server.of(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("s3cr3t"));
  }

  /** These servers are up, each with one person in one room and sixteen in another. */
  static BalancerStatus of(List<Server> pool, double expectedLoad, CallbackStatus callbacks) {
    return new BalancerStatus(
        pool.stream()
            .map(
                server ->
                    new BalancerStatus.OfServer(
                        new ServerStatus(server, Health.UP, true, load(), false, false),
                        2,
                        1,
                        2000,
                        "3.0.4",
                        new MeetingsSeen.Counts(5, 2),
                        expectedLoad))
            .toList(),
        "round-robin",
        new Caution(Balancers.AUTO, true, Duration.ZERO, false),
        4,
        50_000,
        1,
        0,
        5000,
        callbacks,
        0,
        SharedStatus.of(self(pool), null));
  }

  /** What this balancer tells of itself. */
  static Peer self(List<Server> pool) {
    return peer("lb1", 1, PoolDigest.of(pool), Set.of());
  }

  /** A balancer. */
  static Peer peer(String id, int formula, Map<String, String> pool, Set<String> down) {
    return new Peer(id, "4f1c", "0.2.0", formula, STARTED, pool, down);
  }

  /** The same status, with what is shared. */
  static BalancerStatus with(BalancerStatus told, SharedStatus shared) {
    return new BalancerStatus(
        told.servers(),
        told.placement(),
        told.caution(),
        told.meetings(),
        told.mostMeetings(),
        told.splits(),
        told.calls(),
        told.mostCalls(),
        told.callbacks(),
        told.tagFallbacks(),
        shared);
  }

  /** A store that answers, and these others. */
  static SharedStatus shared(BalancerStatus told, SharedStatus.Other... others) {
    return new SharedStatus(
        told.shared().self(),
        told.shared().pool(),
        "redis://store.example.org:6379/0",
        true,
        false,
        WhenDown.DEGRADE,
        List.of(others));
  }

  /** A store without which creates of unknown meetings are refused. */
  static SharedStatus refusing(BalancerStatus told) {
    return new SharedStatus(
        told.shared().self(),
        told.shared().pool(),
        "redis://store.example.org:6379/0",
        false,
        false,
        WhenDown.REFUSE,
        List.of());
  }

  private static ServerLoad load() {
    RoomSizes.Counter people = new RoomSizes.Counter();
    people.add(1);
    people.add(16);
    return new ServerLoad(
        2,
        17,
        3,
        new ServerLoad.Details(
            people.sizes(),
            RoomSizes.NONE,
            RoomSizes.NONE,
            RoomSizes.NONE,
            0,
            16,
            Map.of(new Origin("moodle.example.org", "moodle"), 17)));
  }
}
