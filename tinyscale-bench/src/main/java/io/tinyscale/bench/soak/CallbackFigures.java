package io.tinyscale.bench.soak;

import com.sun.net.httpserver.HttpServer;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What the relay of callbacks costs: a create with and without it, how many callbacks it delivers
 * in a second, and the memory of callbacks that wait.
 */
final class CallbackFigures {

  private static final int CREATES = 3_000;
  private static final int WARM_UP = 2_000;
  private static final int DELIVERIES = 4_000;
  private static final int WAITING = 10_000;
  private static final int SENDERS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long MOST_MINUTES = 5;
  private static final String SECRET = "figures-front-ends";

  private final Path war;
  private final Path folder;
  private final Map<String, String> settings;

  CallbackFigures(Path war, Path folder, Map<String, String> settings) {
    this.war = war;
    this.folder = folder;
    this.settings = settings;
  }

  List<Figure> measure() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    List<Figure> figures = new ArrayList<>();
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      figures.addAll(creates(server));
      figures.add(deliveries(server, 1));
      figures.add(deliveries(server, SENDERS));
      figures.add(waiting(server));
    }
    return figures;
  }

  private TinyscaleProcess start(SimulatedServer server, String name, boolean relay)
      throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    Path poolFile = own.resolve("servers.json");
    Files.writeString(
        poolFile,
        "[{\"name\": \"bbb1\", \"host\": \""
            + server.uri()
            + "\", \"secret\": \""
            + server.secret()
            + "\"}]");
    Map<String, String> environment = new HashMap<>(settings);
    if (relay) {
      // Nobody calls it by this name: the callbacks are sent from here.
      environment.put("TINYSCALE_RELAY_URL", "https://lb.example.org");
      environment.put("TINYSCALE_RELAY_ALLOW", "127.0.0.0/8");
      environment.put("TINYSCALE_RELAY_SPOOL", own.resolve("spool").toString());
    }
    return new TinyscaleProcess(war, own, poolFile, SECRET, environment, 0);
  }

  /** In turns, so that a busy machine disturbs both. */
  private List<Figure> creates(SimulatedServer server) throws IOException {
    TinyscaleProcess without = start(server, "without", false);
    TinyscaleProcess with = start(server, "with", true);
    try {
      long[] plain = new long[CREATES];
      long[] relayed = new long[CREATES];
      for (int i = -WARM_UP; i < CREATES; i++) {
        long first = create(without, "plain-" + i);
        long second = create(with, "relayed-" + i);
        if (i >= 0) {
          plain[i] = first;
          relayed[i] = second;
        }
      }
      return List.of(
          new Figure("a create with three callbacks, without the relay", micros(plain)),
          new Figure("a create with three callbacks, with the relay", micros(relayed)));
    } finally {
      without.close();
      with.close();
    }
  }

  private static long create(TinyscaleProcess tinyscale, String meetingId) {
    String query =
        "name=Room&meetingID="
            + meetingId
            + "&meta_endCallbackUrl="
            + encoded("https://moodle.example.org/ended?room=" + meetingId)
            + "&meta_bn-recording-ready-url="
            + encoded("https://moodle.example.org/ready?room=" + meetingId)
            + "&meta_analytics-callback-url="
            + encoded("https://moodle.example.org/analytics?room=" + meetingId);
    SignedCalls calls = new SignedCalls(tinyscale::port, SECRET);
    long begun = System.nanoTime();
    Reply reply = calls.get("create", query);
    long took = System.nanoTime() - begun;
    expect(reply.succeeded(), reply);
    return took;
  }

  private static String micros(long[] nanos) {
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "median %d µs, 99 %% %d µs",
        nanos[nanos.length / 2] / 1000,
        nanos[nanos.length * 99 / 100] / 1000);
  }

  /** From the first callback that is sent until the last one has arrived. */
  private Figure deliveries(SimulatedServer server, int hosts)
      throws IOException, InterruptedException {
    CountDownLatch arrived = new CountDownLatch(DELIVERIES);
    ExecutorService threads = Executors.newCachedThreadPool();
    // All loopback addresses, each a host of its own to the relay.
    HttpServer frontEnd = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
    frontEnd.setExecutor(threads);
    frontEnd.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
          arrived.countDown();
        });
    frontEnd.start();
    TinyscaleProcess tinyscale = start(server, "deliveries-" + hosts, true);
    try {
      List<String> targets =
          targets(server, tinyscale, DELIVERIES, hosts, frontEnd.getAddress().getPort());
      long begun = System.nanoTime();
      send(tinyscale, targets);
      if (!arrived.await(MOST_MINUTES, TimeUnit.MINUTES)) {
        throw new IllegalStateException(arrived.getCount() + " callbacks have not arrived");
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new Figure(
          "callbacks delivered in a second, to " + (hosts == 1 ? "one host" : hosts + " hosts"),
          String.format(Locale.ROOT, "%.0f", DELIVERIES / seconds));
    } finally {
      tinyscale.close();
      frontEnd.stop(0);
      threads.shutdown();
    }
  }

  private Figure waiting(SimulatedServer server) throws IOException, InterruptedException {
    TinyscaleProcess tinyscale = start(server, "waiting", true);
    try {
      // Nobody listens on this port.
      List<String> targets = targets(server, tinyscale, WAITING + 1, SENDERS, 1);
      send(tinyscale, targets.subList(0, 1));
      long before = Footprint.of(tinyscale.pid()).heapKib();
      send(tinyscale, targets.subList(1, targets.size()));
      long after = Footprint.of(tinyscale.pid()).heapKib();
      return new Figure(
          "heap for 10,000 callbacks that wait",
          String.format(Locale.ROOT, "%.1f MiB", (after - before) / 1024.0));
    } finally {
      tinyscale.close();
    }
  }

  /** Paths of the relay's URLs, each for a meeting of its own. */
  private static List<String> targets(
      SimulatedServer server, TinyscaleProcess tinyscale, int count, int hosts, int port) {
    server.resetCounters();
    SignedCalls calls = new SignedCalls(tinyscale::port, SECRET);
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String original = "http://127.0.0." + (1 + i % hosts) + ":" + port + "/ended";
      Reply reply =
          calls.get(
              "create", "name=Room&meetingID=room-" + i + "&meetingEndedURL=" + encoded(original));
      expect(reply.succeeded(), reply);
      String given =
          server
              .requests()
              .get(server.requests().size() - 1)
              .parameter("meetingEndedURL")
              .orElseThrow();
      targets.add(URI.create(given).getPath());
      calls.get("end", "meetingID=room-" + i);
    }
    return targets;
  }

  private static void send(TinyscaleProcess tinyscale, List<String> targets)
      throws InterruptedException {
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    for (String target : targets) {
      senders.execute(
          () -> {
            Reply reply = HttpCaller.get(tinyscale.port(), target, PATIENCE);
            expect(reply.status() == 200, reply);
          });
    }
    senders.shutdown();
    if (!senders.awaitTermination(MOST_MINUTES, TimeUnit.MINUTES)) {
      throw new IllegalStateException("tinyscale does not take callbacks");
    }
  }

  private static String encoded(String url) {
    return URLEncoder.encode(url, StandardCharsets.UTF_8);
  }

  private static void expect(boolean right, Reply reply) {
    if (!right) {
      throw new IllegalStateException("unexpected answer: " + reply.summary());
    }
  }
}
