package io.tinyscale.admin;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.server.RoomSizes;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;

/**
 * What each server carries, under the names of bigbluebutton-exporter: its dashboards work without
 * an exporter on any server. A server is an {@code instance} there.
 */
final class ExporterSeries {

  /** How many bounds of sizes the exporter has for each family. */
  private static final int ALL = RoomSizes.BOUNDS.size();

  private static final int UP_TO_120 = RoomSizes.BOUNDS.indexOf(120) + 1;

  private static final String INSTANCE = "instance";

  private ExporterSeries() {}

  /** The series of this status. */
  static MetricSnapshots of(BalancerStatus status) {
    Families families = new Families();
    for (BalancerStatus.OfServer server : status.servers()) {
      ofUnique(families, server);
      of(families, server.status());
    }
    return families.snapshots();
  }

  private static void ofUnique(Families families, BalancerStatus.OfServer server) {
    String name = server.status().server().name();
    families.counter(
        "bbb_unique_meetings",
        "Meetings that were seen on the server, breakout rooms apart.",
        server.seen().meetings(),
        INSTANCE,
        name);
    families.counter(
        "bbb_unique_breakout_rooms",
        "Breakout rooms that were seen on the server.",
        server.seen().breakouts(),
        INSTANCE,
        name);
    if (!server.bbbVersion().isEmpty()) {
      families.gauge(
          "bbb_version",
          "Version of the server's BigBlueButton.",
          1,
          INSTANCE,
          name,
          "version",
          server.bbbVersion());
    }
  }

  private static void of(Families families, ServerStatus server) {
    String name = server.server().name();
    families.gauge(
        "bbb_exporter",
        "Version of what stands in for the exporter.",
        1,
        INSTANCE,
        name,
        "version",
        "tinyscale-" + StatusSeries.version());
    families.gauge(
        "bbb_api_up", "1 if the server's API answers.", server.tells() ? 1 : 0, INSTANCE, name);
    ServerLoad load = server.load();
    if (!load.isKnown()) {
      return;
    }
    families.gauge("bbb_meetings", "Meetings on the server.", load.meetings(), INSTANCE, name);
    families.gauge(
        "bbb_meetings_participants",
        "People in all meetings of the server.",
        load.users(),
        INSTANCE,
        name);
    families.gauge(
        "bbb_meetings_participants_max",
        "People in the largest meeting of the server.",
        load.details().largest(),
        INSTANCE,
        name);
    families.gauge(
        "bbb_meetings_listeners",
        "People who only listen in all meetings of the server.",
        load.details().listeners().sum(),
        INSTANCE,
        name);
    families.gauge(
        "bbb_meetings_voice_participants",
        "People with a microphone in all meetings of the server.",
        load.details().voices().sum(),
        INSTANCE,
        name);
    families.gauge(
        "bbb_meetings_video_participants",
        "Cameras in all meetings of the server.",
        load.cameras(),
        INSTANCE,
        name);
    rooms(families, name, load.details());
    load.details()
        .origins()
        .forEach(
            (origin, people) ->
                families.gauge(
                    "bbb_meetings_participants_origin",
                    "People by the front ends of their meetings.",
                    people,
                    INSTANCE,
                    name,
                    "server",
                    origin.server(),
                    "name",
                    origin.name()));
  }

  private static void rooms(Families families, String name, ServerLoad.Details details) {
    families.rooms(
        "bbb_room_participants", "Rooms by people in them.", details.people(), ALL, INSTANCE, name);
    families.rooms(
        "bbb_room_listeners",
        "Rooms by people who only listen.",
        details.listeners(),
        ALL,
        INSTANCE,
        name);
    families.rooms(
        "bbb_room_voice_participants",
        "Rooms by people with a microphone.",
        details.voices(),
        UP_TO_120,
        INSTANCE,
        name);
    families.rooms(
        "bbb_room_video_participants",
        "Rooms by cameras.",
        details.videos(),
        UP_TO_120,
        INSTANCE,
        name);
  }
}
