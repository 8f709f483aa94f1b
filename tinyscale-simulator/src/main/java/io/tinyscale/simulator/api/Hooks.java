package io.tinyscale.simulator.api;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** The webhooks registered on one server. They outlive their meetings. Safe for many threads. */
final class Hooks {
  private final Map<String, Hook> byUrl = new LinkedHashMap<>();
  private int registered;

  /**
   * One webhook.
   *
   * @param meetingId empty if the hook hears of all meetings
   * @param eventIds the events as a list with commas; empty for all events
   */
  record Hook(
      String id,
      String callbackUrl,
      Optional<String> meetingId,
      Optional<String> eventIds,
      boolean rawData) {

    boolean isFor(String meeting) {
      return meetingId.isEmpty() || meetingId.get().equals(meeting);
    }

    /** Raw events have no names that a list could name. */
    boolean wants(HookEvent event) {
      return (meetingId.isEmpty() || meetingId.equals(event.externalId()))
          && (eventIds.isEmpty() || !rawData && lists(eventIds.get(), event.id()));
    }

    private static boolean lists(String eventIds, String id) {
      return Arrays.stream(eventIds.split(",")).anyMatch(id::equalsIgnoreCase);
    }
  }

  /** A hook, and whether it is new. */
  record Registration(Hook hook, boolean isNew) {}

  /**
   * Registers a URL, unless it is registered already.
   *
   * @param newId makes an id from the number of the registration, which counts from 1
   */
  synchronized Registration register(
      String callbackUrl,
      Optional<String> meetingId,
      Optional<String> eventIds,
      boolean rawData,
      IntFunction<String> newId) {
    Hook existing = byUrl.get(callbackUrl);
    if (existing != null) {
      return new Registration(existing, false);
    }
    Hook hook = new Hook(newId.apply(++registered), callbackUrl, meetingId, eventIds, rawData);
    byUrl.put(callbackUrl, hook);
    return new Registration(hook, true);
  }

  synchronized boolean remove(String id) {
    return byUrl.values().removeIf(hook -> hook.id().equals(id));
  }

  synchronized boolean contains(String id) {
    return byUrl.values().stream().anyMatch(hook -> hook.id().equals(id));
  }

  synchronized List<Hook> all() {
    return List.copyOf(byUrl.values());
  }
}
