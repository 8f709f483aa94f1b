package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Life;
import io.tinyscale.bench.soak.History.ReceivedCreate;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the journals of the simulated servers. */
final class Journals {

  private final List<Life> lives = new ArrayList<>();
  private final List<ReceivedCreate> creates = new ArrayList<>();

  List<Life> lives() {
    return lives;
  }

  List<ReceivedCreate> creates() {
    return creates;
  }

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
    private final List<Long> ends;
    private final Map<String, Life> alive = new LinkedHashMap<>();

    /** When meetings ended whose beginning has not been read yet, by internal id. */
    private final Map<String, Long> endedEarly = new HashMap<>();

    private final Map<String, ReceivedCreate> open = new HashMap<>();
    private int starts;

    Reader(String server, List<Long> ends) {
      this.server = server;
      this.ends = ends;
    }

    void read(List<String> lines) {
      lines.forEach(this::take);
      // The server was ended and did not start again.
      die(starts <= ends.size() ? ends.get(starts - 1) : Span.OPEN);
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
            die(ends.get(starts - 1));
          }
          starts++;
        }
        case "arrived" -> {
          if (fields.get("call").equals("create")) {
            open.put(
                fields.get("request"),
                new ReceivedCreate(server, fields.get("meeting"), at, Span.OPEN, ""));
          }
        }
        case "decided" -> {
          ReceivedCreate create = open.remove(fields.get("request"));
          if (create != null) {
            creates.add(
                new ReceivedCreate(
                    server, create.meetingId(), create.arrived(), at, fields.get("fault")));
          }
        }
        case "created" -> begin(at, fields.get("meeting"), fields.get("internal"));
        case "joined" ->
            alive.computeIfPresent(
                fields.get("internal"),
                (id, life) ->
                    life.joined() == Span.OPEN
                        ? new Life(server, life.meetingId(), id, life.span(), at, false)
                        : life);
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

    /** A meeting is there before its server writes that down, and may have ended by then. */
    private void begin(long at, String meetingId, String internalId) {
      Life life =
          new Life(server, meetingId, internalId, new Span(at, Span.OPEN), Span.OPEN, false);
      Long ended = endedEarly.remove(internalId);
      if (ended == null) {
        alive.put(internalId, life);
      } else {
        end(life, ended, true);
      }
    }

    private void die(long at) {
      endedEarly.clear();
      alive.values().forEach(life -> end(life, at, false));
      alive.clear();
      creates.addAll(open.values());
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
