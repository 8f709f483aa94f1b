package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes up histories; times are seconds. */
final class Story {

  static final double OPEN = -1;

  /** The id of an attempt through the only balancer. */
  private static final String ALONE = TinyscaleProcess.ALONE + "-";

  private final List<Call> calls = new ArrayList<>();
  private final List<Life> lives = new ArrayList<>();
  private final List<ReceivedCreate> creates = new ArrayList<>();
  private final List<ReceivedEnd> ends = new ArrayList<>();
  private final List<GivenAnswer> answers = new ArrayList<>();
  private final List<Trouble> troubles = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<Outage> outages = new ArrayList<>();
  private int balancers = 1;

  static long micros(double seconds) {
    return seconds == OPEN ? Span.OPEN : Math.round(seconds * 1_000_000);
  }

  private static Span span(double from, double to) {
    return new Span(micros(from), micros(to));
  }

  /** A meeting with an internal id that names its server and beginning. */
  Story life(String server, String meetingId, double from, double to) {
    return joinedLife(server, meetingId, from, to, OPEN);
  }

  Story joinedLife(String server, String meetingId, double from, double to, double joined) {
    return life(server, meetingId, from, to, joined, true);
  }

  /** A meeting that its server's end ended. */
  Story killedLife(String server, String meetingId, double from, double to, double joined) {
    return life(server, meetingId, from, to, joined, false);
  }

  /** A meeting whose server wrote down that it made it only some time after it was made. */
  Story stampedLife(String server, String meetingId, double stamp, double from, double to) {
    String id = "%s-%013d".formatted(server, Math.round(stamp * 1000));
    lives.add(new Life(server, meetingId, id, span(from, to), Span.OPEN, true));
    return this;
  }

  private Story life(
      String server, String meetingId, double from, double to, double joined, boolean ended) {
    lives.add(
        new Life(
            server, meetingId, internalId(server, from), span(from, to), micros(joined), ended));
    return this;
  }

  static String internalId(String server, double from) {
    return server + "-" + micros(from);
  }

  Story create(String server, String meetingId, double arrived, double decided, String fault) {
    return createOf(ALONE, server, meetingId, arrived, decided, fault);
  }

  /** A create that was sent for this attempt of a call, whose id begins with the balancer. */
  Story createOf(
      String requestId,
      String server,
      String meetingId,
      double arrived,
      double decided,
      String fault) {
    creates.add(
        new ReceivedCreate(server, meetingId, requestId, micros(arrived), micros(decided), fault));
    return this;
  }

  /** A call to end a meeting that reached a server. */
  Story end(String server, String id, double arrived) {
    ends.add(new ReceivedEnd(server, id, micros(arrived)));
    return this;
  }

  Story answer(String server, double arrived, double given) {
    return answerTo(ALONE, server, arrived, given);
  }

  /** An answer for this attempt of a call, whose id begins with the balancer. */
  Story answerTo(String requestId, String server, double arrived, double given) {
    answers.add(
        new GivenAnswer(server, "getMeetingInfo", requestId, micros(arrived), micros(given)));
    return this;
  }

  /** A fault that may silence a server. */
  Story trouble(String server, String kind, double from, double to) {
    troubles.add(new Trouble(server, kind, true, span(from, to)));
    return this;
  }

  /** A fault in some answers of a server. */
  Story partialTrouble(String server, String kind, double from, double to) {
    troubles.add(new Trouble(server, kind, false, span(from, to)));
    return this;
  }

  /** A time in which tinyscale has no descriptors left. */
  Story shortage(double from, double to) {
    return partialTrouble(Trouble.TINYSCALE, "shortage", from, to);
  }

  Story down(String server, double from, double to) {
    return downFor(TinyscaleProcess.ALONE, server, from, to);
  }

  Story downFor(String balancer, String server, double from, double to) {
    verdicts.add(new Verdict(balancer, server, span(from, to)));
    return this;
  }

  /** Two balancers, a and b, share the servers. */
  Story twoBalancers() {
    balancers = 2;
    return this;
  }

  /** They share a store, which is started at that time. */
  Story store(double started) {
    return storeTrouble("start", started, started);
  }

  /** A time in which the balancers cannot share the store. */
  Story storeTrouble(String kind, double from, double to) {
    troubles.add(Trouble.ofStore(kind, span(from, to)));
    return this;
  }

  Story restart(double from, double to) {
    return restartOf(TinyscaleProcess.ALONE, from, to);
  }

  Story restartOf(String balancer, double from, double to) {
    outages.add(new Outage(balancer, Outage.Kind.RESTART, span(from, to)));
    return this;
  }

  Story freezeOf(String balancer, double from, double to) {
    outages.add(new Outage(balancer, Outage.Kind.FREEZE, span(from, to)));
    return this;
  }

  Story call(String name, String meetingId, double from, double to, Reply reply) {
    return callOf(ALONE, name, meetingId, from, to, reply);
  }

  /** An attempt with this id, which begins with the balancer. No other attempt follows it. */
  Story callOf(
      String requestId, String name, String meetingId, double from, double to, Reply reply) {
    return attemptOf(requestId, name, meetingId, from, to, true, reply);
  }

  Story attemptOf(
      String requestId,
      String name,
      String meetingId,
      double from,
      double to,
      boolean isLast,
      Reply reply) {
    calls.add(
        new Call(
            "moodle-1",
            requestId.substring(0, requestId.indexOf('-')),
            requestId,
            name,
            meetingId,
            micros(from),
            micros(to),
            isLast,
            reply));
    return this;
  }

  Story call(String name, String meetingId, double from, double to, String document) {
    return call(name, meetingId, from, to, document(document));
  }

  static Reply document(String inner) {
    return new Reply(200, Map.of(), "<response>" + inner + "</response>");
  }

  static Reply partial(String inner) {
    return new Reply(200, Map.of("x-tinyscale-partial", "1"), "<response>" + inner + "</response>");
  }

  static String success(String internalId) {
    return "<returncode>SUCCESS</returncode><internalMeetingID>"
        + internalId
        + "</internalMeetingID>";
  }

  static String failed(String key) {
    return "<returncode>FAILED</returncode><messageKey>" + key + "</messageKey>";
  }

  static String list(String... meetingIdsAndInternalIds) {
    StringBuilder list = new StringBuilder("<returncode>SUCCESS</returncode><meetings>");
    for (int i = 0; i < meetingIdsAndInternalIds.length; i += 2) {
      list.append("<meeting><meetingID>")
          .append(meetingIdsAndInternalIds[i])
          .append("</meetingID><internalMeetingID>")
          .append(meetingIdsAndInternalIds[i + 1])
          .append("</internalMeetingID></meeting>");
    }
    return list.append("</meetings>").toString();
  }

  History history() {
    return new History(
        Timing.settings(),
        calls,
        lives,
        creates,
        ends,
        answers,
        troubles,
        verdicts,
        balancers,
        outages);
  }
}
