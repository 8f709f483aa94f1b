package io.tinyscale.bbb;

/**
 * A FAILED answer of our own. Its HTTP status is 200, as on a BBB server: front ends throw on
 * anything else and lose the key.
 *
 * @param messageKey what programs react to; one that BBB servers use, too, but for {@link
 *     #OVERLOADED} and {@link #SERVER_TAG_UNAVAILABLE}
 * @param message what people read
 */
public record ApiError(String messageKey, String message) {

  /** The checksum is missing. */
  public static final ApiError CHECKSUM_MISSING =
      new ApiError(MessageKeys.CHECKSUM_ERROR, "You must provide the checksum");

  /** The checksum does not hold, for whatever reason; nothing tells which. */
  public static final ApiError CHECKSUM_WRONG =
      new ApiError(MessageKeys.CHECKSUM_ERROR, "Checksums do not match");

  /** The checksum holds, but not for the body. */
  public static final ApiError BODY_UNSIGNED =
      new ApiError(
          MessageKeys.CHECKSUM_ERROR,
          "The checksum does not cover the request's body, and such bodies are not accepted here");

  /** The call names no meeting. */
  public static final ApiError MEETING_ID_MISSING =
      new ApiError("missingParamMeetingID", "You must provide a meeting ID");

  /** The meeting's id is too short or too long. */
  public static final ApiError MEETING_ID_SIZE =
      new ApiError(MessageKeys.SIZE_ERROR, "Meeting ID must be between 2 and 256 characters");

  /** The meeting's id holds a comma. */
  public static final ApiError MEETING_ID_COMMA =
      new ApiError(MessageKeys.VALIDATION_ERROR, "Meeting ID cannot contain ','");

  /** The call names no recording. */
  public static final ApiError RECORD_ID_MISSING =
      new ApiError("missingParamRecordID", "You must specify a recordID.");

  /** The call does not say whether to publish. */
  public static final ApiError PUBLISH_MISSING =
      new ApiError("missingParamPublish", "You must specify a publish value true or false.");

  /** Proven absence of a meeting. Front ends read it as "the room is over". */
  public static final ApiError MEETING_NOT_FOUND =
      new ApiError(MessageKeys.NOT_FOUND, "A meeting with that ID does not exist");

  /** The same, as join says it. */
  public static final ApiError INVALID_MEETING_IDENTIFIER =
      new ApiError("invalidMeetingIdentifier", "A meeting with that ID does not exist");

  /** The same, as sendChatMessage says it. */
  public static final ApiError CHAT_MEETING_NOT_FOUND =
      new ApiError(MessageKeys.MEETING_NOT_FOUND, "A meeting with that ID does not exist");

  /** Proven absence of recordings. */
  public static final ApiError RECORDINGS_NOT_FOUND =
      new ApiError(MessageKeys.NOT_FOUND, "We could not find recordings");

  /** Proven absence of a recording, as the text track calls say it. */
  public static final ApiError NO_RECORDINGS =
      new ApiError("noRecordings", "No recording was found for that recordID");

  /** The call names no address for a webhook. */
  public static final ApiError CALLBACK_URL_MISSING =
      new ApiError("missingParamCallbackURL", "You must specify a callbackURL in the parameters.");

  /** A webhook is to have its events raw, or not; nobody can tell. */
  public static final ApiError GET_RAW_UNCLEAR =
      new ApiError("createHookError", "getRaw must be true or false.");

  /** A webhook would report to the relay of this balancer, which is no front end. */
  public static final ApiError CALLBACK_URL_OF_RELAY =
      new ApiError("createHookError", "The callbackURL is an address of the load balancer itself.");

  /** The call names no webhook. */
  public static final ApiError HOOK_ID_MISSING =
      new ApiError("missingParamHookID", "You must specify a hookID in the parameters.");

  /** Proven absence of a webhook, or one that cannot be destroyed. */
  public static final ApiError HOOK_MISSING =
      new ApiError(
          MessageKeys.DESTROY_MISSING_HOOK,
          "The hook informed was not found or could not be removed.");

  /** We could not find out or do what was asked; no front end takes it for an ended room. */
  public static final ApiError INTERNAL =
      new ApiError("internalError", "The server cannot answer this call at the moment");

  /**
   * Too many calls are under way. BBB servers do not have the key: front ends treat it as any other
   * failure, and people who read it know what to do.
   */
  public static final ApiError OVERLOADED =
      new ApiError(
          "serverOverloaded", "Too many calls are being answered at the moment. Please try again.");

  /** No server takes new meetings. */
  public static final ApiError NO_SERVER =
      new ApiError("internalError", "No server is available for a new meeting at the moment");

  /** No server with a tag that the create requires takes new meetings. The key is Scalelite's. */
  public static final ApiError SERVER_TAG_UNAVAILABLE =
      new ApiError("serverTagUnavailable", "No server with the required tag is available");

  /** The call is not served here. */
  public static final ApiError UNSUPPORTED =
      new ApiError("unsupportedRequest", "This call is not supported");

  /** The body is of a type this call does not take. */
  public static final ApiError CONTENT_TYPE =
      new ApiError("unsupportedContentType", "POST request Content-Type is missing or unsupported");

  /** The query holds bytes that a URL cannot hold. */
  public static final ApiError QUERY_CHARACTERS =
      new ApiError(
          MessageKeys.VALIDATION_ERROR,
          "The query holds characters that must be percent-encoded in a URL");

  /** The form cannot be read. */
  public static final ApiError FORM_BROKEN =
      new ApiError(MessageKeys.VALIDATION_ERROR, "The form in the request's body cannot be read");

  /** A parameter is missing, as putRecordingTextTrack says it. */
  public static ApiError paramMissing(String name) {
    return new ApiError(MessageKeys.PARAM_ERROR, "Missing param " + name + ".");
  }

  /** Something is larger than the configured limit. */
  public static ApiError tooLarge(String what, long limit) {
    return new ApiError(MessageKeys.SIZE_ERROR, what + " is larger than " + limit + " bytes");
  }
}
