package io.tinyscale.upstream;

import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A few BigBlueButton servers in memory, as far as a balancer can see them, that fail on demand.
 * They answer on the thread that asks, unless they are told to hold their answers. They compute
 * checksums in their own way, so that they find a mistake in ours. Thread-safe.
 */
public final class FakeServers implements Upstream {

  private static final List<Header> XML = List.of(new Header("Content-Type", "text/xml"));
  private static final List<Header> JSON = List.of(new Header("Content-Type", "application/json"));

  private final Map<String, FakeServer> servers = new LinkedHashMap<>();

  /** Adds a server. */
  public FakeServer add(String name) {
    FakeServer server =
        new FakeServer(
            Server.of(
                name,
                URI.create("https://" + name + ".example.org/bigbluebutton/api"),
                Secret.of("secret of " + name)));
    servers.put(name, server);
    return server;
  }

  /** All servers as a pool file describes them. */
  public List<Server> all() {
    return servers.values().stream().map(fake -> fake.server).toList();
  }

  /** The fake with this name. */
  public FakeServer get(String name) {
    return Optional.ofNullable(servers.get(name)).orElseThrow();
  }

  /** How often all servers together got this call. */
  public int count(String call) {
    return servers.values().stream().mapToInt(server -> server.count(call)).sum();
  }

  /** How many calls all servers together got. */
  public int count() {
    return servers.values().stream().mapToInt(server -> server.requests().size()).sum();
  }

  @Override
  public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    return get(request.server().name()).take(request, cancellation);
  }

  /** A fault of a server. */
  public enum Fault {
    /** The server works. */
    NONE,
    /** The server refuses connections: the request is not sent. */
    REFUSES,
    /** The connection breaks before the request is sent, but the body has been read already. */
    REFUSES_AFTER_TAKING_THE_BODY,
    /** The server acts, and its answer is lost. */
    LOSES_ANSWERS,
    /** The server takes the request and does nothing. */
    SILENT,
    /** The server acts only after {@link FakeServer#release}. */
    HOLDS
  }

  /**
   * A meeting.
   *
   * @param internalId the id of this run
   */
  public record FakeMeeting(
      String id, String internalId, long createTime, String attendeePw, String moderatorPw) {}

  /** A recording. */
  public record FakeRecording(String id, String meetingId, long startTime, boolean published) {}

  /**
   * A webhook.
   *
   * @param meetingId empty for all meetings
   */
  public record FakeHook(String id, String callbackUrl, String meetingId, boolean permanent) {}

  /** One of the servers. */
  public static final class FakeServer {

    private final Server server;
    private final Map<String, FakeMeeting> meetings = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Integer> people = new LinkedHashMap<>();
    private final Set<String> joined = new HashSet<>();
    private final Map<String, FakeRecording> recordings = new LinkedHashMap<>();
    private final Map<String, FakeHook> hooks = new LinkedHashMap<>();
    private final List<UpstreamRequest> requests = new ArrayList<>();
    private boolean webhooks;
    private int hookCount;
    private final List<String> bodies = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private final Map<String, UnaryOperator<Outcome>> tampering = new LinkedHashMap<>();
    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private Fault fault = Fault.NONE;
    private long clock = 1_700_000_000_000L;

    FakeServer(Server server) {
      this.server = server;
    }

    /** The server as a pool file describes it. */
    public Server server() {
      return server;
    }

    /** Gives the server this fault. */
    public synchronized FakeServer is(Fault fault) {
      this.fault = fault;
      return this;
    }

    /** Changes its answers to a call, or to all calls with {@code *}, with this function. */
    public synchronized FakeServer answers(String call, UnaryOperator<Outcome> change) {
      tampering.put(call, change);
      return this;
    }

    /** Lets it answer a call, or all calls with {@code *}, with this document. */
    public FakeServer answers(String call, String document) {
      return answers(call, outcome -> answer(200, XML, document));
    }

    /** Lets it answer a call, or all calls with {@code *}, with this status and an HTML page. */
    public FakeServer answersPage(String call, int status) {
      return answers(
          call,
          outcome ->
              answer(
                  status, List.of(new Header("Content-Type", "text/html")), "<html>Oops</html>"));
    }

    /** Gives the server this fault for one call. */
    public synchronized FakeServer is(Fault fault, String call) {
      faults.put(call, fault);
      return this;
    }

    /** Acts on the requests that it held back. */
    public void release() {
      List<Runnable> due;
      synchronized (this) {
        fault = Fault.NONE;
        faults.clear();
        due = List.copyOf(held);
        held.clear();
      }
      due.forEach(Runnable::run);
    }

    /** How many requests the server holds back. */
    public synchronized int held() {
      return held.size();
    }

    /** Adds a meeting that the balancer did not make. */
    public synchronized FakeMeeting holds(String meetingId) {
      return create(meetingId, "ap", "mp");
    }

    /** Sets the start time of meetings that are made later. */
    public synchronized FakeServer startsAt(long createTime) {
      clock = createTime;
      return this;
    }

    /** Sets the number of people in a meeting. */
    public synchronized FakeServer people(String meetingId, int count) {
      people.put(meetingId, count);
      if (count > 0) {
        joined.add(meetingId);
      }
      return this;
    }

    /** Whether anybody has ever been in a meeting. */
    public synchronized boolean everJoined(String meetingId) {
      return joined.contains(meetingId);
    }

    /** The number of people in a meeting. */
    public synchronized int people(String meetingId) {
      return people.getOrDefault(meetingId, 0);
    }

    /** Ends a meeting. */
    public synchronized void ends(String meetingId) {
      meetings.remove(meetingId);
    }

    /** A recording. */
    public synchronized FakeServer recorded(String recordId, String meetingId, long startTime) {
      recordings.put(recordId, new FakeRecording(recordId, meetingId, startTime, true));
      return this;
    }

    /** A recording is there no more. */
    public synchronized void lost(String recordId) {
      recordings.remove(recordId);
    }

    /** Installs bbb-webhooks. */
    public synchronized FakeServer withWebhooks() {
      webhooks = true;
      return this;
    }

    /** Adds a webhook of the server's configuration. */
    public synchronized FakeServer withPermanentHook(String callbackUrl) {
      hooks.put(callbackUrl, new FakeHook("permanent", callbackUrl, "", true));
      return withWebhooks();
    }

    /** Adds a webhook that the balancer did not register. */
    public synchronized FakeServer withHook(String callbackUrl) {
      String id = String.valueOf(++hookCount);
      hooks.put(callbackUrl, new FakeHook(id, callbackUrl, "", false));
      return withWebhooks();
    }

    /** The webhooks of the server. */
    public synchronized List<FakeHook> hooks() {
      return List.copyOf(hooks.values());
    }

    /** The recordings of the server. */
    public synchronized List<FakeRecording> recordings() {
      return List.copyOf(recordings.values());
    }

    /** Loses its meetings, as a server that is restarted. */
    public synchronized FakeServer loses() {
      meetings.clear();
      return this;
    }

    /** The meetings of the server. */
    public synchronized Map<String, FakeMeeting> meetings() {
      return Map.copyOf(meetings);
    }

    /** The requests that the server got. */
    public synchronized List<UpstreamRequest> requests() {
      return List.copyOf(requests);
    }

    /** The bodies that the server got. */
    public synchronized List<String> bodies() {
      return List.copyOf(bodies);
    }

    /** The last request that the server got. */
    public UpstreamRequest lastRequest() {
      List<UpstreamRequest> all = requests();
      return all.get(all.size() - 1);
    }

    /** How often the server got this call. */
    public int count(String call) {
      return (int)
          requests().stream().filter(request -> callOf(request.target()).equals(call)).count();
    }

    CompletionStage<Outcome> take(UpstreamRequest request, Cancellation cancellation) {
      Fault now;
      synchronized (this) {
        requests.add(request);
        now = faults.getOrDefault(callOf(request.target()), fault);
      }
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      if (now == Fault.REFUSES) {
        outcome.complete(new Outcome.NotSent(new ConnectException("Connection refused")));
        return outcome;
      }
      cancellation.onCancel(
          () -> outcome.complete(new Outcome.NoAnswer(new IOException("cancelled"))));
      BodyCollector.collect(request.body(), Integer.MAX_VALUE)
          .whenComplete(
              (body, broken) -> {
                if (broken != null) {
                  outcome.complete(new Outcome.NoAnswer(new IOException("the body broke off")));
                } else {
                  serve(now, request, new String(body, StandardCharsets.UTF_8), outcome);
                }
              });
      return outcome;
    }

    private void serve(
        Fault now, UpstreamRequest request, String body, CompletableFuture<Outcome> outcome) {
      synchronized (this) {
        bodies.add(body);
      }
      switch (now) {
        case NONE -> outcome.complete(act(request));
        case REFUSES, REFUSES_AFTER_TAKING_THE_BODY ->
            outcome.complete(new Outcome.NotSent(new ConnectException("Broken pipe")));
        case LOSES_ANSWERS -> {
          act(request);
          outcome.complete(new Outcome.NoAnswer(new IOException("Connection reset")));
        }
        case SILENT -> {}
        case HOLDS -> {
          synchronized (this) {
            held.add(() -> outcome.complete(act(request)));
          }
        }
        default -> throw new IllegalStateException();
      }
    }

    private synchronized Outcome act(UpstreamRequest request) {
      String call = callOf(request.target());
      Outcome outcome;
      try {
        outcome = truth(call, request.target());
      } catch (IllegalArgumentException notDecodable) {
        outcome =
            answer(
                400, List.of(new Header("Content-Type", "text/html")), "<html>Bad request</html>");
      }
      return tampering
          .getOrDefault(call, tampering.getOrDefault("*", UnaryOperator.identity()))
          .apply(outcome);
    }

    private Outcome truth(String call, String target) {
      if (call.isEmpty()) {
        return success("<version>2.0</version>");
      }
      String query = target.substring(target.indexOf('?') + 1);
      int cut = query.lastIndexOf("checksum=");
      String covered = cut <= 0 ? "" : query.substring(0, cut - 1);
      if (!query.substring(cut + "checksum=".length()).equals(sha256(call + covered))) {
        return failed("checksumError", "Checksums do not match");
      }
      Map<String, String> parameters = parameters(covered);
      String meetingId = parameters.getOrDefault("meetingID", "");
      return switch (call) {
        case "create" -> created(meetingId, parameters);
        case "getMeetingInfo" ->
            meeting(meetingId).map(this::info).orElseGet(FakeServers::notFound);
        case "isMeetingRunning" ->
            success("<running>" + meeting(meetingId).isPresent() + "</running>");
        case "end" -> {
          Optional<FakeMeeting> meeting = meeting(meetingId);
          meeting.ifPresent(ended -> meetings.remove(ended.id()));
          yield meeting.isPresent()
              ? success("<messageKey>sentEndMeetingRequest</messageKey>")
              : notFound();
        }
        case "insertDocument" -> success("<message>Presentation is being uploaded</message>");
        case "sendChatMessage" ->
            meeting(meetingId).isPresent()
                ? success("<messageKey></messageKey>")
                : failed("meetingNotFound", "no such meeting");
        case "getMeetings" -> success(list("meetings", meetings.values(), this::meetingXml));
        case "getSessions" -> success(list("sessions", meetings.values(), this::sessionXml));
        case "getRecordings" -> recordings(parameters);
        case "publishRecordings", "deleteRecordings", "updateRecordings" ->
            changed(call, parameters);
        case "getRecordingTextTracks", "putRecordingTextTrack" ->
            recordings.containsKey(parameters.get("recordID"))
                ? answer(200, JSON, "{\"response\":{\"returncode\":\"SUCCESS\",\"tracks\":[]}}")
                : answer(
                    200,
                    JSON,
                    "{\"response\":{\"returncode\":\"FAILED\",\"messageKey\":\"noRecordings\"}}");
        default ->
            webhooks && call.startsWith("hooks/")
                ? hookCall(call, parameters)
                : answer(404, List.of(new Header("Content-Type", "text/html")), "<html/>");
      };
    }

    private Outcome hookCall(String call, Map<String, String> parameters) {
      return switch (call) {
        case "hooks/create" -> {
          String url = parameters.get("callbackURL");
          if (hooks.containsKey(url)) {
            yield success(
                "<hookID>"
                    + hooks.get(url).id()
                    + "</hookID><messageKey>duplicateWarning</messageKey>");
          }
          // Each server numbers its hooks itself: the same number means another hook on another
          // server.
          String id = String.valueOf(++hookCount);
          hooks.put(url, new FakeHook(id, url, parameters.getOrDefault("meetingID", ""), false));
          yield success(
              "<hookID>"
                  + id
                  + "</hookID><permanentHook>false</permanentHook><rawData>"
                  + parameters.getOrDefault("getRaw", "false")
                  + "</rawData>");
        }
        case "hooks/list" -> {
          String meetingId = parameters.getOrDefault("meetingID", "");
          List<FakeHook> wanted =
              hooks.values().stream()
                  .filter(
                      hook ->
                          meetingId.isEmpty()
                              || hook.meetingId().isEmpty()
                              || hook.meetingId().equals(meetingId))
                  .toList();
          yield success(list("hooks", wanted, FakeServer::hookXml));
        }
        case "hooks/destroy" ->
            hooks
                    .values()
                    .removeIf(
                        hook -> !hook.permanent() && hook.id().equals(parameters.get("hookID")))
                ? success("<removed>true</removed>")
                : failed("destroyMissingHook", "The hook was not found.");
        default -> throw new IllegalStateException(call);
      };
    }

    private static String hookXml(FakeHook hook) {
      return "<hook><hookID>"
          + hook.id()
          + "</hookID><callbackURL><![CDATA["
          + hook.callbackUrl()
          + "]]></callbackURL>"
          + (hook.meetingId().isEmpty()
              ? ""
              : "<meetingID><![CDATA[" + hook.meetingId() + "]]></meetingID>")
          + "<permanentHook>"
          + hook.permanent()
          + "</permanentHook><rawData>false</rawData></hook>";
    }

    private Outcome created(String meetingId, Map<String, String> parameters) {
      FakeMeeting before = meetings.get(meetingId);
      String attendeePw = parameters.getOrDefault("attendeePW", "");
      String moderatorPw = parameters.getOrDefault("moderatorPW", "");
      if (before == null) {
        metadata.put(meetingId, metadata(parameters));
        return success(made(create(meetingId, attendeePw, moderatorPw), ""));
      }
      boolean same =
          attendeePw.isEmpty() && moderatorPw.isEmpty()
              || attendeePw.equals(before.attendeePw()) && moderatorPw.equals(before.moderatorPw());
      return same
          ? success(made(before, "duplicateWarning"))
          : failed("idNotUnique", "A meeting already exists with that meeting ID.");
    }

    /** The metadata of a meeting as every answer shows it. */
    private static String metadata(Map<String, String> parameters) {
      StringBuilder xml = new StringBuilder();
      parameters.forEach(
          (name, value) -> {
            if (name.startsWith("meta_")) {
              String element = name.substring("meta_".length()).toLowerCase(Locale.ROOT);
              xml.append("<" + element + ">" + escaped(value) + "</" + element + ">");
            }
          });
      return xml.isEmpty() ? "" : "<metadata>" + xml + "</metadata>";
    }

    private FakeMeeting create(String meetingId, String attendeePw, String moderatorPw) {
      clock++;
      FakeMeeting meeting =
          new FakeMeeting(meetingId, sha1(meetingId) + "-" + clock, clock, attendeePw, moderatorPw);
      meetings.put(meetingId, meeting);
      people.remove(meetingId);
      joined.remove(meetingId);
      return meeting;
    }

    /** Finds a meeting as BBB does: by the beginning of the internal id, or by the external id. */
    private Optional<FakeMeeting> meeting(String id) {
      return meetings.values().stream()
          .filter(meeting -> meeting.internalId().startsWith(id))
          .findFirst()
          .or(() -> Optional.ofNullable(meetings.get(id.trim())));
    }

    private Outcome info(FakeMeeting meeting) {
      return success(
          "<meetingName>"
              + escaped(meeting.id())
              + "</meetingName><meetingID>"
              + escaped(meeting.id())
              + "</meetingID><internalMeetingID>"
              + meeting.internalId()
              + "</internalMeetingID><running>true</running><participantCount>"
              + people(meeting.id())
              + "</participantCount><hasUserJoined>"
              + everJoined(meeting.id())
              + "</hasUserJoined><moderatorPW>"
              + escaped(meeting.moderatorPw())
              + "</moderatorPW>"
              + metadata.getOrDefault(meeting.id(), ""));
    }

    private static String made(FakeMeeting meeting, String key) {
      return "<meetingID>"
          + escaped(meeting.id())
          + "</meetingID><internalMeetingID>"
          + meeting.internalId()
          + "</internalMeetingID><createTime>"
          + meeting.createTime()
          + "</createTime><messageKey>"
          + key
          + "</messageKey><message></message>";
    }

    private String meetingXml(FakeMeeting meeting) {
      return "<meeting><meetingName>x</meetingName><meetingID>"
          + escaped(meeting.id())
          + "</meetingID><internalMeetingID>"
          + meeting.internalId()
          + "</internalMeetingID><createTime>"
          + meeting.createTime()
          + "</createTime>"
          + metadata.getOrDefault(meeting.id(), "")
          + "</meeting>";
    }

    private String sessionXml(FakeMeeting meeting) {
      return "<meeting><meetingID>" + escaped(meeting.id()) + "</meetingID></meeting>";
    }

    private Outcome recordings(Map<String, String> parameters) {
      String asked = parameters.getOrDefault("recordID", "");
      List<FakeRecording> found =
          recordings.values().stream()
              .filter(
                  recording ->
                      List.of(asked.split(",")).stream().anyMatch(recording.id()::startsWith))
              .toList();
      if (!parameters.getOrDefault("limit", "").matches("-?\\d+")) {
        return success(list("recordings", found, FakeServer::recordingXml));
      }
      int limit = Math.min(100, Math.max(1, Integer.parseInt(parameters.get("limit"))));
      List<FakeRecording> page =
          found.stream()
              .skip(Integer.parseInt(parameters.getOrDefault("offset", "0")))
              .limit(limit)
              .toList();
      return success(
          list("recordings", page, FakeServer::recordingXml)
              + "<totalElements>"
              + found.size()
              + "</totalElements>");
    }

    private static String recordingXml(FakeRecording recording) {
      return "<recording><recordID>"
          + recording.id()
          + "</recordID><meetingID>"
          + escaped(recording.meetingId())
          + "</meetingID><published>"
          + recording.published()
          + "</published><startTime>"
          + recording.startTime()
          + "</startTime></recording>";
    }

    private Outcome changed(String call, Map<String, String> parameters) {
      if (!parameters.containsKey("recordID")) {
        return failed("missingParamRecordID", "You must specify a recordID.");
      }
      List<String> known =
          List.of(parameters.get("recordID").split(",")).stream()
              .filter(recordings::containsKey)
              .toList();
      if (known.isEmpty()) {
        return failed("notFound", "We could not find recordings");
      }
      known.forEach(
          id -> {
            FakeRecording before = recordings.get(id);
            if (call.equals("deleteRecordings")) {
              recordings.remove(id);
            } else if (call.equals("publishRecordings")) {
              recordings.put(
                  id,
                  new FakeRecording(
                      id,
                      before.meetingId(),
                      before.startTime(),
                      parameters.get("publish").equals("true")));
            }
          });
      return success("<" + call + ">true</" + call + ">");
    }

    private static <T> String list(String element, Iterable<T> items, Function<T, String> xml) {
      StringBuilder list = new StringBuilder();
      items.forEach(item -> list.append("\n    ").append(xml.apply(item)));
      return list.isEmpty()
          ? "<" + element + "/><messageKey>none</messageKey><message>none</message>"
          : "<" + element + ">" + list + "\n  </" + element + ">";
    }

    private String sha256(String text) {
      // Only here the fakes use the secret, which was made from their name.
      return digest("SHA-256", text + "secret of " + server.name());
    }
  }

  /** An answer of a server. */
  public static Outcome answer(int status, List<Header> headers, String body) {
    return new Outcome.Answered(status, headers, Body.of(body));
  }

  private static Outcome success(String content) {
    return answer(200, XML, "<response><returncode>SUCCESS</returncode>" + content + "</response>");
  }

  private static Outcome failed(String key, String message) {
    return answer(
        200,
        XML,
        "<response><returncode>FAILED</returncode><messageKey>"
            + key
            + "</messageKey><message>"
            + message
            + "</message></response>");
  }

  private static Outcome notFound() {
    return failed("notFound", "A meeting with that ID does not exist");
  }

  private static String callOf(String target) {
    String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
    return path.substring(path.indexOf("/api/") + "/api/".length());
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      parameters.putIfAbsent(
          URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
          parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String sha1(String text) {
    return digest("SHA-1", text);
  }

  private static String digest(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
