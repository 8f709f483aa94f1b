package io.tinyscale.simulator;

/**
 * One request as it came over a connection.
 *
 * @param remoteAddress the caller's address in text
 */
record HttpRequest(RequestHead head, RequestBody body, String remoteAddress) {
  /** The raw query, empty when there is none. */
  String rawQuery() {
    return head.rawQuery() == null ? "" : head.rawQuery();
  }
}
