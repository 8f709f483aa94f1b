package io.tinyscale.simulator.http;

/**
 * One request of a connection.
 *
 * @param remoteAddress the caller's address in text
 */
public record HttpRequest(RequestHead head, RequestBody body, String remoteAddress) {
  /** The raw query; empty if there is none. */
  public String rawQuery() {
    return head.rawQuery() == null ? "" : head.rawQuery();
  }
}
