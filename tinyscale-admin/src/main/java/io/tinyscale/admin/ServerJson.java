package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Writes servers as JSON, field by field: never a secret. */
final class ServerJson {

  private ServerJson() {}

  /** Writes all servers as the member {@code servers}. */
  static void writeAll(JsonWriter json, Snapshot now) throws IOException {
    json.name("servers").beginArray();
    for (OfServer server : now.status().servers()) {
      json.beginObject();
      write(json, server, now);
      json.endObject();
    }
    json.endArray();
  }

  /** Writes the members of a server. */
  static void write(JsonWriter json, OfServer told, Snapshot now) throws IOException {
    ServerStatus status = told.status();
    Server server = status.server();
    json.name("name").value(server.name());
    json.name("host").value(server.api().getHost());
    json.name("api").value(server.api().toString());
    json.name("state").value(server.state().toString());
    json.name("verdict").value(verdict(status));
    json.name("available").value(status.takesNewMeetings());
    Answers.texts(json.name("reasons"), reasons(status));
    Answers.time(json.name("since"), known(status.since(), now.startedAt()));
    json.name("cause").value(status.cause().isEmpty() ? null : status.cause());
    json.name("weight").value(server.weight());
    Answers.texts(json.name("tags"), new TreeSet<>(server.tags()));
    json.name("checksum").value(server.algorithm().toString());
    json.name("bbbVersion").value(told.bbbVersion().isEmpty() ? null : told.bbbVersion());
    json.name("leaving").value(status.leaving());
    json.name("secretRefused").value(status.refusesSecret());
    Answers.time(
        json.name("ejectedUntil"),
        told.ejectedFor() == null ? null : Answers.rounded(now.time().plus(told.ejectedFor())));
    json.name("onTrial").value(status.health().isOnTrial());
    Tally.Sign list = now.tally().list(server.name());
    json.name("list").value(list == null ? "complete" : list.text());
    load(json, told, now);
    calls(json, told, now);
    drain(json, server, now);
  }

  private static Instant known(Instant since, Instant otherwise) {
    return since.equals(Instant.EPOCH) ? otherwise : since;
  }

  /** In one word; a server that never told its meetings may hold anything. */
  private static String verdict(ServerStatus status) {
    if (!status.health().isUp()) {
      return "down";
    }
    return status.swept() || status.refusesSecret() ? "up" : "unknown";
  }

  /** Why a server takes no new meetings. */
  static List<String> reasons(ServerStatus status) {
    List<String> reasons = new ArrayList<>();
    if (status.leaving()) {
      reasons.add("leaving");
    } else if (status.server().state() != AdminState.ENABLED) {
      reasons.add(status.server().state().toString());
    }
    if (!status.health().isUp()) {
      reasons.add("down");
    } else if (status.health().isEjected()) {
      reasons.add("ejected");
    } else if (status.health().isOnTrial()) {
      reasons.add("on-trial");
    } else if (status.health().isInDoubt()) {
      reasons.add("in-doubt");
    }
    if (status.refusesSecret()) {
      reasons.add("secret-refused");
    }
    return reasons;
  }

  private static void load(JsonWriter json, OfServer told, Snapshot now) throws IOException {
    ServerLoad load = told.load();
    json.name("load");
    if (!load.isKnown()) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("meetings").value(load.meetings());
    json.name("users").value(load.users());
    json.name("listeners").value(load.details().listeners().sum());
    json.name("voice").value(load.details().voices().sum());
    json.name("video").value(load.cameras());
    json.name("breakouts").value(load.details().breakouts());
    json.name("largest").value(load.details().largest());
    Answers.time(
        json.name("asOf"),
        told.sinceSweep() == null ? null : Answers.rounded(now.time().minus(told.sinceSweep())));
    json.endObject();
  }

  private static void calls(JsonWriter json, OfServer told, Snapshot now) throws IOException {
    CallTimes times = now.tally().times(told.status().server().name());
    json.name("calls").beginObject();
    json.name("inFlight").value(told.calls());
    json.name("max").value(told.mostCalls());
    json.name("failedLast5m").value(times.failed());
    number(json.name("p50Millis"), times.percentileMillis(50));
    number(json.name("p95Millis"), times.percentileMillis(95));
    json.endObject();
  }

  private static void number(JsonWriter json, OptionalLong number) throws IOException {
    if (number.isPresent()) {
      json.value(number.getAsLong());
    } else {
      json.nullValue();
    }
  }

  private static void drain(JsonWriter json, Server server, Snapshot now) throws IOException {
    Drain drain = server.drain();
    json.name("drain");
    if (drain == null) {
      json.nullValue();
      return;
    }
    Drainings.Begun begun = now.drains().get(server.name());
    Tally.Told told = now.tally().lastTold(server.name());
    json.beginObject();
    json.name("by").value(begun == null ? null : begun.by());
    Answers.time(json.name("since"), begun == null ? null : begun.since());
    Answers.time(json.name("deadline"), drain.deadline());
    json.name("end").value(drain.end());
    json.name("then").value(drain.then().toString());
    json.name("message").value(!drain.message().isEmpty());
    if (told != null && begun != null && !told.time().isBefore(begun.since())) {
      json.name("told").value(told.told());
      json.name("rooms").value(told.rooms());
    }
    json.endObject();
  }
}
