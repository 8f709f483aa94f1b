package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.observe.RecentEvents;
import java.io.IOException;
import java.util.Map;

/** Writes events as JSON. */
final class EventJson {

  private EventJson() {}

  /** Writes the members of an event. */
  static void write(JsonWriter json, RecentEvents.Event event) throws IOException {
    json.name("id").value(event.id());
    Answers.time(json.name("time"), event.time());
    json.name("level").value(event.level());
    json.name("name").value(event.name());
    json.name("fields").beginObject();
    for (Map.Entry<String, String> field : event.fields().entrySet()) {
      json.name(field.getKey()).value(field.getValue());
    }
    json.endObject();
  }
}
