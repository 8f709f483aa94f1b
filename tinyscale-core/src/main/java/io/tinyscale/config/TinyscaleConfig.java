package io.tinyscale.config;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.UnsignedBodies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked. Immutable; prints without secrets. Every part checks itself
 * when it is made and throws {@link ConfigException} with all that is wrong with it.
 *
 * @param secrets front ends' secrets; any of them verifies
 * @param serversFile the pool file, absolute
 * @param servers what the pool file held when it was read
 * @param warnings what an operator should know about the pool file although it was accepted
 * @param strict whether only {@code create} moves the round-robin cursor
 * @param placement name of the policy for new meetings: {@code round-robin}, or that of a class
 * @param startupCheck what a server that is down at the start means
 * @param checksumAlgorithms what front ends may sign with
 * @param unsignedBodies what becomes of bodies that the checksum does not cover
 * @param cacheTtl how long an answer serves equal reads; zero: not at all
 * @param health how servers are probed
 * @param timeouts how long a server may take
 * @param limits how large requests may be, and how many
 * @param caFile PEM file of further CAs, absolute; see {@link #tlsCa()}
 */
public record TinyscaleConfig(
    List<Secret> secrets,
    Path serversFile,
    List<Server> servers,
    List<String> warnings,
    boolean strict,
    String placement,
    StartupCheck startupCheck,
    Set<ChecksumAlgorithm> checksumAlgorithms,
    UnsignedBodies unsignedBodies,
    Duration cacheTtl,
    Health health,
    Timeouts timeouts,
    Limits limits,
    @Nullable Path caFile) {

  /** Copies the collections and checks what the parts cannot check themselves. */
  public TinyscaleConfig {
    secrets = List.copyOf(secrets);
    servers = List.copyOf(servers);
    warnings = List.copyOf(warnings);
    checksumAlgorithms = Set.copyOf(checksumAlgorithms);
    List<Problem> problems = new ArrayList<>();
    if (secrets.isEmpty()) {
      problems.add(Problem.of("secret", "missing", "", "Give one."));
    }
    if (servers.isEmpty()) {
      problems.add(Problem.of("servers", "none", "at least one server", "Give one."));
    }
    if (checksumAlgorithms.isEmpty()) {
      problems.add(
          Problem.of("checksum.algorithms", "none", "at least one algorithm", "Name one."));
    }
    Checks.duration(ConfigKey.CACHE_TTL, cacheTtl, Duration.ZERO).ifPresent(problems::add);
    Checks.refuse(problems);
  }

  /**
   * The configuration these sources give.
   *
   * @param sources where settings come from, the most specific first
   * @throws ConfigException with every problem of every source and of the pool file
   */
  public static TinyscaleConfig read(List<ConfigSource> sources) {
    return new ConfigValues(sources).read();
  }

  /** PEM file of CAs trusted beside the JVM's own; empty if those suffice. */
  public Optional<Path> tlsCa() {
    return Optional.ofNullable(caFile);
  }

  /** What a server that is down at the start means. */
  public enum StartupCheck {
    /** The start fails. */
    ABORT,
    /** The start goes on with the other servers. */
    WARN;

    /** The name in configuration. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How servers are probed.
   *
   * @param interval time between two probes of a server
   * @param timeout how long a probe may take; shorter than the interval
   * @param unhealthy failures in a row that take a server out
   * @param healthy passes in a row that bring it back
   */
  public record Health(Duration interval, Duration timeout, int unhealthy, int healthy) {

    /** Checks each value and how they relate. */
    public Health {
      List<Problem> problems = new ArrayList<>();
      Checks.duration(ConfigKey.HEALTH_INTERVAL, interval).ifPresent(problems::add);
      Checks.duration(ConfigKey.HEALTH_TIMEOUT, timeout).ifPresent(problems::add);
      Checks.threshold(ConfigKey.HEALTH_UNHEALTHY, unhealthy).ifPresent(problems::add);
      Checks.threshold(ConfigKey.HEALTH_HEALTHY, healthy).ifPresent(problems::add);
      if (problems.isEmpty() && timeout.compareTo(interval) >= 0) {
        problems.add(
            Problem.of(
                "health.timeout",
                Units.text(timeout),
                "shorter than health.interval, " + Units.text(interval),
                "Lower health.timeout or raise health.interval."));
      }
      Checks.refuse(problems);
    }
  }

  /**
   * How long a server may take.
   *
   * @param connect to open a connection; not longer than for an answer
   * @param answer for its answer
   * @param create for its answer to create and insertDocument, once they were sent; not shorter
   *     than for others
   * @param list for a list of all servers
   */
  public record Timeouts(Duration connect, Duration answer, Duration create, Duration list) {

    /** Checks each value and how they relate. */
    public Timeouts {
      List<Problem> problems = new ArrayList<>();
      Checks.duration(ConfigKey.TIMEOUT_CONNECT, connect).ifPresent(problems::add);
      Checks.duration(ConfigKey.TIMEOUT_ANSWER, answer).ifPresent(problems::add);
      Checks.duration(ConfigKey.TIMEOUT_CREATE, create).ifPresent(problems::add);
      Checks.duration(ConfigKey.TIMEOUT_LIST, list).ifPresent(problems::add);
      if (problems.isEmpty() && connect.compareTo(answer) > 0) {
        problems.add(
            Problem.of(
                "timeout.connect",
                Units.text(connect),
                "not longer than timeout.answer, " + Units.text(answer),
                "Lower timeout.connect or raise timeout.answer."));
      }
      if (problems.isEmpty() && create.compareTo(answer) < 0) {
        // A connection that is silent for longer than the slowest call may be is given up.
        problems.add(
            Problem.of(
                "timeout.create",
                Units.text(create),
                "not shorter than timeout.answer, " + Units.text(answer),
                "Raise timeout.create or lower timeout.answer."));
      }
      Checks.refuse(problems);
    }
  }

  /**
   * How large a request may be, and how many there may be.
   *
   * @param body most bytes of a body
   * @param query most bytes of a raw query
   * @param calls most calls that are answered at the same time
   * @param callsPerServer most calls to one server at the same time
   */
  public record Limits(long body, int query, int calls, int callsPerServer) {

    /** Checks each value. */
    public Limits {
      List<Problem> problems = new ArrayList<>();
      Checks.bodyLimit(body).ifPresent(problems::add);
      Checks.queryLimit(query).ifPresent(problems::add);
      Checks.callLimit(ConfigKey.LIMIT_CALLS, calls).ifPresent(problems::add);
      Checks.callLimit(ConfigKey.LIMIT_CALLS_SERVER, callsPerServer).ifPresent(problems::add);
      Checks.refuse(problems);
    }
  }
}
