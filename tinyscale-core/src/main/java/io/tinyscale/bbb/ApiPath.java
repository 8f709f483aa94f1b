package io.tinyscale.bbb;

import java.util.List;
import java.util.Locale;

/**
 * What the raw path of a request means to us. It is never decoded: what is signed, routed and sent
 * on is one and the same string, so a path that a server could read in another way is refused.
 */
public sealed interface ApiPath {

  /** A call of the API; the root has the empty name. */
  record Call(String name) implements ApiPath {}

  /** A path of the API that plays tricks. */
  record Refused() implements ApiPath {}

  /** Somebody else's. */
  record NotOurs() implements ApiPath {}

  /** The path that every front end is configured with, below the context path. */
  String BIGBLUEBUTTON = "/bigbluebutton";

  /** The path of the API. */
  String API = BIGBLUEBUTTON + "/api";

  /** What no call's name needs and some server reads as something else. */
  List<String> TRICKS = List.of("..", "//", ";", "\\", "%2e", "%2f", "%5c", "%00");

  /**
   * Reads a path. Any number of slashes directly behind {@link #API} counts as one: Greenlight
   * 3.0.0 to 3.0.2 send two, and servers take them. The name of the call begins behind the last of
   * them.
   *
   * @param path the raw path, without the context path of a web application
   */
  static ApiPath of(String path) {
    if (isRoot(path)) {
      return new Call("");
    }
    if (!isOurs(path)) {
      return new NotOurs();
    }
    if (path.charAt(API.length()) != '/') {
      return new Refused();
    }
    String name = path.substring(endOfSlashes(path, API.length()));
    return playsTricks(name.toLowerCase(Locale.ROOT)) ? new Refused() : new Call(name);
  }

  /** Whether a path is the API's, tricks included. */
  static boolean isOurs(String path) {
    return isRoot(path) || path.startsWith(API) && !isNamePart(path.charAt(API.length()));
  }

  private static boolean isRoot(String path) {
    return path.equals(API) || path.equals(BIGBLUEBUTTON) || path.equals(BIGBLUEBUTTON + "/");
  }

  private static int endOfSlashes(String path, int start) {
    int end = start;
    while (end < path.length() && path.charAt(end) == '/') {
      end++;
    }
    return end;
  }

  private static boolean playsTricks(String lowerCase) {
    for (String trick : TRICKS) {
      if (lowerCase.contains(trick)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the path goes on as another name, such as {@code /bigbluebutton/apis}. */
  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  }
}
