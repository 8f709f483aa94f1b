package io.tinyscale.balancer;

import io.tinyscale.bbb.Secret;
import io.tinyscale.call.CallLimits;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.ExecutableSettings;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolSettings;
import io.tinyscale.config.TransportSettings;
import io.tinyscale.config.Units;
import io.tinyscale.health.HealthSettings;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.MeetingSettings;
import io.tinyscale.observe.LogSettings;
import io.tinyscale.placement.PlacementSettings;
import io.tinyscale.store.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The whole configuration, checked. Immutable; prints without secrets. Every section checks itself
 * when it is made and throws {@link ConfigException} with all that is wrong with it.
 *
 * <p>A section stands next to its feature. A new key is a constant of {@link ConfigKey} (its name,
 * default and meaning, from which the help text and the documentation follow) and a component of
 * its feature's section (its check and its reading). A new section is a component here and a line
 * in {@link #read}.
 *
 * @param frontEnds which front ends may call
 * @param pool the servers
 * @param placement how servers are chosen for new meetings
 * @param health how servers are swept
 * @param meetings how meetings are found, and made anew
 * @param transport how requests reach servers
 * @param calls what a call may take
 * @param relay how callbacks are relayed
 * @param executable what only the executable needs
 * @param admin where administrators find health and metrics
 * @param log how calls are told apart, and which of them the log tells of
 */
public record TinyscaleConfig(
    FrontEndSettings frontEnds,
    PoolSettings pool,
    PlacementSettings placement,
    HealthSettings health,
    MeetingSettings meetings,
    TransportSettings transport,
    CallLimits calls,
    RelaySettings relay,
    ExecutableSettings executable,
    AdminSettings admin,
    LogSettings log) {

  /** Checks how the sections relate. */
  public TinyscaleConfig {
    relate(transport.connect(), calls.answer());
    refuseTokensThatAreSecrets(frontEnds, pool, admin);
  }

  /** A configuration with the defaults for everything that has one. */
  public static TinyscaleConfig of(FrontEndSettings frontEnds, PoolSettings pool) {
    return new TinyscaleConfig(
        frontEnds,
        pool,
        PlacementSettings.defaults(),
        HealthSettings.defaults(),
        MeetingSettings.defaults(),
        TransportSettings.defaults(),
        CallLimits.defaults(),
        RelaySettings.defaults(),
        ExecutableSettings.defaults(),
        AdminSettings.none(),
        LogSettings.defaults());
  }

  /**
   * The configuration these sources give. The keys that only the executable needs have no effect,
   * and a warning says so.
   *
   * @param sources where settings come from, the most specific first
   * @throws ConfigException with every problem of every source and of the pool file
   */
  public static TinyscaleConfig read(List<ConfigSource> sources) {
    return read(sources, ExecutableSettings::unused, AdminSettings::read);
  }

  /**
   * The configuration of the executable: like {@link #read}, and the keys that only the executable
   * needs have their effect.
   *
   * @throws ConfigException with every problem of every source and of the pool file
   */
  public static TinyscaleConfig readForExecutable(List<ConfigSource> sources) {
    return read(sources, ExecutableSettings::read, AdminSettings::readForExecutable);
  }

  private static TinyscaleConfig read(
      List<ConfigSource> sources,
      Function<ConfigValues, ExecutableSettings> executableSettings,
      Function<ConfigValues, AdminSettings> adminSettings) {
    ConfigValues values = new ConfigValues(sources);
    Optional<FrontEndSettings> frontEnds = values.section(FrontEndSettings::read);
    Optional<PoolSettings> pool = values.section(PoolSettings::read);
    Optional<MeetingSettings> meetings = values.section(MeetingSettings::read);
    boolean several = meetings.filter(read -> read.balancers() == Balancers.SEVERAL).isPresent();
    Optional<PlacementSettings> placement =
        values.section(section -> PlacementSettings.read(section, several));
    Optional<HealthSettings> health = values.section(HealthSettings::read);
    Optional<TransportSettings> transport = values.section(TransportSettings::read);
    Optional<CallLimits> calls = values.section(CallLimits::read);
    Optional<RelaySettings> relay = values.section(RelaySettings::read);
    Optional<ExecutableSettings> executable = values.section(executableSettings);
    Optional<AdminSettings> admin = values.section(adminSettings);
    Optional<LogSettings> log = values.section(LogSettings::read);
    values.check(
        () ->
            relate(
                values.duration(ConfigKey.TIMEOUT_CONNECT),
                values.duration(ConfigKey.TIMEOUT_ANSWER)));
    meetings
        .map(MeetingSettings::store)
        .filter(StoreSettings::isShared)
        .ifPresent(
            store ->
                values.check(
                    () -> relate(store.ttl(), values.duration(ConfigKey.TIMEOUT_CREATE), 2)));
    if (frontEnds.isPresent() && pool.isPresent() && admin.isPresent()) {
      values.check(() -> refuseTokensThatAreSecrets(frontEnds.get(), pool.get(), admin.get()));
    }
    values.refuseProblems();
    return new TinyscaleConfig(
        frontEnds.orElseThrow(),
        pool.orElseThrow(),
        placement.orElseThrow(),
        health.orElseThrow(),
        meetings.orElseThrow(),
        transport.orElseThrow(),
        calls.orElseThrow(),
        relay.orElseThrow(),
        executable.orElseThrow(),
        admin.orElseThrow(),
        log.orElseThrow());
  }

  private static void refuseTokensThatAreSecrets(
      FrontEndSettings frontEnds, PoolSettings pool, AdminSettings admin) {
    List<Secret> secrets = new ArrayList<>(frontEnds.secrets());
    pool.servers().forEach(server -> secrets.add(server.secret()));
    admin.tokens().refuse(secrets);
  }

  private static void relate(Duration connect, Duration answer) {
    new Checks()
        .notLonger(ConfigKey.TIMEOUT_CONNECT, connect, ConfigKey.TIMEOUT_ANSWER, answer)
        .refuse();
  }

  /** A claim must outlast the creates that follow it. */
  private static void relate(Duration ttl, Duration create, int creates) {
    new Checks()
        .that(
            ttl.compareTo(create.multipliedBy(creates)) >= 0,
            ConfigKey.BALANCERS_STORE_TTL,
            Units.text(ttl),
            "at least twice timeout.create, " + Units.text(create),
            "Raise it, or remove it for the default, "
                + ConfigKey.BALANCERS_STORE_TTL.defaultText().orElseThrow()
                + ".")
        .refuse();
  }

  /** The same with another placement. */
  public TinyscaleConfig withPlacement(PlacementSettings other) {
    return new TinyscaleConfig(
        frontEnds, pool, other, health, meetings, transport, calls, relay, executable, admin, log);
  }

  /** The same with other health checks. */
  public TinyscaleConfig withHealth(HealthSettings other) {
    return new TinyscaleConfig(
        frontEnds,
        pool,
        placement,
        other,
        meetings,
        transport,
        calls,
        relay,
        executable,
        admin,
        log);
  }

  /** The same with other rules for meetings. */
  public TinyscaleConfig withMeetings(MeetingSettings other) {
    return new TinyscaleConfig(
        frontEnds, pool, placement, health, other, transport, calls, relay, executable, admin, log);
  }

  /** The same with another transport. */
  public TinyscaleConfig withTransport(TransportSettings other) {
    return new TinyscaleConfig(
        frontEnds, pool, placement, health, meetings, other, calls, relay, executable, admin, log);
  }

  /** The same with another relay of callbacks. */
  public TinyscaleConfig withRelay(RelaySettings other) {
    return new TinyscaleConfig(
        frontEnds,
        pool,
        placement,
        health,
        meetings,
        transport,
        calls,
        other,
        executable,
        admin,
        log);
  }

  /** The same with another admin door. */
  public TinyscaleConfig withAdmin(AdminSettings other) {
    return new TinyscaleConfig(
        frontEnds,
        pool,
        placement,
        health,
        meetings,
        transport,
        calls,
        relay,
        executable,
        other,
        log);
  }

  /** The same with another log. */
  public TinyscaleConfig withLog(LogSettings other) {
    return new TinyscaleConfig(
        frontEnds,
        pool,
        placement,
        health,
        meetings,
        transport,
        calls,
        relay,
        executable,
        admin,
        other);
  }

  /** The same with other limits of calls. */
  public TinyscaleConfig withCalls(CallLimits other) {
    return new TinyscaleConfig(
        frontEnds,
        pool,
        placement,
        health,
        meetings,
        transport,
        other,
        relay,
        executable,
        admin,
        log);
  }
}
