package io.tinyscale.bench.engine;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.bench.http.Message;

/** Signs calls as a front end does, and writes them as its HTTP client does. */
public final class FrontEnd {

  static final String SECRET = "secret-of-the-front-ends";

  private static final Secret KEY = Secret.of(SECRET);
  private static final String HEADERS =
      "Host: bbb.example.org\r\nUser-Agent: front-end/1.0\r\nAccept: */*\r\n";

  private FrontEnd() {}

  /** A GET; adds the checksum to the query. */
  public static Message get(String call, String query) {
    return Message.of("GET " + target(call, query) + " HTTP/1.1\r\n" + HEADERS + "\r\n");
  }

  /** A POST of a document. */
  public static Message post(
      String call, String query, String opening, long filling, String closing) {
    return Message.of(
        "POST "
            + target(call, query)
            + " HTTP/1.1\r\n"
            + HEADERS
            + "Content-Type: application/xml\r\n",
        opening,
        filling,
        closing);
  }

  private static String target(String call, String query) {
    String checksum =
        Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.named(call), new QueryString(query), KEY);
    return "/bigbluebutton/api/"
        + call
        + "?"
        + query
        + (query.isEmpty() ? "" : "&")
        + "checksum="
        + checksum;
  }
}
