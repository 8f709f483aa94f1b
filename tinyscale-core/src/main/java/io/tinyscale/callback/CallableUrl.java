package io.tinyscale.callback;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which URLs of front ends a relay can call. */
final class CallableUrl {

  private CallableUrl() {}

  /**
   * Why a relay cannot call this URL; empty if it can. The URL is no part of the text.
   *
   * @param url without blanks around it
   */
  static Optional<String> obstacle(String url) {
    if (url.getBytes(StandardCharsets.UTF_8).length > CallbackRelay.LONGEST_URL) {
      return Optional.of("it is longer than " + CallbackRelay.LONGEST_URL + " bytes");
    }
    try {
      URI uri = new URI(url);
      boolean isHttp =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (!isHttp || uri.getRawAuthority() == null) {
        return Optional.of("it is no absolute http or https URL");
      }
      if (uri.getHost() == null) {
        return Optional.of("its host is no valid name; write it in ASCII, without _");
      }
      // Front ends see the URL in XML documents, which would be broken otherwise.
      return url.codePoints().allMatch(CallableUrl::isInXml)
          ? Optional.empty()
          : Optional.of("it has a character that no XML document can hold");
    } catch (URISyntaxException e) {
      return Optional.of("it is no URL");
    }
  }

  /** XML 1.0, 2.2; a URI has no control characters. */
  private static boolean isInXml(int character) {
    return character < Character.MIN_SURROGATE
        || character > Character.MAX_SURROGATE && character < 0xfffe
        || character > 0xffff;
  }
}
