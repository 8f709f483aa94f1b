package io.tinyscale.bench.soak;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the journals of the simulated servers. */
final class Journals {

  /** Faults after which the answer is given at once, and is an answer of a server that works. */
  private static final Set<String> ANSWERING = Set.of("", "WrongSecret", "Damaged", "BreakOff");

  /** tinyscale never sends this call: browsers do. */
  private static final String JOIN = "join";

  private final List<Life> lives = new ArrayList<>();
  private final List<ReceivedCreate> creates = new ArrayList<>();
  private final List<ReceivedEnd> ends = new ArrayList<>();
  private final List<GivenAnswer> answers = new ArrayList<>();

  List<Life> lives() {
    return lives;
  }

  List<ReceivedCreate> creates() {
    return creates;
  }

  List<ReceivedEnd> ends() {
    return ends;
  }

  List<GivenAnswer> answers() {
    return answers;
  }

  /** A request whose answer is not decided yet. */
  private record Received(String call, String meeting, String requestId, long arrived) {}

  /**
   * Adds the journal of one server.
   *
   * @param ends when its processes were ended from outside, in order; the meetings of a process
   *     died with it
   */
  void add(String server, List<String> lines, List<Long> ends) {
    new Reader(server, ends).read(lines);
  }

  /** Reads one journal once. */
  private final class Reader {

    private final String server;
    private final List<Long> processEnds;
    private final Map<String, Life> alive = new LinkedHashMap<>();

    /** When meetings ended whose beginning has not been read yet, by internal id. */
    private final Map<String, Long> endedEarly = new HashMap<>();

    /** When the first user joined meetings whose beginning has not been read yet. */
    private final Map<String, Long> joinedEarly = new HashMap<>();

    /** By the number of the request. */
    private final Map<String, Received> open = new LinkedHashMap<>();

    private int starts;

    Reader(String server, List<Long> processEnds) {
      this.server = server;
      this.processEnds = processEnds;
    }

    void read(List<String> lines) {
      lines.forEach(this::take);
      // The server was ended and did not start again.
      die(starts <= processEnds.size() ? processEnds.get(starts - 1) : Span.OPEN);
    }

    private void take(String line) {
      String[] words = line.split(" ");
      if (words.length < 2) {
        return;
      }
      long at = Long.parseLong(words[0]);
      Map<String, String> fields = fields(words);
      switch (words[1]) {
        case "started" -> {
          if (starts > 0) {
            die(processEnds.get(starts - 1));
          }
          starts++;
        }
        case "arrived" ->
            arrived(
                fields.get("request"),
                new Received(
                    fields.get("call"), fields.get("meeting"), fields.getOrDefault("id", ""), at));
        case "decided" -> {
          Received request = open.remove(fields.get("request"));
          if (request != null) {
            decided(request, at, fields.get("fault"));
          }
        }
        case "created" -> begin(at, fields.get("meeting"), fields.get("internal"));
        case "joined" -> join(at, fields.get("internal"));
        case "ended" -> {
          Life life = alive.remove(fields.get("internal"));
          if (life != null) {
            end(life, at, true);
          } else {
            endedEarly.put(fields.get("internal"), at);
          }
        }
        default -> throw new IllegalArgumentException("not a journal's line: " + line);
      }
    }

    private void arrived(String number, Received request) {
      open.put(number, request);
      if (request.call().equals("end")) {
        ends.add(new ReceivedEnd(server, request.meeting(), request.arrived()));
      }
    }

    private void decided(Received request, long at, String fault) {
      if (request.call().equals("create")) {
        creates.add(create(request, at, fault));
      }
      if (ANSWERING.contains(fault) && !request.call().equals(JOIN)) {
        answers.add(
            new GivenAnswer(server, request.call(), request.requestId(), request.arrived(), at));
      }
    }

    private ReceivedCreate create(Received request, long decided, String fault) {
      return new ReceivedCreate(
          server, request.meeting(), request.requestId(), request.arrived(), decided, fault);
    }

    private void join(long at, String internalId) {
      Life life = alive.get(internalId);
      if (life == null) {
        joinedEarly.putIfAbsent(internalId, at);
      } else if (life.joined() == Span.OPEN) {
        alive.put(
            internalId, new Life(server, life.meetingId(), internalId, life.span(), at, false));
      }
    }

    /** A meeting is there before its server writes that down. It may be used and over by then. */
    private void begin(long at, String meetingId, String internalId) {
      Long joined = joinedEarly.remove(internalId);
      Life life =
          new Life(
              server,
              meetingId,
              internalId,
              new Span(at, Span.OPEN),
              joined == null ? Span.OPEN : joined,
              false);
      Long ended = endedEarly.remove(internalId);
      if (ended == null) {
        alive.put(internalId, life);
      } else {
        end(life, ended, true);
      }
    }

    private void die(long at) {
      endedEarly.clear();
      joinedEarly.clear();
      alive.values().forEach(life -> end(life, at, false));
      alive.clear();
      open.values().stream()
          .filter(request -> request.call().equals("create"))
          .forEach(request -> creates.add(create(request, Span.OPEN, "")));
      open.clear();
    }

    private void end(Life life, long at, boolean ended) {
      Span span = new Span(life.span().from(), Math.max(life.span().from(), at));
      lives.add(new Life(server, life.meetingId(), life.internalId(), span, life.joined(), ended));
    }
  }

  private static Map<String, String> fields(String[] words) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      fields.put(
          words[i].substring(0, equals),
          URLDecoder.decode(words[i].substring(equals + 1), StandardCharsets.UTF_8));
    }
    return fields;
  }
}
