package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.BalancerStatus;
import java.io.IOException;
import java.util.List;

/** Writes the status as JSON. */
final class StatusJson {

  private StatusJson() {}

  /** Writes the members of the status. */
  static void write(JsonWriter json, Snapshot now, String version, String poolFile)
      throws IOException {
    BalancerStatus status = now.status();
    List<Trouble> troubles = Troubles.of(now);
    json.name("version").value(version);
    Answers.time(json.name("startedAt"), now.startedAt());
    json.name("verdict").value(verdict(troubles));
    json.name("problems").beginArray();
    for (Trouble trouble : troubles) {
      trouble.write(json, now.time());
    }
    json.endArray();
    json.name("totals").beginObject();
    json.name("servers").value(status.servers().size());
    json.name("enabled").value(now.enabled());
    json.name("available").value(status.takingNewMeetings());
    json.name("meetings").value(now.meetings());
    json.name("users").value(now.users());
    json.name("callsInFlight").value(status.calls());
    json.name("failedLast5m").value(now.rates().failedLast5m());
    json.endObject();
    json.name("limits").beginObject();
    json.name("calls").value(status.mostCalls());
    json.name("meetings").value(status.mostMeetings());
    json.endObject();
    json.name("rates").beginObject();
    json.name("callsPerMinute").value(now.rates().callsPerMinute());
    json.name("createsPerMinute").value(now.rates().createsPerMinute());
    json.name("joinsPerMinute").value(now.rates().joinsPerMinute());
    json.name("failedPerMinute").value(now.rates().failedPerMinute());
    json.endObject();
    json.name("pool").beginObject();
    json.name("file").value(poolFile);
    json.name("valid").value(now.tally().poolMistakes().isEmpty());
    json.name("writable").value(now.isPoolWritable());
    Answers.time(json.name("changedAt"), now.tally().poolChangedAt());
    json.endObject();
    BalancersJson.write(json.name("balancers"), status, now.time());
    Answers.time(json.name("asOf"), now.time());
  }

  private static String verdict(List<Trouble> troubles) {
    if (troubles.stream().anyMatch(trouble -> trouble.severity().equals(Trouble.CRITICAL))) {
      return "critical";
    }
    return troubles.stream().anyMatch(trouble -> trouble.severity().equals(Trouble.WARNING))
        ? "degraded"
        : "ok";
  }
}
