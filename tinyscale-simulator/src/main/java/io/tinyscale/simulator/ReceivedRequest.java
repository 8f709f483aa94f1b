package io.tinyscale.simulator;

import io.tinyscale.simulator.http.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One API request that a simulated server has received.
 *
 * @param call what follows {@code /bigbluebutton/api/}, such as {@code hooks/create}; {@code root}
 *     for the root
 * @param rawQuery as in the request line; empty if there was no query
 * @param headers by name, compared without case
 * @param bodyLength number of body bytes read, without framing
 * @param bodySha256 SHA-256 of the bytes read, in lower-case hex
 * @param status status of the answer; 0 if there was no answer
 */
public record ReceivedRequest(
    String method,
    String call,
    String rawQuery,
    Map<String, List<String>> headers,
    long bodyLength,
    String bodySha256,
    int status) {

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
  }

  /** The first value of a parameter of the URL, decoded. */
  public Optional<String> parameter(String name) {
    return Query.parse(rawQuery).first(name);
  }
}
