package io.tinyscale.relay;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyscale.bbb.QueryString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The form that a webhook delivers: some fields, one of which is a JSON array of events (BBB docs,
 * Webhooks). A form whose events all belong to one tenant and need no change keeps every byte.
 */
final class HookBody {

  /** Where an event may name its meeting's external id. */
  private static final List<List<String>> EXTERNAL =
      List.of(
          List.of("data", "attributes", "meeting", "external-meeting-id"),
          List.of("core", "body", "props", "meetingProp", "extId"));

  /** Where an event may name the internal id, or the id of the recording, in order of trust. */
  private static final List<List<String>> INTERNAL =
      List.of(
          List.of("data", "attributes", "meeting", "internal-meeting-id"),
          List.of("core", "body", "props", "meetingProp", "intId"),
          List.of("envelope", "routing", "meetingId"),
          List.of("core", "header", "meetingId"),
          List.of("core", "body", "meetingId"),
          List.of("core", "body", "internalMeetingId"),
          List.of("core", "body", "recordId"),
          List.of("core", "body", "meeting_id"));

  private HookBody() {}

  /** What a delivery is for one tenant. */
  sealed interface ForTenant {

    /** The form that the tenant gets. */
    record Form(byte[] body) implements ForTenant {}

    /** No event is the tenant's. */
    record Nothing() implements ForTenant {}

    /** It is no form with events. */
    record Broken() implements ForTenant {}
  }

  /**
   * Makes the form for one tenant.
   *
   * @param owns whether the tenant is known to own the meeting with an internal id; asked where the
   *     external id does not tell
   */
  static ForTenant forTenant(byte[] body, Party tenant, Predicate<String> owns) {
    String form = new String(body, StandardCharsets.UTF_8);
    List<String> given = new QueryString(form).all("event");
    Optional<JsonArray> events = given.size() == 1 ? array(given.get(0)) : Optional.empty();
    if (events.isEmpty()) {
      return new ForTenant.Broken();
    }
    JsonArray own = new JsonArray();
    boolean changed = false;
    for (JsonElement event : events.get()) {
      boolean bySuffix = external(event).stream().anyMatch(id -> endsIn(id, tenant.suffix()));
      if (bySuffix || owns.test(internal(event))) {
        changed |= bySuffix && withOwnIds(event, tenant.suffix());
        own.add(event);
      } else {
        changed = true;
      }
    }
    if (own.isEmpty()) {
      return new ForTenant.Nothing();
    }
    return new ForTenant.Form(
        changed ? withEvents(form, own).getBytes(StandardCharsets.UTF_8) : body);
  }

  private static Optional<JsonArray> array(String text) {
    try {
      JsonElement json = JsonParser.parseString(text);
      return json.isJsonArray() ? Optional.of(json.getAsJsonArray()) : Optional.empty();
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  private static boolean endsIn(String id, String suffix) {
    return !suffix.isEmpty() && id.endsWith(suffix);
  }

  private static List<String> external(JsonElement event) {
    return EXTERNAL.stream().map(path -> text(event, path)).flatMap(Optional::stream).toList();
  }

  private static String internal(JsonElement event) {
    return INTERNAL.stream()
        .map(path -> text(event, path))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("");
  }

  /** Cuts the suffix off the external ids; false if there is none with it. */
  private static boolean withOwnIds(JsonElement event, String suffix) {
    boolean changed = false;
    for (List<String> path : EXTERNAL) {
      String id = text(event, path).orElse("");
      if (endsIn(id, suffix)) {
        int last = path.size() - 1;
        parent(event, path.subList(0, last))
            .orElseThrow()
            .addProperty(path.get(last), id.substring(0, id.length() - suffix.length()));
        changed = true;
      }
    }
    return changed;
  }

  private static Optional<String> text(JsonElement event, List<String> path) {
    int last = path.size() - 1;
    return parent(event, path.subList(0, last))
        .map(parent -> parent.get(path.get(last)))
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString);
  }

  private static Optional<JsonObject> parent(JsonElement event, List<String> path) {
    JsonElement at = event;
    for (String name : path) {
      at = at != null && at.isJsonObject() ? at.getAsJsonObject().get(name) : null;
    }
    return at != null && at.isJsonObject() ? Optional.of(at.getAsJsonObject()) : Optional.empty();
  }

  /** The form with other events; its other fields keep their bytes and their places. */
  private static String withEvents(String form, JsonArray events) {
    StringBuilder changed = new StringBuilder(form.length());
    for (String field : form.split("&", -1)) {
      changed.append(changed.isEmpty() ? "" : "&");
      if (new QueryString(field).first("event").isPresent()) {
        changed
            .append("event=")
            .append(URLEncoder.encode(events.toString(), StandardCharsets.UTF_8));
      } else {
        changed.append(field);
      }
    }
    return changed.toString();
  }
}
