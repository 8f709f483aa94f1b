package io.tinyscale.bench.soak;

/**
 * A request that is sent once.
 *
 * @param target path and query
 * @param id its {@code X-Request-ID}, which the servers get, too; empty if it has none
 * @param body a document in XML; empty if there is none
 */
record Request(String method, String target, String id, String body) {

  static Request get(String target) {
    return new Request("GET", target, "", "");
  }

  static Request post(String target) {
    return new Request("POST", target, "", "");
  }
}
