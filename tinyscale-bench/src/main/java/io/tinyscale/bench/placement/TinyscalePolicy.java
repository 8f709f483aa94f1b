package io.tinyscale.bench.placement;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad;
import io.tinyscale.placement.MeetingHistory;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Health;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A placement policy of tinyscale itself, with the simulation in place of servers and clocks. */
final class TinyscalePolicy implements Chooser {

  /** A Monday in a zone that never changes its clocks. */
  private static final Instant FIRST_DAY = Instant.parse("2024-10-07T00:00:00Z");

  private static final String TENANT = "front";

  private final Setting setting;
  private final Function<MeetingHistory, PlacementPolicy> maker;
  private final Supplier<MeetingHistory> forgetful;
  private final MeetingHistory history;
  private final boolean sweeps;
  private final PlacementPolicy policy;
  private final List<ServerStatus> servers = new ArrayList<>();
  private final SweepObserver[] hearers;
  private final @Nullable MeetingId[] ids;
  private final @Nullable HeldMeeting[] shown;
  private final @Nullable Running[] shownOf;
  private final int[] versions;

  private TinyscalePolicy(
      Setting setting,
      Function<MeetingHistory, PlacementPolicy> maker,
      Supplier<MeetingHistory> forgetful,
      MeetingHistory history,
      boolean sweeps) {
    this.setting = setting;
    this.maker = maker;
    this.forgetful = forgetful;
    this.history = history;
    this.sweeps = sweeps;
    policy = maker.apply(history);
    int[] capacities = setting.trace().workload().capacities();
    Dice weights = new Dice(setting.trace().seed(), "weights");
    for (int i = 0; i < capacities.length; i++) {
      servers.add(up(server(i, weight(capacities[i], weights))));
    }
    hearers = new SweepObserver[capacities.length];
    int meetings = setting.trace().meetings().size();
    ids = new MeetingId[meetings];
    shown = new HeldMeeting[meetings];
    shownOf = new Running[meetings];
    versions = new int[meetings];
  }

  /** A policy that learns nothing from sweeps. */
  static Chooser unswept(Setting setting, PlacementPolicy policy) {
    return new TinyscalePolicy(
        setting, history -> policy, MeetingHistory::none, MeetingHistory.none(), false);
  }

  /**
   * Placement by expected load.
   *
   * @param forgetful a history that remembers nothing yet
   * @param band how much worse than the best a server may be and still count as equal
   */
  static Chooser expectedLoad(Setting setting, Supplier<MeetingHistory> forgetful, double band) {
    VirtualClock clock = setting.clock();
    return new TinyscalePolicy(
        setting,
        known ->
            new ExpectedLoad(
                setting.conditions().settings(),
                band,
                () -> FIRST_DAY.plusMillis(clock.now()),
                () -> nanos(clock.now()),
                known),
        forgetful,
        forgetful.get(),
        true);
  }

  private int weight(int capacity, Dice weights) {
    return switch (setting.conditions().weights()) {
      case RIGHT -> capacity;
      case ROUGH -> (int) Math.round(capacity * weights.between(0.7, 1.3));
      case EQUAL -> 1;
    };
  }

  private static Server server(int index, int weight) {
    String name = String.format(Locale.ROOT, "bbb%03d", index + 1);
    return new Server(
        name,
        URI.create("https://" + name + ".example.org/bigbluebutton/api"),
        Secret.of("of-" + name),
        ChecksumAlgorithm.SHA256,
        weight,
        Set.of(),
        AdminState.ENABLED);
  }

  private static ServerStatus up(Server server) {
    return new ServerStatus(server, Health.UP, true, ServerLoad.UNKNOWN, false, false);
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Override
  public long interval(long usual) {
    return sweeps ? usual : 0;
  }

  @Override
  public int choose(Meeting meeting, int[] candidates) {
    List<ServerStatus> offered = servers;
    if (candidates.length < servers.size()) {
      offered = new ArrayList<>(candidates.length);
      for (int candidate : candidates) {
        offered.add(servers.get(candidate));
      }
    }
    Server chosen = policy.choose(offered, request(meeting)).orElseThrow();
    for (int candidate : candidates) {
      if (servers.get(candidate).server() == chosen) {
        return candidate;
      }
    }
    throw new IllegalStateException(chosen.name() + " is no candidate");
  }

  private PlacementRequest request(Meeting meeting) {
    StringBuilder query = new StringBuilder("meetingID=").append(meeting.id());
    if (meeting.maxUsers() > 0) {
      query.append("&maxParticipants=").append(meeting.maxUsers());
    }
    if (setting.conditions().hints()) {
      query.append("&meta_bbb-meeting-size-hint=").append(meeting.enrolled());
    }
    return new PlacementRequest(
        ApiCall.CREATE, id(meeting), TENANT, new QueryString(query.toString()));
  }

  private MeetingId id(Meeting meeting) {
    MeetingId id = ids[meeting.index()];
    if (id == null) {
      id = new MeetingId(meeting.id());
      ids[meeting.index()] = id;
    }
    return id;
  }

  @Override
  public void made(Meeting meeting, int server) {
    policy.made(request(meeting), servers.get(server).server());
  }

  @Override
  public void failed(Meeting meeting, int server) {
    policy.failed(request(meeting), servers.get(server).server());
  }

  @Override
  public void asked(int server) {
    hearers[server] = policy.sweep(servers.get(server).server(), nanos(setting.clock().now()));
  }

  @Override
  public void answered(int server, List<Running> meetings) {
    SweepObserver hearer = hearers[server];
    for (Running meeting : meetings) {
      hearer.meeting(id(meeting.meeting()), shown(meeting));
    }
    hearer.ended(true);
  }

  @Override
  public void unanswered(int server) {
    hearers[server].ended(false);
  }

  /** The meeting as its server shows it; made anew only after a change. */
  private HeldMeeting shown(Running running) {
    Meeting meeting = running.meeting();
    int index = meeting.index();
    HeldMeeting known = shown[index];
    if (known == null || shownOf[index] != running || versions[index] != running.version()) {
      known =
          new HeldMeeting(
              meeting.id() + "-" + running.since(),
              running.users(),
              "",
              running.cameras(),
              FIRST_DAY.toEpochMilli() + running.since(),
              meeting.maxUsers(),
              meeting.isBreakout(),
              setting.conditions().hints() ? meeting.enrolled() : 0,
              true);
      shown[index] = known;
      shownOf[index] = running;
      versions[index] = running.version();
    }
    return known;
  }

  @Override
  public Chooser restarted(boolean keepsHistory) {
    MeetingHistory next = keepsHistory ? history : forgetful.get();
    return new TinyscalePolicy(setting, maker, forgetful, next, sweeps);
  }
}
