package io.tinyscale.launcher.cli;

import io.tinyscale.config.ConfigException.Problem;
import java.util.Map;

/**
 * A server as Scalelite tells it.
 *
 * @param position such as {@code servers[2]}, counted from 0
 * @param fields texts by Scalelite's names; a field that is absent or empty is not among them
 */
record ScaleliteServer(String position, Map<String, String> fields) {

  static final String ID = "id";
  static final String URL = "url";
  static final String SECRET = "secret";
  static final String STATE = "state";
  static final String MULTIPLIER = "load_multiplier";
  static final String TAG = "tag";
  static final String ONLINE = "online";

  ScaleliteServer {
    fields = Map.copyOf(fields);
  }

  /** The text of a field, empty if there is none. */
  String text(String field) {
    return fields.getOrDefault(field, "");
  }

  /** A problem of one of the server's fields. */
  Problem problem(String field, String value, String expected, String fix) {
    String id = Fields.printable(text(ID));
    return new Problem(
        position + "." + field, value, id.isEmpty() ? "" : "server " + id, expected, fix);
  }
}
