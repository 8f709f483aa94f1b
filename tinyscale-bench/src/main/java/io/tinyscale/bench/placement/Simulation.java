package io.tinyscale.bench.placement;

import io.tinyscale.bench.placement.Conditions.Restarts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Plays a term to one policy. Servers are swept at times of their own, balancers choose, meetings
 * load their servers; a server may fail, and balancers may start again. Time is virtual, one thread
 * does everything, and the same experiment gives the same figures.
 */
final class Simulation {

  /** From the choice until the server has made the meeting. */
  private static final long CREATE_TAKES = 200;

  /** From the request for the list until the answer is read. */
  private static final long SWEEP_TAKES = 50;

  /** The pause between sweeps varies by this share, upwards and downwards. */
  private static final double JITTER = 0.05;

  /** Until everybody knows that a server is down or up again. */
  private static final long NOTICED_AFTER = 20 * Term.SECOND;

  private static final int FAILING_DAY = 1;
  private static final long FAILS = 11 * Term.HOUR + 30 * Term.MINUTE;
  private static final long RETURNS = 12 * Term.HOUR + 14 * Term.MINUTE + 24 * Term.SECOND;
  private static final int FAILING_SERVER = 1;
  private static final long WATCHED = 3 * Term.HOUR;
  private static final long LOOK = 10 * Term.SECOND;
  private static final double SHARE = 0.8;

  /** People come back to a meeting that was created again in so many steps. */
  private static final int STEPS_BACK = 6;

  private final Trace trace;
  private final Conditions conditions;
  private final VirtualClock clock = new VirtualClock();
  private final Timers timers = new Timers();
  private final Tally tally = new Tally();
  private final SimulatedServer[] servers;
  private final Chooser[] choosers;
  private final boolean[] dead;
  private final boolean[] down;
  private int[] candidates;
  private final Attendance[] attendances;
  private final @Nullable Running[] running;
  private final int[] hosts;
  private final boolean[] ended;
  private final Dice phases;
  private final Dice losses;
  private final Dice callers;
  private final Dice failures;
  private int meetingsNow;
  private int createsPending;
  private long idleSince;
  private int next;

  Simulation(Trace trace, Experiment experiment) {
    this.trace = trace;
    Contestant contestant = experiment.contestant();
    this.conditions = experiment.conditions();
    int[] capacities = trace.workload().capacities();
    servers = new SimulatedServer[capacities.length];
    candidates = new int[capacities.length];
    for (int i = 0; i < capacities.length; i++) {
      servers[i] = new SimulatedServer(capacities[i], tally);
      candidates[i] = i;
    }
    dead = new boolean[capacities.length];
    down = new boolean[capacities.length];
    int meetings = trace.meetings().size();
    attendances = new Attendance[meetings];
    running = new Running[meetings];
    ended = new boolean[meetings];
    hosts = new int[meetings];
    phases = new Dice(trace.seed(), "phases of sweeps");
    losses = new Dice(trace.seed(), "lost sweeps");
    callers = new Dice(trace.seed(), "balancers of creates");
    failures = new Dice(trace.seed(), "failures");
    choosers = new Chooser[contestant.views(conditions.balancers())];
    for (int i = 0; i < choosers.length; i++) {
      choosers[i] = contestant.make(new Setting(trace, servers, clock, conditions, i));
    }
  }

  /** Runs the term. */
  Figures run() {
    scheduleSweeps();
    scheduleDays();
    for (next = 0; next < trace.size(); next++) {
      timers.runUntil(trace.time(next), clock);
      handle(next);
    }
    for (SimulatedServer server : servers) {
      server.settle(clock.now());
    }
    tally.dayIsOver();
    return tally.figures();
  }

  private void handle(int event) {
    Meeting meeting = trace.subject(event);
    int index = meeting.index();
    switch (trace.what(event)) {
      case Trace.CREATE -> {
        attendances[index] = new Attendance();
        if (meeting.isBreakout()) {
          openBreakout(meeting);
        } else {
          createsPending++;
          create(meeting, 1);
        }
      }
      case Trace.END -> {
        ended[index] = true;
        end(index);
      }
      default -> {
        attendances[index].count(trace.flags(event));
        changed(index);
      }
    }
  }

  /** Breakout rooms are made by the server that has their meeting. */
  private void openBreakout(Meeting breakout) {
    if (running[breakout.parent()] != null) {
      start(breakout, hosts[breakout.parent()], 1);
    }
  }

  /**
   * A balancer chooses, and chooses again while the server does not answer.
   *
   * @param share how many of the people come at once
   */
  private void create(Meeting meeting, double share) {
    int balancer = choosers.length == 1 ? 0 : callers.whole(0, choosers.length - 1);
    Chooser chooser = choosers[balancer];
    int[] open = candidates;
    int server = chooser.choose(meeting, open);
    if (choosers.length > 1) {
      compare(meeting, server, choosers[(balancer + 1) % choosers.length]);
    }
    while (dead[server]) {
      chooser.failed(meeting, server);
      int failed = server;
      open = Arrays.stream(open).filter(other -> other != failed).toArray();
      server = chooser.choose(meeting, open);
    }
    int chosen = server;
    timers.at(clock.now() + CREATE_TAKES, () -> made(meeting, chooser, chosen, share));
  }

  private void compare(Meeting meeting, int chosen, Chooser other) {
    int others = other.choose(meeting, candidates);
    other.failed(meeting, others);
    tally.compared(chosen == others);
  }

  private void made(Meeting meeting, Chooser chooser, int server, double share) {
    if (dead[server]) {
      chooser.failed(meeting, server);
      create(meeting, share);
      return;
    }
    createsPending--;
    chooser.made(meeting, server);
    if (!ended[meeting.index()]) {
      start(meeting, server, share);
    }
  }

  private void start(Meeting meeting, int server, double share) {
    int index = meeting.index();
    Running started = new Running(meeting, clock.now(), attendances[index], share);
    running[index] = started;
    hosts[index] = server;
    meetingsNow++;
    servers[server].add(started, clock.now());
  }

  private void changed(int index) {
    Running here = running[index];
    if (here != null) {
      int came = servers[hosts[index]].changed(here, clock.now());
      for (int i = 0; i < came && !here.meeting().isBreakout(); i++) {
        for (Chooser chooser : choosers) {
          chooser.joined(hosts[index]);
        }
      }
    }
  }

  private void end(int index) {
    Running here = running[index];
    if (here != null) {
      servers[hosts[index]].remove(here, clock.now());
      running[index] = null;
      meetingsNow--;
      idleSince = clock.now();
    }
  }

  private boolean isIdle() {
    return meetingsNow == 0 && createsPending == 0;
  }

  /** Does nothing while the pool is idle: the time after a pause, or of the next event. */
  private long after(long pause) {
    long at = clock.now() + pause;
    long gap = isIdle() && next < trace.size() ? trace.time(next) - pause - at : 0;
    return gap > 0 ? at + gap / pause * pause : at;
  }

  private void scheduleSweeps() {
    for (int balancer = 0; balancer < choosers.length; balancer++) {
      long interval = choosers[balancer].interval(conditions.sweepSeconds() * Term.SECOND);
      for (int server = 0; server < servers.length && interval > 0; server++) {
        Sweep sweep = new Sweep(balancer, server, interval);
        timers.at(Math.round(phases.between(0, interval)), sweep::ask);
      }
    }
  }

  /** The sweeps of one server by one balancer. */
  private final class Sweep {
    private final int balancer;
    private final int server;
    private final long interval;
    private Chooser chooser;
    private long asked;
    private boolean isLost;

    Sweep(int balancer, int server, long interval) {
      this.balancer = balancer;
      this.server = server;
      this.interval = interval;
      chooser = choosers[balancer];
    }

    void ask() {
      chooser = choosers[balancer];
      asked = clock.now();
      isLost = losses.chance(conditions.lostSweeps()) || dead[server];
      chooser.asked(server);
      timers.at(asked + SWEEP_TAKES, this::answer);
    }

    void answer() {
      if (isLost || dead[server]) {
        chooser.unanswered(server);
      } else {
        chooser.answered(server, servers[server].meetings());
      }
      long pause = Math.round(interval * phases.between(1 - JITTER, 1 + JITTER)) - SWEEP_TAKES;
      boolean sawAll = !isLost && asked > idleSince;
      timers.at(sawAll ? after(pause) : clock.now() + pause, this::ask);
    }
  }

  private void sweepNow(Chooser chooser, int server) {
    chooser.asked(server);
    if (dead[server]) {
      chooser.unanswered(server);
    } else {
      chooser.answered(server, servers[server].meetings());
    }
  }

  private void scheduleDays() {
    timers.at(Term.MINUTE, this::sample);
    for (int week = 0; week < trace.workload().weeks(); week++) {
      for (int weekday = 0; weekday < 7; weekday++) {
        long day = week * Term.WEEK + weekday * Term.DAY;
        timers.at(day + Term.DAY - 1, tally::dayIsOver);
        if (conditions.restarts() != Restarts.NEVER) {
          timers.at(day + 12 * Term.HOUR, this::restart);
        }
        if (conditions.serverFails() && weekday == FAILING_DAY) {
          timers.at(day + FAILS, this::fail);
          timers.at(day + FAILS + NOTICED_AFTER, () -> noticed(true));
          timers.at(day + RETURNS, () -> dead[FAILING_SERVER] = false);
          timers.at(day + RETURNS + NOTICED_AFTER, this::cameBack);
        }
      }
    }
  }

  private void sample() {
    tally.sample(servers);
    timers.at(after(Term.MINUTE), this::sample);
  }

  private void restart() {
    for (int balancer = 0; balancer < choosers.length; balancer++) {
      choosers[balancer] =
          choosers[balancer].restarted(conditions.restarts() == Restarts.KEEPING_HISTORY);
      for (int server = 0; server < servers.length && asksServers(balancer); server++) {
        sweepNow(choosers[balancer], server);
      }
    }
  }

  private boolean asksServers(int balancer) {
    return choosers[balancer].interval(Term.SECOND) > 0;
  }

  /** The server is gone with its meetings; their front ends create them again. */
  private void fail() {
    dead[FAILING_SERVER] = true;
    for (Running lost : List.copyOf(servers[FAILING_SERVER].meetings())) {
      Meeting meeting = lost.meeting();
      end(meeting.index());
      if (!meeting.isBreakout()) {
        createsPending++;
        long again = Math.round(failures.between(30 * Term.SECOND, 180 * Term.SECOND));
        timers.at(clock.now() + again, () -> createAgain(meeting));
      }
    }
  }

  private void createAgain(Meeting meeting) {
    if (ended[meeting.index()]) {
      createsPending--;
      return;
    }
    create(meeting, 1.0 / STEPS_BACK);
    for (int step = 2; step <= STEPS_BACK; step++) {
      double share = (double) step / STEPS_BACK;
      timers.at(clock.now() + (step - 1) * LOOK, () -> comeBack(meeting.index(), share));
    }
  }

  private void comeBack(int index, double share) {
    Running here = running[index];
    if (here != null) {
      here.share(share);
      changed(index);
    }
  }

  private void noticed(boolean isDown) {
    down[FAILING_SERVER] = isDown;
    candidates = IntStream.range(0, servers.length).filter(server -> !down[server]).toArray();
  }

  private void cameBack() {
    noticed(false);
    for (int balancer = 0; balancer < choosers.length; balancer++) {
      if (asksServers(balancer)) {
        sweepNow(choosers[balancer], FAILING_SERVER);
      }
    }
    new Watch(clock.now()).look();
  }

  /** What becomes of the server after its return. */
  private final class Watch {
    private final long start;
    private double highest;
    private double minutesToShare = (double) WATCHED / Term.MINUTE;
    private boolean hasShare;

    Watch(long start) {
      this.start = start;
    }

    void look() {
      double fill = servers[FAILING_SERVER].fill();
      long passed = clock.now() - start;
      highest = Math.max(highest, fill);
      if (!hasShare && fill >= SHARE * meanFill()) {
        hasShare = true;
        minutesToShare = (double) passed / Term.MINUTE;
      }
      if (passed < WATCHED) {
        timers.at(clock.now() + LOOK, this::look);
      } else {
        tally.returned(highest, minutesToShare);
      }
    }

    private double meanFill() {
      double load = Arrays.stream(servers).mapToDouble(SimulatedServer::load).sum();
      return load / trace.workload().capacity();
    }
  }
}
