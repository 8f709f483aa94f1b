package io.tinyscale.bench.soak;

import io.tinyscale.bench.engine.ServersProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How many calls reach the servers, all together, for one call of a front end. Sweeps and questions
 * for webhooks do not count.
 */
final class ServerCallFigures {

  private static final List<Integer> POOLS = List.of(2, 20, 100);
  private static final int ROOMS = 20;
  private static final int POLLS_OF_A_ROOM = 5;

  /** Longer than answers are kept ({@code cache.ttl}), so that each poll is asked anew. */
  private static final long PAUSE_MILLIS = 1200;

  /** Sweeps, and the question for webhooks ({@code hooks/list}). */
  private static final Set<String> ITS_OWN = Set.of("getMeetings", "list");

  private static final String SECRET = "figures-front-ends";

  private final Path war;
  private final Path folder;
  private final Map<String, String> settings;

  ServerCallFigures(Path war, Path folder, Map<String, String> settings) {
    this.war = war;
    this.folder = folder;
    this.settings = settings;
  }

  List<Figure> measure() throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    for (int servers : POOLS) {
      Path own = Files.createDirectories(folder.resolve("pool-" + servers));
      try (ServersProcess pool = ServersProcess.start(own, servers, 0, 0, 0)) {
        Path poolFile = own.resolve("servers.json");
        Files.writeString(poolFile, entries(pool.ports()));
        TinyscaleProcess tinyscale = new TinyscaleProcess(war, own, poolFile, SECRET, settings, 0);
        try {
          figures.addAll(measure(pool, new SignedCalls(tinyscale::port, SECRET)));
        } finally {
          tinyscale.close();
        }
      }
    }
    return figures;
  }

  private static String entries(List<Integer> ports) {
    return ports.stream()
        .map(port -> "{\"host\": \"http://127.0.0.1:" + port + "\", \"secret\": \"any\"}")
        .collect(Collectors.joining(",\n", "[", "]"));
  }

  private static List<Figure> measure(ServersProcess pool, SignedCalls calls)
      throws IOException, InterruptedException {
    long before = calls(pool);
    for (int poll = 0; poll < POLLS_OF_A_ROOM; poll++) {
      for (int room = 0; room < ROOMS; room++) {
        Reply reply = calls.get("getMeetingInfo", "meetingID=closed-" + room);
        expect(reply.messageKey().equals("notFound"), reply);
      }
      Pause.millis(PAUSE_MILLIS);
    }
    long polled = calls(pool);
    for (int room = 0; room < ROOMS; room++) {
      Reply reply = calls.get("create", "name=Room&meetingID=new-" + room);
      expect(reply.succeeded(), reply);
    }
    long created = calls(pool);
    String servers = ", " + pool.ports().size() + " servers";
    return List.of(
        new Figure(
            "server calls per poll of a room that is not open" + servers,
            perCall(polled - before, POLLS_OF_A_ROOM * ROOMS)),
        new Figure(
            "server calls per create of a new room" + servers, perCall(created - polled, ROOMS)));
  }

  private static void expect(boolean right, Reply reply) {
    if (!right) {
      throw new IllegalStateException("unexpected answer: " + reply.summary());
    }
  }

  /** The number of requests so far, without those that tinyscale makes by itself. */
  private static long calls(ServersProcess pool) throws IOException, InterruptedException {
    return pool.counts().entrySet().stream()
        .filter(count -> !ITS_OWN.contains(count.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static String perCall(long serverCalls, int calls) {
    return String.format(Locale.ROOT, "%.2f", (double) serverCalls / calls);
  }
}
