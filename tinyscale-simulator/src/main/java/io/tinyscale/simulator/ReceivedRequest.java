package io.tinyscale.simulator;

import io.tinyscale.simulator.http.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One API request that a simulated server has dealt with.
 *
 * @param call what follows {@code /bigbluebutton/api/}, such as {@code hooks/create}; {@code root}
 *     for the root
 * @param rawQuery as it stood in the request line, empty when there was none
 * @param headers by name, compared without case
 * @param bodyLength how many bytes of the body were read, framing not counted
 * @param bodySha256 lower-case hex, over the bytes that were read
 * @param status as answered; 0 when no answer was made
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
