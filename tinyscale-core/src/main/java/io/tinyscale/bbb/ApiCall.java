package io.tinyscale.bbb;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One operation of the BBB API: its name on the wire, who must answer it, and whether it changes
 * anything. The constants are the catalogue; a name outside it is a call too, passed to a server as
 * it is, so that a new BBB release works on the day it is out.
 *
 * @param name the path after {@code api/}; empty for the root, and it may hold a slash
 * @param scope who must answer
 * @param readOnly whether it changes nothing on a server, whatever its method
 * @param payload what a body of it may be
 */
public record ApiCall(String name, CallScope scope, boolean readOnly, Payload payload) {

  /** What the body of a call holds. */
  public enum Payload {
    /** Nothing but a form with parameters. */
    FORM,
    /** An XML document with slides, or a form. */
    DOCUMENTS,
    /** A file in a multipart form. */
    UPLOAD
  }

  /** Answers without a checksum; front ends use it to test whether the server is there. */
  public static final ApiCall ROOT = local("");

  /** Makes a meeting, or finds it made; see BBB docs, API, "create". */
  public static final ApiCall CREATE =
      new ApiCall("create", CallScope.MEETING, false, Payload.DOCUMENTS);

  /** Brings a user into a meeting, by redirect. */
  public static final ApiCall JOIN = writing("join", CallScope.MEETING);

  /** Whether somebody is in a meeting; SUCCESS and false for an unknown one. */
  public static final ApiCall IS_MEETING_RUNNING = reading("isMeetingRunning", CallScope.MEETING);

  /** Everything about one meeting. */
  public static final ApiCall GET_MEETING_INFO = reading("getMeetingInfo", CallScope.MEETING);

  /** Ends a meeting. */
  public static final ApiCall END = writing("end", CallScope.MEETING);

  /** Adds slides to a meeting (2.5). */
  public static final ApiCall INSERT_DOCUMENT =
      new ApiCall("insertDocument", CallScope.MEETING, false, Payload.DOCUMENTS);

  /** Writes into a meeting's chat (3.0). */
  public static final ApiCall SEND_CHAT_MESSAGE = writing("sendChatMessage", CallScope.MEETING);

  /** All meetings. */
  public static final ApiCall GET_MEETINGS = reading("getMeetings", CallScope.MERGED);

  /** All sessions; undocumented. */
  public static final ApiCall GET_SESSIONS = reading("getSessions", CallScope.MERGED);

  /** Recordings by id, meeting, state or metadata. */
  public static final ApiCall GET_RECORDINGS = reading("getRecordings", CallScope.MERGED);

  /** Publishes or hides recordings. */
  public static final ApiCall PUBLISH_RECORDINGS =
      writing("publishRecordings", CallScope.BROADCAST);

  /** Deletes recordings. */
  public static final ApiCall DELETE_RECORDINGS = writing("deleteRecordings", CallScope.BROADCAST);

  /** Changes the metadata of recordings. */
  public static final ApiCall UPDATE_RECORDINGS = writing("updateRecordings", CallScope.BROADCAST);

  /** The captions of a recording; answers JSON with one-time links. */
  public static final ApiCall GET_RECORDING_TEXT_TRACKS =
      reading("getRecordingTextTracks", CallScope.RECORDING);

  /** Adds captions to a recording; answers JSON. */
  public static final ApiCall PUT_RECORDING_TEXT_TRACK =
      new ApiCall("putRecordingTextTrack", CallScope.RECORDING, false, Payload.UPLOAD);

  /** Registers a webhook. */
  public static final ApiCall HOOKS_CREATE = writing("hooks/create", CallScope.HOOKS);

  /** Takes a webhook away. */
  public static final ApiCall HOOKS_DESTROY = writing("hooks/destroy", CallScope.HOOKS);

  /** The registered webhooks. */
  public static final ApiCall HOOKS_LIST = reading("hooks/list", CallScope.HOOKS);

  private static final List<ApiCall> CATALOGUE =
      Stream.concat(
              Stream.of(
                  ROOT,
                  CREATE,
                  JOIN,
                  IS_MEETING_RUNNING,
                  GET_MEETING_INFO,
                  END,
                  INSERT_DOCUMENT,
                  SEND_CHAT_MESSAGE,
                  GET_MEETINGS,
                  GET_SESSIONS,
                  GET_RECORDINGS,
                  PUBLISH_RECORDINGS,
                  DELETE_RECORDINGS,
                  UPDATE_RECORDINGS,
                  GET_RECORDING_TEXT_TRACKS,
                  PUT_RECORDING_TEXT_TRACK,
                  HOOKS_CREATE,
                  HOOKS_DESTROY,
                  HOOKS_LIST),
              refused(
                  "enter",
                  "feedback",
                  "getJoinUrl",
                  "guestWait",
                  "learningDashboard",
                  "signOut",
                  "stuns",
                  "configXML",
                  "getDefaultConfigXML",
                  "setConfigXML",
                  "hooks/ping"))
          .toList();

  private static final Map<String, ApiCall> BY_NAME =
      CATALOGUE.stream().collect(Collectors.toUnmodifiableMap(ApiCall::name, Function.identity()));

  /** The calls that change something, and nothing more when they come twice. */
  private static final Set<String> SAME_WHEN_REPEATED =
      Set.of(
          "create",
          "end",
          "publishRecordings",
          "deleteRecordings",
          "updateRecordings",
          "hooks/create",
          "hooks/destroy");

  /** Of the calls of a browser's session all but signOut. */
  private static final Set<String> SESSION_CALLS_IN_JSON =
      Set.of("enter", "feedback", "getJoinUrl", "guestWait", "learningDashboard", "stuns");

  private static final Pattern PASSABLE = Pattern.compile("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*");

  /** The call with this name on the wire; names are case-sensitive. */
  public static ApiCall named(String name) {
    ApiCall known = BY_NAME.get(name);
    if (known != null) {
      return known;
    }
    boolean passable = PASSABLE.matcher(name).matches() && !fitsJoinLinks(name);
    return writing(name, passable ? CallScope.PASSED : CallScope.REFUSED);
  }

  /**
   * Whether the checksum of a join may fit a call of this name, too: call and query are hashed one
   * behind the other, so {@code join?fullName=x} and {@code joinfull?Name=x} have the same
   * checksum. Every participant holds a join link.
   */
  private static boolean fitsJoinLinks(String name) {
    return name.startsWith(JOIN.name) || JOIN.name.startsWith(name);
  }

  /** Every call we know by name. */
  public static List<ApiCall> catalogue() {
    return CATALOGUE;
  }

  /** Whether servers answer this call in JSON. */
  public boolean answersJson() {
    return scope == CallScope.RECORDING || SESSION_CALLS_IN_JSON.contains(name);
  }

  /**
   * Whether the call may be sent to the same server once more if the answer did not come: the
   * server then is as if the call had come once. What a call with a body does twice is not judged
   * here.
   */
  public boolean mayRepeat() {
    return readOnly || SAME_WHEN_REPEATED.contains(name);
  }

  private static ApiCall local(String name) {
    return reading(name, CallScope.LOCAL);
  }

  private static ApiCall reading(String name, CallScope scope) {
    return new ApiCall(name, scope, true, Payload.FORM);
  }

  private static ApiCall writing(String name, CallScope scope) {
    return new ApiCall(name, scope, false, Payload.FORM);
  }

  private static Stream<ApiCall> refused(String... names) {
    return Stream.of(names).map(name -> writing(name, CallScope.REFUSED));
  }
}
