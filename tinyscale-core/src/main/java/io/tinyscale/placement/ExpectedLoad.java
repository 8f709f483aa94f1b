package io.tinyscale.placement;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.ServerScore;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Rendezvous;
import io.tinyscale.tenant.MeetingId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The server with the least expected load, in proportion to the weights. Users come minutes after
 * their meeting was made, most of them at the full hour, together with those of many other
 * meetings. So the load of a server is not only who is there:
 *
 * <ul>
 *   <li>A meeting is expected to become as large as it was at this time of the week before; or as
 *       its front end says; or else as a seminar, a share of which fades while the meeting settles.
 *   <li>A create counts from the moment at which its server is chosen.
 *   <li>For its own choice, a meeting that nobody knows is taken for more than it is expected to
 *       be: it may be a lecture, and goes where a lecture would not hurt.
 * </ul>
 *
 * <p>Servers that are equally good, or almost, are told apart by weighted rendezvous, so that
 * several balancers agree. The loads are known again after the first sweep. Thread-safe.
 */
public final class ExpectedLoad implements PlacementPolicy {

  /** The name in the configuration. */
  public static final String NAME = "expected-load";

  private static final int MOST_TOLD = 10;

  /** So many equally good servers are told apart while other creates wait; more are not. */
  private static final int FEW = 8;

  /** How often a choice among many equally good servers begins anew because the loads changed. */
  private static final int MOST_ROUNDS = 3;

  /**
   * Which servers are taken for equally good.
   *
   * @param band how much worse than the least score, in proportion to it, a server may be
   * @param bound how full a server may be in proportion to the mean fill; then the band does not
   *     count. 0 if the band counts
   */
  record NearEqual(double band, double bound) {
    /** Exact ties, which is best without other balancers. */
    static final NearEqual TIES = new NearEqual(0, 0);

    /**
     * Several balancers choose the same server for 98 of 100 meetings. With a store, too: a
     * balancer that has just lost it must choose like those that have it.
     */
    static final NearEqual AGREED = new NearEqual(0, 1.25);

    NearEqual {
      if (!(band >= 0 && band <= 1)) {
        throw new IllegalArgumentException("band " + band + ": 0 to 1");
      }
    }
  }

  private final LoadModel model;
  private final MeetingHistory history;
  private final NearEqual nearEqual;
  private final InstantSource clock;
  private final GatewayObserver observer;
  private final @Nullable HistoryFile file;

  /** Guards everything below. A choice and its reserve are one step. */
  private final Object lock = new Object();

  private final ServerLoads loads;
  private final Rendezvous rendezvous = new Rendezvous();
  private double[] scores = new double[16];

  /** By what servers are equally good: the scores, or how full they are. */
  private double[] measures = scores;

  private double goodEnough;

  /**
   * A policy that knows no loads yet.
   *
   * @param band how much worse than the least score, in proportion to it, a server may be and still
   *     be taken for equally good; 0 for exact ties alone, which is best without other balancers
   * @param clock what meetings' times are compared with
   * @param nanoClock as {@link System#nanoTime()}, the scale of {@link #sweep}
   * @param history the sizes of earlier meetings; this policy adds to them
   */
  public ExpectedLoad(
      ExpectedLoadSettings settings,
      double band,
      InstantSource clock,
      LongSupplier nanoClock,
      MeetingHistory history) {
    this(
        settings,
        new NearEqual(band, 0),
        clock,
        nanoClock,
        history,
        new GatewayObserver() {},
        null);
  }

  /**
   * A policy that knows no loads yet.
   *
   * @param observer is told how servers were weighed
   * @param file where the history is kept; null if a restart may forget it
   */
  ExpectedLoad(
      ExpectedLoadSettings settings,
      NearEqual nearEqual,
      InstantSource clock,
      LongSupplier nanoClock,
      MeetingHistory history,
      GatewayObserver observer,
      @Nullable HistoryFile file) {
    this.model = new LoadModel(settings);
    this.nearEqual = nearEqual;
    this.clock = clock;
    this.history = history;
    this.observer = observer;
    this.file = file;
    long settleNanos = settings.settle().toNanos();
    this.loads =
        new ServerLoads(
            () -> new SweptMeetings(model, history, settleNanos), settleNanos, nanoClock);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** What a call would add to its server. */
  private record Newcomer(MeetingId meetingId, double reserve, double caution) {}

  @Override
  public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Newcomer newcomer = newcomer(request);
    boolean isCreate = isCreate(request);
    boolean isHeard = isCreate && observer.wantsScores();
    Choice choice = choice(candidates, newcomer, isCreate, isHeard);
    Server server = candidates.get(choice.place()).server();
    if (isHeard) {
      observer.meetingWeighed(
          newcomer.meetingId(),
          server,
          () -> best(candidates, choice.scores(), newcomer.caution()));
    }
    return Optional.of(server);
  }

  @Override
  public List<ServerScore> weigh(List<ServerStatus> candidates, PlacementRequest request) {
    if (candidates.isEmpty()) {
      return List.of();
    }
    Newcomer newcomer = newcomer(request);
    Choice choice = choice(candidates, newcomer, false, true);
    List<ServerScore> all =
        new ArrayList<>(scores(candidates, choice.scores(), newcomer.caution()));
    ServerScore first = all.remove(choice.place());
    all.sort(Comparator.comparingDouble(ServerScore::score));
    all.add(0, first);
    return all;
  }

  /**
   * A choice.
   *
   * @param scores of the candidates; empty if nobody asked
   */
  private record Choice(int place, double[] scores) {}

  /**
   * Chooses a candidate. To tell many servers apart takes long: that is done while other creates go
   * on, and then the loads are looked at again.
   */
  private Choice choice(
      List<ServerStatus> candidates, Newcomer newcomer, boolean reserves, boolean isHeard) {
    byte[] key = Rendezvous.key(newcomer.meetingId());
    double[] preferences = {};
    for (int round = 1; ; round++) {
      BitSet many;
      synchronized (lock) {
        int least = weighAll(candidates, newcomer);
        many = round > MOST_ROUNDS ? null : manyUnknown(candidates.size(), preferences);
        if (many == null) {
          int chosen = preferred(candidates, least, key, preferences);
          if (reserves) {
            loads
                .of(candidates.get(chosen).server(), chosen)
                .reserve(newcomer.meetingId(), ServerLoads.parts(newcomer.reserve()));
          }
          return new Choice(
              chosen, isHeard ? Arrays.copyOf(scores, candidates.size()) : new double[0]);
        }
      }
      preferences = Arrays.copyOf(preferences, candidates.size());
      Rendezvous ours = new Rendezvous();
      for (int i = many.nextSetBit(0); i >= 0; i = many.nextSetBit(i + 1)) {
        preferences[i] = ours.uniform(candidates.get(i).server(), key);
      }
    }
  }

  /** The good servers whose preference is not known; null if they are few. */
  private @Nullable BitSet manyUnknown(int count, double[] preferences) {
    int unknown = 0;
    for (int i = nextGood(0, count); i >= 0; i = nextGood(i + 1, count)) {
      unknown += isKnown(preferences, i) ? 0 : 1;
    }
    if (unknown <= FEW) {
      return null;
    }
    BitSet all = new BitSet(count);
    for (int i = nextGood(0, count); i >= 0; i = nextGood(i + 1, count)) {
      all.set(i, !isKnown(preferences, i));
    }
    return all;
  }

  /** Whether a preference is known; it is never 0. */
  private static boolean isKnown(double[] preferences, int place) {
    return preferences.length > 0 && preferences[place] > 0;
  }

  private static List<ServerScore> best(
      List<ServerStatus> candidates, double[] weighed, double caution) {
    return scores(candidates, weighed, caution).stream()
        .sorted(Comparator.comparingDouble(ServerScore::score))
        .limit(MOST_TOLD)
        .toList();
  }

  private static List<ServerScore> scores(
      List<ServerStatus> candidates, double[] weighed, double caution) {
    return IntStream.range(0, weighed.length)
        .mapToObj(
            i -> {
              Server server = candidates.get(i).server();
              double score = ServerLoads.users(weighed[i]);
              return new ServerScore(server, score * server.weight() - caution, score);
            })
        .toList();
  }

  @Override
  public void keep() {
    if (file != null) {
      file.write();
    }
  }

  private static boolean isCreate(PlacementRequest request) {
    return request.call().equals(ApiCall.CREATE);
  }

  private Newcomer newcomer(PlacementRequest request) {
    MeetingId meetingId = request.meetingId();
    if (!isCreate(request) || request.isBreakout()) {
      return new Newcomer(meetingId, 0, 0);
    }
    double remembered =
        history.expected(MeetingHistory.key(meetingId), history.minuteOfWeek(clock.instant()));
    double known = LoadModel.known(remembered, request.sizeHint().orElse(0));
    int maxUsers = request.seats().orElse(0);
    return new Newcomer(meetingId, model.reserve(known, maxUsers), model.caution(known, maxUsers));
  }

  /** Measures every candidate. Returns the place of the least score. */
  private int weighAll(List<ServerStatus> candidates, Newcomer newcomer) {
    int count = candidates.size();
    boolean isBounded = nearEqual.bound() > 0;
    if (scores.length < count) {
      scores = new double[2 * count];
    }
    if (!isBounded) {
      measures = scores;
    } else if (measures == scores || measures.length < count) {
      measures = new double[scores.length];
    }
    long now = loads.now();
    double usual = usualFill(candidates, now);
    double caution = ServerLoads.parts(newcomer.caution());
    double least = Double.POSITIVE_INFINITY;
    int best = 0;
    double allLoads = 0;
    double allWeights = 0;
    for (int i = 0; i < count; i++) {
      Server server = candidates.get(i).server();
      int weight = server.weight();
      double load = loads.of(server, i).load(usual * weight, now);
      double score = (load + caution) / weight;
      scores[i] = score;
      if (isBounded) {
        measures[i] = load / weight;
        allLoads += load;
        allWeights += weight;
      }
      if (score < least) {
        least = score;
        best = i;
      }
    }
    goodEnough =
        isBounded ? nearEqual.bound() * allLoads / allWeights : least * (1 + nearEqual.band());
    return best;
  }

  /**
   * What the last lists of the servers show for each unit of weight. A server that has not told its
   * meetings is taken to hold as many: as an empty server it would draw all new ones.
   */
  private double usualFill(List<ServerStatus> candidates, long now) {
    double load = 0;
    double weight = 0;
    boolean allTold = true;
    for (int i = 0; i < candidates.size(); i++) {
      Server server = candidates.get(i).server();
      ServerLoads.OfServer ofServer = loads.of(server, i);
      if (ofServer.isTold(now)) {
        load += ofServer.listed();
        weight += server.weight();
      } else {
        allTold = false;
      }
    }
    return allTold || weight == 0 ? 0 : load / weight;
  }

  /**
   * Of the servers that are good enough, the one that the meeting prefers.
   *
   * @param preferences what {@link Rendezvous#uniform} says of a place; 0 if that is not known
   */
  private int preferred(
      List<ServerStatus> candidates, int least, byte[] key, double[] preferences) {
    int count = candidates.size();
    int next = nextGood(0, count);
    if (next < 0 || nextGood(next + 1, count) < 0) {
      return next < 0 ? least : next;
    }
    Rendezvous.Best best = new Rendezvous.Best();
    for (int i = next; i >= 0; i = nextGood(i + 1, count)) {
      Server server = candidates.get(i).server();
      best.offer(
          i, server, isKnown(preferences, i) ? preferences[i] : rendezvous.uniform(server, key));
    }
    return best.place();
  }

  private int nextGood(int from, int count) {
    for (int i = from; i < count; i++) {
      if (measures[i] <= goodEnough) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void made(PlacementRequest request, Server server) {
    settle(request, server);
  }

  @Override
  public void unknown(PlacementRequest request, Server server) {
    settle(request, server);
  }

  private void settle(PlacementRequest request, Server server) {
    if (isCreate(request)) {
      synchronized (lock) {
        loads.of(server).settle(request.meetingId());
      }
    }
  }

  @Override
  public void failed(PlacementRequest request, Server server) {
    if (isCreate(request)) {
      synchronized (lock) {
        loads.of(server).takeBack(request.meetingId());
      }
    }
  }

  @Override
  public SweepObserver sweep(Server server, long asked) {
    Instant time = clock.instant();
    synchronized (lock) {
      ServerLoads.OfServer swept = loads.of(server);
      swept.ask(asked);
      return new Sweep(swept, asked, time);
    }
  }

  @Override
  public OptionalDouble expectedLoad(Server server) {
    synchronized (lock) {
      ServerLoads.OfServer ofServer = loads.of(server);
      return ofServer.isTold(loads.now())
          ? OptionalDouble.of(ServerLoads.users(ofServer.load()))
          : OptionalDouble.empty();
    }
  }

  /**
   * What a server is expected to carry by what it told and what was placed there, in users without
   * cameras.
   */
  public double load(Server server) {
    synchronized (lock) {
      return ServerLoads.users(loads.of(server).load());
    }
  }

  /** One list of one server, while it is read. */
  private final class Sweep implements SweepObserver {
    private final ServerLoads.OfServer server;
    private final long asked;
    private final Instant time;
    private final List<SweptMeetings.Listed> list = new ArrayList<>();
    private double others;

    Sweep(ServerLoads.OfServer server, long asked, Instant time) {
      this.server = server;
      this.asked = asked;
      this.time = time;
    }

    @Override
    public void meeting(MeetingId meetingId, HeldMeeting meeting) {
      if (list.size() < SweptMeetings.MOST_MEETINGS) {
        list.add(new SweptMeetings.Listed(meetingId, meeting));
      } else {
        others += model.cost(meeting);
      }
    }

    @Override
    public void ended(boolean complete) {
      if (complete || !list.isEmpty()) {
        // Long lists are worked through outside the lock: choices do not wait.
        SweptMeetings.Found found = server.swept().take(list, others, asked, time, complete);
        if (found != null) {
          synchronized (lock) {
            server.listed(found, asked, complete);
          }
        }
      }
      synchronized (lock) {
        server.expire(asked);
      }
    }
  }
}
