package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;

/** The series that show the status of each server. */
final class ServerSeries {

  private ServerSeries() {}

  /** Adds the series of this server. */
  static void add(Families families, BalancerStatus.OfServer server) {
    ServerStatus status = server.status();
    String name = status.server().name();
    families.info(
        "tinyscale_server",
        "The server's address and its version of BigBlueButton, always 1.",
        Series.SERVER,
        name,
        "host",
        status.server().api().getAuthority(),
        "bbb_version",
        server.bbbVersion());
    families.gauge(
        "tinyscale_server_up",
        "1 if sweeps find the server up.",
        StatusSeries.number(status.health().isUp()),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_available",
        "1 if the server takes new meetings now.",
        StatusSeries.number(status.takesNewMeetings()),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_ejected",
        "1 if the server is out because real calls fail.",
        StatusSeries.number(status.health().isEjected()),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_on_trial",
        "1 if the server was ejected and its next create decides.",
        StatusSeries.number(status.health().isOnTrial()),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_secret_refused",
        "1 if the server refuses our checksum.",
        StatusSeries.number(status.refusesSecret()),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_leaving",
        "1 if the server was removed from the pool file and still holds meetings.",
        StatusSeries.number(status.leaving()),
        Series.SERVER,
        name);
    for (AdminState state : AdminState.values()) {
      families.gauge(
          "tinyscale_server_admin_state",
          "1 for the state that the operator has put the server in, 0 for the others.",
          StatusSeries.number(status.server().state() == state),
          Series.SERVER,
          name,
          "state",
          state.toString());
    }
    families.gauge(
        "tinyscale_server_weight",
        "What the server can carry in proportion to the others.",
        server.weight(),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_calls_in_flight",
        "Calls to the server under way.",
        server.calls(),
        Series.SERVER,
        name);
    Drain drain = status.server().drain();
    if (drain != null && drain.deadline() != null) {
      families.gauge(
          "tinyscale_server_drain_deadline_timestamp_seconds",
          "Until when the drained server keeps its meetings; only while its drain has a deadline.",
          drain.deadline().getEpochSecond(),
          Series.SERVER,
          name);
    }
    load(families, name, server.load());
    if (server.expectedLoad() >= 0) {
      families.gauge(
          "tinyscale_server_expected_load",
          "What the placement policy expects the server to carry, in users without cameras.",
          server.expectedLoad(),
          Series.SERVER,
          name);
      families.gauge(
          "tinyscale_server_fill",
          "The expected load for each unit of the server's weight.",
          server.fill(),
          Series.SERVER,
          name);
    }
  }

  /** A server that never told its meetings has no load. */
  private static void load(Families families, String name, ServerLoad load) {
    if (!load.isKnown()) {
      return;
    }
    families.gauge(
        "tinyscale_server_meetings",
        "Meetings on the server when it last told them.",
        load.meetings(),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_users",
        "People on the server when it last told its meetings.",
        load.users(),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_video_streams",
        "Cameras on the server when it last told its meetings.",
        load.cameras(),
        Series.SERVER,
        name);
    ServerLoad.Details details = load.details();
    families.gauge(
        "tinyscale_server_listeners",
        "People who only listened when the server last told its meetings.",
        details.listeners().sum(),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_voice_users",
        "People with a microphone when the server last told its meetings.",
        details.voices().sum(),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_breakouts",
        "Breakout rooms when the server last told its meetings.",
        details.breakouts(),
        Series.SERVER,
        name);
    families.gauge(
        "tinyscale_server_largest_meeting_users",
        "People in the server's largest meeting when it last told its meetings.",
        details.largest(),
        Series.SERVER,
        name);
  }
}
