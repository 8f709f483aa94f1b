package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Multipart;
import io.tinyscale.simulator.http.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Captions and subtitles of recordings. These calls answer in JSON most of the time. */
final class TextTrackCalls {
  private static final Set<String> KINDS = Set.of("subtitles", "captions");
  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*");
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

  private final ServerState state;
  private final Checksums checksums;
  private final Map<String, Map<String, Track>> byRecording;

  private record Track(String kind, String language, String label) {}

  TextTrackCalls(ServerState state, Checksums checksums) {
    this.state = state;
    this.checksums = checksums;
    this.byRecording = new ConcurrentHashMap<>();
  }

  /** Lists tracks; every link has its own token. */
  Response get(ApiRequest request) {
    Checksums.Verdict verdict = checksums.ofRecordingCall(request);
    if (verdict == Checksums.Verdict.MISSING) {
      return failed(request, Failure.CHECKSUM_FAILED);
    }
    Optional<String> recordId = request.filled("recordID");
    if (recordId.isEmpty()) {
      return failed(request, Failure.RECORDING_ID_MISSING);
    }
    if (verdict == Checksums.Verdict.WRONG) {
      return failed(request, Failure.CHECKSUM_FAILED);
    }
    if (state.recordings().get(recordId.get()).isEmpty()) {
      return Answers.jsonFailed(noSuchRecording(recordId.get()));
    }
    List<Map<String, String>> tracks = new ArrayList<>();
    for (Track track : byRecording.getOrDefault(recordId.get(), Map.of()).values()) {
      tracks.add(describe(recordId.get(), track));
    }
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("returncode", "SUCCESS");
    response.put("tracks", tracks);
    return Answers.json(response);
  }

  private Map<String, String> describe(String recordId, Track track) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(
        "href",
        "%s/captions/%s/%s/%s_%s.vtt"
            .formatted(
                state.origin(),
                state.tokens().letters(24),
                recordId,
                track.kind(),
                track.language()));
    fields.put("kind", track.kind());
    fields.put("label", track.label());
    fields.put("lang", track.language());
    fields.put("source", "upload");
    return fields;
  }

  /** Accepts a track as a multipart upload; counts its bytes and drops them. */
  Response put(ApiRequest request) throws IOException {
    for (String name : List.of("checksum", "recordID", "kind", "lang", "label")) {
      if (request.filled(name).isEmpty()) {
        return Answers.jsonFailed(new Failure("paramError", "Missing param " + name + "."));
      }
    }
    if (checksums.ofRecordingCall(request) != Checksums.Verdict.VERIFIED) {
      return Answers.failed(Failure.CHECKSUM_FAILED);
    }
    String recordId = request.filled("recordID").orElseThrow();
    Track track =
        new Track(
            request.filled("kind").orElseThrow(),
            request.filled("lang").orElseThrow(),
            request.filled("label").orElseThrow());
    if (state.recordings().get(recordId).isEmpty()) {
      return Answers.jsonFailed(noSuchRecording(recordId));
    }
    if (!KINDS.contains(track.kind())) {
      return Answers.jsonFailed(new Failure("invalidKind", "Invalid kind parameter"));
    }
    if (!LANGUAGE.matcher(track.language()).matches()) {
      return Answers.jsonFailed(new Failure("invalidLang", "Malformed lang param"));
    }
    if (fileSize(request) == 0) {
      return Answers.jsonFailed(
          new Failure("empty_uploaded_text_track", "Empty uploaded text track."));
    }
    byRecording
        .computeIfAbsent(recordId, id -> new ConcurrentHashMap<>())
        .put(track.kind() + "_" + track.language(), track);
    Map<String, String> response = new LinkedHashMap<>();
    response.put("returncode", "SUCCESS");
    response.put("messageKey", "upload_text_track_success");
    response.put("message", "Text track uploaded successfully");
    response.put("recordId", recordId);
    return Answers.json(response);
  }

  private static long fileSize(ApiRequest request) throws IOException {
    Matcher boundary = BOUNDARY.matcher(request.http().head().header("Content-Type").orElse(""));
    if (!request.http().head().mediaType().equals("multipart/form-data") || !boundary.find()) {
      return 0;
    }
    String delimiter = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
    return new Multipart(request.http().body(), delimiter).sizeOf("file");
  }

  private static Failure noSuchRecording(String recordId) {
    return new Failure("noRecordings", "No recording found for recordID " + recordId);
  }

  private static Response failed(ApiRequest request, Failure failure) {
    return MeetingCalls.failed(request, failure);
  }
}
