package io.tinyscale.bbb;

/**
 * The keys of BBB's messages that decide something here (BBB docs, API). Programs react to the key,
 * people read the message.
 */
public final class MessageKeys {

  /** The checksum does not hold. */
  public static final String CHECKSUM_ERROR = "checksumError";

  /** No such meeting; or, of recordings, none of those ids. */
  public static final String NOT_FOUND = "notFound";

  /** No such meeting, as sendChatMessage says it. */
  public static final String MEETING_NOT_FOUND = "meetingNotFound";

  /** A parameter holds something that it must not hold. */
  public static final String VALIDATION_ERROR = "validationError";

  /** A parameter, or the request, is too short or too long. */
  public static final String SIZE_ERROR = "sizeError";

  /** The server holds this meeting already, with other passwords or another createTime. */
  public static final String ID_NOT_UNIQUE = "idNotUnique";

  /** The webhook was registered before. */
  public static final String DUPLICATE_WARNING = "duplicateWarning";

  /** A webhook is not there, or cannot be destroyed. */
  public static final String DESTROY_MISSING_HOOK = "destroyMissingHook";

  /** A parameter of putRecordingTextTrack is missing. */
  public static final String PARAM_ERROR = "paramError";

  private MessageKeys() {}

  /**
   * Whether a server says that it does not know the meeting. The meeting may be on another server,
   * so the others are asked.
   */
  public static boolean deniesMeeting(String key) {
    return key.equals(NOT_FOUND) || key.equals(MEETING_NOT_FOUND);
  }

  /**
   * Whether a server says that no meeting can have such an id. This holds on every server: nothing
   * is gained by asking the others.
   */
  public static boolean refusesId(String key) {
    return key.equals(VALIDATION_ERROR) || key.equals(SIZE_ERROR);
  }
}
