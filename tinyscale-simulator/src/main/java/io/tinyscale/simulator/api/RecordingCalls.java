package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Query;
import io.tinyscale.simulator.http.Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The calls about recordings. They check the checksum themselves, in the order of the real server.
 */
final class RecordingCalls {
  private static final Set<String> DEFAULT_STATES = Set.of("published", "unpublished");

  /** The maximum number of recordings in a page. */
  private static final int MAX_PAGE = 100;

  private final SimulatedRecordings recordings;
  private final MeetingEvents events;
  private final Checksums checksums;
  private final Settings settings;
  private final String origin;

  RecordingCalls(ServerState state, Checksums checksums, Settings settings) {
    this.recordings = state.recordings();
    this.events = state.events();
    this.origin = state.origin();
    this.checksums = checksums;
    this.settings = settings;
  }

  Response getRecordings(ApiRequest request) {
    if (checksums.ofRecordingCall(request) != Checksums.Verdict.VERIFIED) {
      return Answers.failed(Failure.CHECKSUM_FAILED);
    }
    List<String> recordIds = idList(request, "recordID");
    List<String> meetingIds = idList(request, "meetingID");
    if (recordIds.isEmpty() && meetingIds.isEmpty() && !settings.listsAllRecordings()) {
      return Answers.success(
          xml ->
              xml.element("messageKey", "noRecordings")
                  .element("message", "Fetching all recordings is not allowed on this server."));
    }
    List<SimulatedRecording> found =
        candidates(recordIds, meetingIds)
            .filter(states(request)::contains)
            .filter(recording -> matchesMetadata(recording, request))
            .toList();
    return list(found, request);
  }

  /**
   * Selects by prefix of the ids if ids are given, otherwise by the hashes of the meetings,
   * otherwise all.
   */
  private Stream<SimulatedRecording> candidates(List<String> recordIds, List<String> meetingIds) {
    if (recordIds.isEmpty() && meetingIds.isEmpty()) {
      return recordings.all().stream();
    }
    List<String> prefixes =
        recordIds.isEmpty()
            ? meetingIds.stream().map(SimulatedMeeting::hashOf).toList()
            : recordIds;
    return prefixes.stream().flatMap(p -> recordings.startingWith(p).stream()).distinct();
  }

  /** The entries of an id list, decoded a second time as the server does. */
  private static List<String> idList(ApiRequest request, String name) {
    return request.filled(name).stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(Query::decodeAgain)
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .toList();
  }

  /** The states of the recordings that a caller wants. */
  private record States(Set<String> wanted) {
    boolean contains(SimulatedRecording recording) {
      return wanted.contains("any") || wanted.contains(recording.state());
    }
  }

  private static States states(ApiRequest request) {
    return new States(
        request
            .filled("state")
            .map(
                list ->
                    Arrays.stream(list.split(",")).map(String::strip).collect(Collectors.toSet()))
            .orElse(DEFAULT_STATES));
  }

  private static boolean matchesMetadata(SimulatedRecording recording, ApiRequest request) {
    return request.parameters().parameters().stream()
        .filter(p -> p.name().startsWith("meta_"))
        .allMatch(p -> matches(metadata(recording, p.name().substring(5)), p.value()));
  }

  private static String metadata(SimulatedRecording recording, String name) {
    return recording.metadata().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** A {@code %} at the start or the end stands for any text. */
  private static boolean matches(String value, String pattern) {
    boolean start = pattern.startsWith("%");
    boolean end = pattern.length() > 1 && pattern.endsWith("%");
    String text = pattern.substring(start ? 1 : 0, pattern.length() - (end ? 1 : 0));
    if (start && end) {
      return value.contains(text);
    }
    if (start) {
      return value.endsWith(text);
    }
    return end ? value.startsWith(text) : value.equals(text);
  }

  private Response list(List<SimulatedRecording> found, ApiRequest request) {
    Optional<Integer> limit = number(request, "limit").map(n -> Math.max(1, Math.min(n, MAX_PAGE)));
    Profile.Paging paging = limit.isPresent() ? settings.profile().paging() : Profile.Paging.NONE;
    boolean paged = paging != Profile.Paging.NONE;
    int offset = paged ? Math.max(0, number(request, "offset").orElse(0)) : 0;
    List<SimulatedRecording> page =
        paged ? found.stream().skip(offset).limit(limit.get()).toList() : found;
    return Answers.success(
        xml -> {
          xml.open("recordings");
          for (SimulatedRecording recording : page) {
            write(xml, recording);
          }
          xml.close("recordings");
          if (page.isEmpty()) {
            xml.element("messageKey", "noRecordings")
                .element("message", "There are no recordings for the meeting(s).");
          }
          if (paging == Profile.Paging.BARE) {
            xml.element("totalElements", found.size());
          }
          if (paging == Profile.Paging.WRAPPED) {
            writeWrappedPaging(xml, offset, limit.get(), found.size());
          }
        });
  }

  private static Optional<Integer> number(ApiRequest request, String name) {
    return request.filled(name).filter(n -> n.matches("-?\\d{1,9}")).map(Integer::parseInt);
  }

  private static void writeWrappedPaging(Xml xml, int offset, int limit, int total)
      throws IOException {
    xml.open("pagination")
        .open("pageable")
        .element("offset", offset)
        .element("limit", limit)
        .element("paged", true)
        .element("unpaged", false)
        .close("pageable")
        .element("totalElements", total)
        .element("empty", total == 0)
        .close("pagination");
  }

  private void write(Xml xml, SimulatedRecording recording) throws IOException {
    String id = recording.recordId();
    xml.open("recording")
        .element("recordID", id)
        .element("meetingID", recording.meetingId())
        .element("internalMeetingID", id)
        .element("name", recording.name())
        .element("isBreakout", recording.metadata().getOrDefault("isBreakout", "false"))
        .element("published", recording.published())
        .element("state", recording.state())
        .element("startTime", recording.startTime())
        .element("endTime", recording.endTime())
        .element("participants", recording.participants())
        .entries("metadata", recording.metadata())
        .open("playback")
        .open("format")
        .element("type", "presentation")
        .element("url", origin + "/playback/presentation/2.3/" + id)
        .element("processingTime", 7177)
        .element("length", (recording.endTime() - recording.startTime()) / 60_000)
        .element("size", 1104836)
        .close("format")
        .close("playback")
        .close("recording");
  }

  Response publishRecordings(ApiRequest request) {
    return change(
        request,
        Optional.of("publish"),
        ids -> {
          String publish = request.parameter("publish").orElse("");
          String state = publish.equalsIgnoreCase("true") ? "published" : "unpublished";
          ids.forEach(id -> changeState(id, state));
          // The server echoes the given text without escaping it.
          return Answers.success(xml -> xml.raw("<published>" + publish + "</published>\n"));
        });
  }

  Response deleteRecordings(ApiRequest request) {
    return change(
        request,
        Optional.empty(),
        ids -> {
          ids.forEach(id -> changeState(id, "deleted"));
          return Answers.success(xml -> xml.element("deleted", true));
        });
  }

  private void changeState(String id, String state) {
    recordings.change(id, recording -> recording.withState(state)).ifPresent(events::changed);
  }

  /** Sets metadata; an empty value removes the name. BBB ignores other parameters. */
  Response updateRecordings(ApiRequest request) {
    UnaryOperator<SimulatedRecording> update = recording -> updated(recording, request);
    return change(
        request,
        Optional.empty(),
        ids -> {
          // Like the server: finds recordings by whole id, then changes them by prefix.
          for (String id : ids) {
            recordings.startingWith(id).forEach(r -> recordings.change(r.recordId(), update));
          }
          return Answers.success(xml -> xml.element("updated", true));
        });
  }

  private static SimulatedRecording updated(SimulatedRecording recording, ApiRequest request) {
    Map<String, String> metadata = new LinkedHashMap<>(recording.metadata());
    for (Query.Parameter parameter : request.parameters().parameters()) {
      if (parameter.name().startsWith("meta_")) {
        String name = parameter.name().substring(5).toLowerCase(Locale.ROOT);
        if (parameter.value().isEmpty()) {
          metadata.remove(name);
        } else {
          metadata.put(name, parameter.value());
        }
      }
    }
    return recording.withMetadata(metadata);
  }

  /** A change of recordings that exist. */
  private interface Change {
    Response to(List<String> recordIds);
  }

  /**
   * Checks in the server's order (checksum given, parameters given, checksum right), skips unknown
   * ids and fails only if all ids are unknown.
   */
  private Response change(ApiRequest request, Optional<String> required, Change change) {
    Checksums.Verdict verdict = checksums.ofRecordingCall(request);
    if (verdict == Checksums.Verdict.MISSING) {
      return Answers.failed(Failure.CHECKSUM_FAILED);
    }
    List<String> ids = idList(request, "recordID");
    if (ids.isEmpty()) {
      return Answers.failed(Failure.RECORDING_ID_MISSING);
    }
    if (required.isPresent() && request.filled(required.get()).isEmpty()) {
      return Answers.failed(
          new Failure("missingParamPublish", "You must specify a publish value true or false."));
    }
    if (verdict == Checksums.Verdict.WRONG) {
      return Answers.failed(Failure.CHECKSUM_FAILED);
    }
    List<String> known = ids.stream().filter(id -> recordings.get(id).isPresent()).toList();
    return known.isEmpty() ? Answers.failed(Failure.RECORDINGS_NOT_FOUND) : change.to(known);
  }
}
