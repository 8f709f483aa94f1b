package io.tinyscale.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the {@code host} of a server turned out to be. */
sealed interface PoolAddress {

  /** The end of the path of every API. */
  String API = "/bigbluebutton/api";

  /** The address of its API in one spelling: lower case, no default port, no slash at the end. */
  record Api(URI uri) implements PoolAddress {}

  /**
   * No address.
   *
   * @param shown the text as far as it may be shown
   */
  record Wrong(String shown, String expected, String fix) implements PoolAddress {}

  /**
   * The address an operator wrote. Any path may stand in front of {@code /bigbluebutton/api}, as
   * with hosted servers; what is missing of that end is added.
   */
  static PoolAddress of(String host) {
    return Parsing.parse(host.strip());
  }

  /** The steps, each of which can go wrong. */
  final class Parsing {

    private static final String ROOT = "/bigbluebutton";
    private static final Pattern BARE_HOST =
        Pattern.compile("(localhost|[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+)(:[0-9]{1,5})?(/[a-z/]*)?");
    private static final String EXPECTED =
        "the address of a server, such as https://bbb1.example.org";

    private Parsing() {}

    private static PoolAddress parse(String text) {
      if (BARE_HOST.matcher(text).matches()) {
        return new Wrong(text, "http:// or https:// in front", "Write https://" + text + ".");
      }
      if (!text.matches("(?i)https?://.*")) {
        // It may be a secret that stands in the wrong field.
        return new Wrong("***", EXPECTED, "Put https:// in front of the host's name.");
      }
      URI uri;
      try {
        uri = new URI(text);
      } catch (URISyntaxException e) {
        return new Wrong(shown(text), EXPECTED, "Remove the characters no address has.");
      }
      if (uri.getRawUserInfo() != null || text.contains("@")) {
        return new Wrong(shown(text), "no user or password", "Remove what stands before the @.");
      }
      if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
        return new Wrong(shown(text), "no ? and no #", "Remove it and what follows.");
      }
      if (uri.getHost() == null) {
        return new Wrong(
            shown(text),
            "a host name of letters, digits, hyphens and dots, or an address",
            "Correct the host's name; write an international one in its xn-- form.");
      }
      if (uri.getPort() == 0 || uri.getPort() > 65535 || uri.getRawAuthority().endsWith(":")) {
        return new Wrong(shown(text), "a port from 1 to 65535", "Correct the port or remove it.");
      }
      if (isCall(uri.getRawPath())) {
        String api = text.substring(0, text.indexOf(API + "/") + API.length());
        return new Wrong(shown(text), "the address of an API, not of a call", "Write " + api + ".");
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      int usual = scheme.equals("https") ? 443 : 80;
      String port = uri.getPort() == -1 || uri.getPort() == usual ? "" : ":" + uri.getPort();
      return new Api(
          URI.create(
              scheme
                  + "://"
                  + uri.getHost().toLowerCase(Locale.ROOT)
                  + port
                  + completed(uri.getRawPath())));
    }

    /** Whether the path goes on behind an API, as the path of a call does. */
    private static boolean isCall(String path) {
      String trimmed = trimmed(path);
      return trimmed.contains(API + "/") && !trimmed.endsWith(API);
    }

    private static String trimmed(String path) {
      return path.replaceAll("/+$", "");
    }

    private static String completed(String path) {
      String trimmed = trimmed(path);
      if (trimmed.endsWith(API)) {
        return trimmed;
      }
      return trimmed.endsWith(ROOT) ? trimmed + "/api" : trimmed + API;
    }

    /** Nothing that may hold a password or a checksum. */
    private static String shown(String text) {
      return text.matches("[^@?#]*") ? text : text.substring(0, text.indexOf("//") + 2) + "***";
    }
  }
}
