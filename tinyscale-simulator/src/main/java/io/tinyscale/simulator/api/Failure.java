package io.tinyscale.simulator.api;

/** The key and message of a FAILED answer. */
record Failure(String key, String message) {
  static final Failure CHECKSUM_MISSING =
      new Failure("checksumError", "You must provide the checksum");
  static final Failure CHECKSUM_WRONG = new Failure("checksumError", "Checksums do not match");

  /** The older wording, which the recordings calls still use. */
  static final Failure CHECKSUM_FAILED =
      new Failure("checksumError", "You did not pass the checksum security check");

  static final Failure CONTENT_TYPE =
      new Failure("unsupportedContentType", "POST request Content-Type is missing or unsupported");

  static final Failure NOT_FOUND = new Failure("notFound", "A meeting with that ID does not exist");

  static final Failure RECORDING_ID_MISSING =
      new Failure("missingParamRecordID", "You must specify a recordID.");

  static final Failure RECORDINGS_NOT_FOUND =
      new Failure("notFound", "We could not find recordings");
}
