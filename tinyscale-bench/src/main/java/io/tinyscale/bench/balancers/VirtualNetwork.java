package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.config.TransportSettings;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings requests of balancers to servers that exist only in memory, and their answers back: with
 * delays, and as far as nothing is cut or lost. Not thread-safe.
 */
final class VirtualNetwork {

  private static final List<Header> XML = List.of(new Header("Content-Type", "text/xml"));
  private static final List<Header> HTML = List.of(new Header("Content-Type", "text/html"));
  private static final String API = "/api/";
  private static final double MILLI = Duration.ofMillis(1).toNanos();

  private static final double LONG_CREATES = 0.02;
  private static final long LONG_CREATE = Duration.ofSeconds(4).toNanos();
  private static final double LOST = 0.005;

  private final VirtualTime time;
  private final Dice dice;
  private final Distance distance;
  private final boolean isSlow;
  private final Function<String, VirtualServer> servers;
  private final Function<String, Room> rooms;
  private final Tally tally;
  private final Map<String, Cut> cuts = new HashMap<>();

  /** A balancer and a server that lose each other: connections are refused, or time out. */
  private record Cut(long until, boolean isRefused) {}

  /**
   * A network in which nothing is cut.
   *
   * @param isSlow whether messages are late or lost, and some creates take long
   * @param servers the server of a name
   * @param rooms the room of an external or internal id
   */
  VirtualNetwork(
      VirtualTime time,
      Dice dice,
      boolean isSlow,
      Function<String, VirtualServer> servers,
      Function<String, Room> rooms,
      Tally tally) {
    this.time = time;
    this.dice = dice;
    this.distance = new Distance(dice, Duration.ofMillis(1), isSlow);
    this.isSlow = isSlow;
    this.servers = servers;
    this.rooms = rooms;
    this.tally = tally;
  }

  /** Lets a balancer and a server lose each other for a while. */
  void cut(BalancerProcess balancer, VirtualServer server, long nanos, boolean isRefused) {
    cuts.put(link(balancer, server), new Cut(time.now() + nanos, isRefused));
  }

  private boolean isCut(BalancerProcess balancer, VirtualServer server) {
    Cut cut = cuts.get(link(balancer, server));
    return cut != null && cut.until > time.now();
  }

  private static String link(BalancerProcess balancer, VirtualServer server) {
    return balancer.name() + " " + server.name();
  }

  /** What a balancer sends its requests with. */
  Upstream of(BalancerProcess balancer) {
    return (request, cancellation) -> {
      Exchange exchange = new Exchange(balancer, request);
      cancellation.onCancel(() -> exchange.end(new Outcome.NoAnswer(new IOException("given up"))));
      exchange.begin();
      return exchange.outcome;
    };
  }

  /** One request on its way, and its answer. */
  private final class Exchange {

    private final BalancerProcess balancer;
    private final VirtualServer server;
    private final String call;
    private final Map<String, String> parameters;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private int crashesBefore;

    Exchange(BalancerProcess balancer, UpstreamRequest request) {
      this.balancer = balancer;
      this.server = servers.apply(request.server().name());
      String target = request.target();
      int query = target.indexOf('?');
      String path = query < 0 ? target : target.substring(0, query);
      this.call = path.substring(path.indexOf(API) + API.length());
      this.parameters = query < 0 ? Map.of() : parameters(target.substring(query + 1));
    }

    void begin() {
      if (balancer.process().isInOneStep()) {
        end(answered());
        return;
      }
      if (time.isOfCreate() && !meetingId().isEmpty()) {
        tally.addServerCall();
      }
      note(() -> "is asked by " + balancer.name() + ":");
      if (call.equals("create")) {
        rooms.apply(meetingId()).createIsSentTo(server);
      }
      Cut cut = cuts.get(link(balancer, server));
      if (cut == null || cut.until <= time.now()) {
        time.after(distance.nanos(), this::arrive);
      } else if (cut.isRefused) {
        refuse();
      } else if (dice.chance(0.5)) {
        Duration connect = TransportSettings.defaults().connect();
        IOException cause = new SocketTimeoutException("no connection in time");
        balancer.process().after(connect.toNanos(), () -> end(new Outcome.NotSent(cause)));
      }
      // Else it went over a connection that was open: it is sent, and nothing comes back.
    }

    private void refuse() {
      IOException cause = new ConnectException("Connection refused");
      balancer.process().after(distance.nanos(), () -> end(new Outcome.NotSent(cause)));
    }

    private void arrive() {
      if (server.isCrashed()) {
        refuse();
        return;
      }
      crashesBefore = server.crashes();
      boolean isLong = isSlow && call.equals("create") && dice.chance(LONG_CREATES);
      boolean actsLate = dice.chance(0.5);
      long before = work() + (isLong && actsLate ? LONG_CREATE : 0);
      long after = isLong && !actsLate ? LONG_CREATE : 0;
      step(before, () -> act(after));
    }

    private void act(long rest) {
      Outcome answer = answered();
      step(rest, () -> sendBack(answer));
    }

    /** Goes on after a while, unless the server crashes meanwhile; not as long as it is stopped. */
    private void step(long nanos, Runnable next) {
      time.after(
          nanos,
          () ->
              server.whenGoingOn(
                  () -> {
                    if (server.crashes() == crashesBefore) {
                      next.run();
                    } else {
                      breakOff();
                    }
                  }));
    }

    private void sendBack(Outcome answer) {
      if (isSlow && dice.chance(LOST)) {
        note(() -> "loses its answer to");
        if (dice.chance(0.5)) {
          breakOff();
        }
      } else if (!isCut(balancer, server)) {
        balancer.process().after(distance.nanos(), () -> end(answer));
      }
    }

    private void breakOff() {
      IOException cause = new IOException("Connection reset");
      balancer.process().after(distance.nanos(), () -> end(new Outcome.NoAnswer(cause)));
    }

    private Outcome answered() {
      if (VirtualServer.isOther(meetingId())) {
        return new Outcome.Answered(500, HTML, Body.of("<html>Internal Server Error</html>"));
      }
      String document = server.answer(call, parameters);
      note(() -> "answers " + document + " to");
      return new Outcome.Answered(200, XML, Body.of(document));
    }

    void end(Outcome came) {
      outcome.complete(came);
    }

    private String meetingId() {
      return parameters.getOrDefault("meetingID", "");
    }

    private void note(Supplier<String> what) {
      if (!meetingId().isEmpty() && !VirtualServer.isOther(meetingId())) {
        rooms.apply(meetingId()).note(() -> server.name() + " " + what.get() + " " + call);
      }
    }

    /** How long the server works on the call. */
    private long work() {
      return switch (call) {
        case "create" -> millis(30, 300);
        case "getMeetings" -> millis(5, 40);
        default -> millis(2, 20);
      };
    }
  }

  private long millis(double least, double most) {
    return (long) (dice.between(least, most) * MILLI);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : query.split("&")) {
      int equals = parameter.indexOf('=');
      parameters.putIfAbsent(
          parameter.substring(0, equals),
          URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }
}
