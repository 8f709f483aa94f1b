package io.tinyscale.bench.balancers;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.Threads;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bench.placement.Dice;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolSettings;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.meeting.MeetingSettings;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementSettings;
import io.tinyscale.server.Server;
import io.tinyscale.store.StoreAddress;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.store.StoreSettings;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One balancer as the product starts it, in virtual time. Not thread-safe. */
final class BalancerProcess {

  private final String name;
  private final VirtualTime time;
  private final ProcessTime process;
  private final Dice dice;
  private final Journal journal;
  private @Nullable Balancer balancer;

  /** A balancer that is not started yet. */
  BalancerProcess(String name, VirtualTime time, Dice dice, Journal journal) {
    this.name = name;
    this.time = time;
    this.dice = dice;
    this.journal = journal;
    this.process = new ProcessTime(time);
  }

  String name() {
    return name;
  }

  ProcessTime process() {
    return process;
  }

  /**
   * Starts it with the defaults of the product, but for what the row of the table says.
   *
   * @param store opens the store, if the row has one
   */
  void start(
      Setup setup, List<Server> servers, VirtualNetwork network, StoreProvider store, Tally tally) {
    TinyscaleConfig config =
        TinyscaleConfig.of(
                FrontEndSettings.of(List.of(FrontEnd.SECRET)),
                // There is no such file: the pool stays as it is.
                new PoolSettings(Path.of("no-pool-file.json"), servers, List.of()))
            .withMeetings(
                MeetingSettings.defaults()
                    .withBalancers(setup.mode())
                    .withStore(setup.hasStore() ? sharing() : StoreSettings.defaults()))
            .withPlacement(new PlacementSettings(setup.placement(), true));
    process.inOneStep(
        () ->
            balancer =
                Balancer.of(config)
                    .upstream(network.of(this))
                    .store(store)
                    .observer(new Watch(tally))
                    .threads(
                        told ->
                            new Threads(
                                process,
                                process,
                                process,
                                time::nanoClock,
                                time::wall,
                                () -> dice.between(0, 1),
                                () -> {}))
                    .start());
  }

  private StoreSettings sharing() {
    StoreSettings usual = StoreSettings.defaults();
    return new StoreSettings(
        name,
        StoreAddress.parse("redis://store.example.org").orElseThrow(),
        usual.ttl(),
        usual.timeout(),
        usual.whenDown(),
        usual.warnings());
  }

  Gateway gateway() {
    return started().gateway();
  }

  void close() {
    process.inOneStep(started()::close);
  }

  private Balancer started() {
    Balancer started = balancer;
    if (started == null) {
      throw new IllegalStateException(name + " is not started");
    }
    return started;
  }

  /** Counts, and lets no mistake of the product pass unseen. */
  private final class Watch implements GatewayObserver {

    private final Tally tally;

    Watch(Tally tally) {
      this.tally = tally;
    }

    @Override
    public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
      tally.addConfirmed(result == Confirmed.YIELDED);
    }

    @Override
    public void claimed(ClaimResult result) {
      tally.addClaim(result);
    }

    @Override
    public void createRefusedByClaim(MeetingId meetingId, String server) {
      journal.note(
          meetingId.text(), () -> name + " refuses a create: the room is claimed for " + server);
    }

    @Override
    public void storeDown(String address, String cause) {
      journal.noteForAll(() -> name + " finds the store down: " + cause);
    }

    @Override
    public void storeUp(String address) {
      journal.noteForAll(() -> name + " finds the store up");
    }

    @Override
    public void storeNew(String address) {
      journal.noteForAll(() -> name + " finds the store empty");
    }

    @Override
    public void balancerGone(String id) {
      journal.noteForAll(() -> name + " misses " + id);
    }

    @Override
    public void serverUp(Server server, int meetings) {
      journal.noteForAll(() -> name + " finds " + server.name() + " up");
    }

    @Override
    public void serverDown(Server server, String cause) {
      journal.noteForAll(() -> name + " finds " + server.name() + " down");
    }

    @Override
    public void serverEjected(Server server, Duration out, String cause) {
      journal.noteForAll(() -> name + " ejects " + server.name());
    }

    @Override
    public void serverOnTrial(Server server) {
      journal.noteForAll(() -> name + " puts " + server.name() + " on trial");
    }

    @Override
    public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
      throw new IllegalStateException("a mistake of the product in " + call.name(), bug);
    }
  }
}
