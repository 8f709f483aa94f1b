package io.tinyscale.simulator;

import io.tinyscale.simulator.api.BigBlueButton;
import io.tinyscale.simulator.api.HookSigning;
import io.tinyscale.simulator.api.Profile;
import io.tinyscale.simulator.api.Settings;
import io.tinyscale.simulator.api.SimulatedMeetings;
import io.tinyscale.simulator.api.Tokens;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.simulator.fault.Faults;
import io.tinyscale.simulator.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A running simulated BigBlueButton server on a port of this machine. Safe for many threads; after
 * {@link #close} no thread and no socket is left.
 */
public final class SimulatedServer implements AutoCloseable {
  private final Settings settings;
  private final HttpServer http;
  private final String origin;
  private final BigBlueButton bigBlueButton;
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Journal journal;

  private SimulatedServer(
      Settings settings, String host, int port, @Nullable SSLContext tls, Journal journal)
      throws IOException {
    this.settings = settings;
    this.http = HttpServer.bind(host, port, settings.name(), tls);
    String authority = host + ":" + http.port();
    this.origin = (tls == null ? "http" : "https") + "://" + authority;
    this.journal = journal;
    this.bigBlueButton = new BigBlueButton(settings, authority, origin, journal);
    ControlCalls control = new ControlCalls(faults, log, bigBlueButton.meetings());
    http.serve(new Dispatcher(log, journal, faults, bigBlueButton, control));
  }

  public static Builder builder() {
    return new Builder();
  }

  public int port() {
    return http.port();
  }

  /** The URL of the API, without a slash at the end. */
  public URI uri() {
    return URI.create(origin + "/bigbluebutton/api");
  }

  public String secret() {
    return settings.secret();
  }

  public String name() {
    return settings.name();
  }

  public Profile profile() {
    return settings.profile();
  }

  /** The meetings of the server. Tests may change them. */
  public SimulatedMeetings meetings() {
    return bigBlueButton.meetings();
  }

  /** Applies a fault to every call; see {@link #fault(String, Fault)}. */
  public void fault(Fault fault) {
    faults.add(fault);
  }

  /**
   * Applies a fault to one call; {@code root} is the name of the root. A fault for one call
   * precedes a fault for all calls. A newer fault precedes an older fault, which applies again when
   * the newer is used up.
   */
  public void fault(String call, Fault fault) {
    faults.add(call, fault);
  }

  public void clearFaults() {
    faults.clear();
  }

  /** Number of requests of that call, answered or not. */
  public long received(String call) {
    return log.received(call);
  }

  /** Number of requests to the API. */
  public long receivedTotal() {
    return log.total();
  }

  /** Number of requests by call. */
  public SortedMap<String, Long> counters() {
    return log.counts();
  }

  /** The last 10,000 requests, oldest first, in the order in which their answers were decided. */
  public List<ReceivedRequest> requests() {
    return log.requests();
  }

  /** Resets the counts and forgets the requests. */
  public void resetCounters() {
    log.reset();
  }

  /** Number of open connections, idle ones included. */
  public int openConnections() {
    return http.openConnections();
  }

  @Override
  public void close() {
    http.close();
    bigBlueButton.close();
    journal.close();
  }

  @Override
  public String toString() {
    return settings.name() + " at " + uri();
  }

  /** Configures a server; every setting has a default. */
  public static final class Builder {
    private String host = "127.0.0.1";
    private int port;
    private String name = "simulator";
    private @Nullable String secret;
    private Profile profile = Profile.V3_0;
    private @Nullable Set<String> algorithms;
    private @Nullable SSLContext tls;
    private Duration emptyExpiry = Duration.ofMinutes(5);
    private Duration leftExpiry = Duration.ofMinutes(1);
    private Duration endDelay = Duration.ZERO;
    private boolean webhooks;
    private String recordingState = "published";
    private boolean listsAllRecordings = true;
    private boolean groupedNumbers;
    private @Nullable Path journal;
    private HookSigning hookSigning = HookSigning.SHA1;
    private double callbackWaits = 1;
    private Duration callbackTimeout = Duration.ofSeconds(5);

    private Builder() {}

    /**
     * The name or the IPv4 address of this machine under which others reach the server, which
     * listens there alone; {@code 127.0.0.1} by default.
     */
    public Builder host(String host) {
      this.host = Objects.requireNonNull(host, "host");
      return this;
    }

    /** The port; the default, 0, takes any free port. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** The shared secret; random by default. An empty secret switches the checks off. */
    public Builder secret(String secret) {
      this.secret = Objects.requireNonNull(secret, "secret");
      return this;
    }

    public Builder profile(Profile profile) {
      this.profile = Objects.requireNonNull(profile, "profile");
      return this;
    }

    /** The name on the client page and of the threads; {@code simulator} by default. */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Serves https instead of http. */
    public Builder tls(SSLContext context) {
      this.tls = Objects.requireNonNull(context, "context");
      return this;
    }

    /**
     * How long a meeting without users lives; by default 5 minutes if nobody joined, 1 minute if
     * everybody left. A create call may set another time.
     */
    public Builder emptyMeetingExpiry(Duration expiry) {
      this.emptyExpiry = Objects.requireNonNull(expiry, "expiry");
      this.leftExpiry = expiry;
      return this;
    }

    /** How long the server still answers about an ended meeting; by default, not at all. */
    public Builder endDelay(Duration delay) {
      this.endDelay = Objects.requireNonNull(delay, "delay");
      return this;
    }

    /** Whether bbb-webhooks is installed; it is not by default. */
    public Builder webhooks(boolean installed) {
      this.webhooks = installed;
      return this;
    }

    /**
     * The accepted checksum algorithms, such as {@code sha256}; by default all algorithms of the
     * profile.
     */
    public Builder algorithms(Set<String> algorithms) {
      this.algorithms = Set.copyOf(algorithms);
      return this;
    }

    /** The state of new recordings; {@code published} by default. */
    public Builder recordingState(String state) {
      this.recordingState = Objects.requireNonNull(state, "state");
      return this;
    }

    /** How deliveries of webhooks are signed; by default with a checksum by SHA-1. */
    public Builder hookSigning(HookSigning signing) {
      this.hookSigning = Objects.requireNonNull(signing, "signing");
      return this;
    }

    /**
     * Makes the waits between deliveries of a callback that fails shorter, or longer. By default,
     * 1, a meeting-ended callback is repeated after 30 s, 1, 2 and 5 minutes, and a delivery of a
     * webhook twelve times within five minutes, after which the webhook is removed.
     *
     * @param factor what each wait is multiplied by
     */
    public Builder callbackWaits(double factor) {
      if (!(factor >= 0 && factor <= 1000)) {
        throw new IllegalArgumentException("factor: " + factor + " (expected: 0 to 1000)");
      }
      this.callbackWaits = factor;
      return this;
    }

    /**
     * How long a front end may take to answer the end of a meeting or a webhook; 5 seconds by
     * default, as on a real server.
     */
    public Builder callbackTimeout(Duration timeout) {
      this.callbackTimeout = Objects.requireNonNull(timeout, "timeout");
      return this;
    }

    /** Whether getRecordings without any filter is answered, as it is by default. */
    public Builder listsAllRecordings(boolean allowed) {
      this.listsAllRecordings = allowed;
      return this;
    }

    /**
     * Writes a journal to the end of this file: a line when a request arrives and when its answer
     * is decided, and when a meeting is created, joined and ended.
     */
    public Builder journal(Path file) {
      this.journal = Objects.requireNonNull(file, "file");
      return this;
    }

    /** Whether counts are written as some locales do, {@code 1,234}. */
    public Builder groupedNumbers(boolean grouped) {
      this.groupedNumbers = grouped;
      return this;
    }

    /**
     * Starts the server and returns when it answers.
     *
     * @throws UncheckedIOException if the server cannot listen at the host and port or cannot write
     *     the journal
     */
    public SimulatedServer start() {
      Settings settings =
          new Settings(
              name,
              secret == null ? new Tokens(new SecureRandom()).secret() : secret,
              profile,
              algorithms == null ? profile.algorithms() : algorithms,
              emptyExpiry,
              leftExpiry,
              endDelay,
              webhooks,
              recordingState,
              listsAllRecordings,
              groupedNumbers,
              hookSigning,
              callbackWaits,
              callbackTimeout);
      Journal opened = openJournal();
      try {
        return new SimulatedServer(settings, host, port, tls, opened);
      } catch (IOException e) {
        opened.close();
        throw new UncheckedIOException("cannot listen on " + host + ":" + port, e);
      }
    }

    private Journal openJournal() {
      try {
        return journal == null ? Journal.NONE : Journal.to(journal);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write the journal", e);
      }
    }
  }
}
