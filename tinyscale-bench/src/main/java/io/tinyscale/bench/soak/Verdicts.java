package io.tinyscale.bench.soak;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads from tinyscale's log when it judged which server down. A verdict lasts a little longer than
 * the log says, at both ends: it takes effect before the log line is written, and decisions under
 * it take some time.
 */
final class Verdicts {

  static final long BEFORE = 250_000;
  static final long AFTER = 1_000_000;

  private static final Pattern EVENT =
      Pattern.compile("^(\\S+Z) \\w+ +server\\.(down|up) server=(\\S+)");

  private static final Pattern REMOVED =
      Pattern.compile("^(\\S+Z) \\w+ +pool\\.changed .*removed=(\\w+)");

  private Verdicts() {}

  /**
   * Reads the logs of the processes of one balancer, which ran one after the other.
   *
   * @param ends when each but the last of them was ended, in microseconds since 1970
   */
  static List<Verdict> in(String balancer, List<String> logs, List<Long> ends) {
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      Map<String, Long> down = new HashMap<>();
      logs.get(i).lines().forEach(line -> take(balancer, line, down, verdicts));
      long end = i < ends.size() ? ends.get(i) : Span.OPEN;
      down.forEach((server, since) -> verdicts.add(verdict(balancer, server, since, end)));
    }
    return verdicts;
  }

  /**
   * Reads when servers that were down were not in the pool file. Nobody looks for the meetings of
   * such a server any more.
   *
   * @param verdicts those of the same logs
   */
  static List<Trouble> removals(List<String> logs, List<Verdict> verdicts) {
    return logs.stream()
        .flatMap(String::lines)
        .map(REMOVED::matcher)
        .filter(Matcher::find)
        .flatMap(removal -> removals(removal.group(2), micros(removal.group(1)), verdicts))
        .toList();
  }

  private static Stream<Trouble> removals(String server, long at, List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(verdict -> verdict.server().equals(server) && verdict.span().touches(at, at))
        .map(
            verdict ->
                new Trouble(
                    server, Trouble.REMOVED, false, new Span(at - BEFORE, verdict.span().to())));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  private static void take(
      String balancer, String line, Map<String, Long> down, List<Verdict> verdicts) {
    Matcher event = EVENT.matcher(line);
    if (!event.find()) {
      return;
    }
    long at = micros(event.group(1));
    String server = event.group(3);
    if (event.group(2).equals("down")) {
      down.putIfAbsent(server, at);
    } else if (down.containsKey(server)) {
      verdicts.add(verdict(balancer, server, down.remove(server), at));
    }
  }

  private static Verdict verdict(String balancer, String server, long from, long to) {
    return new Verdict(balancer, server, new Span(from, to).widened(BEFORE, AFTER));
  }
}
