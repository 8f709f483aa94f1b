package io.tinyscale.simulator;

import io.tinyscale.simulator.api.BigBlueButton;
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
 * A running simulated BigBlueButton server on a port of 127.0.0.1. Safe for many threads; {@link
 * #close} leaves neither thread nor socket.
 */
public final class SimulatedServer implements AutoCloseable {
  private final Settings settings;
  private final HttpServer http;
  private final String origin;
  private final BigBlueButton bigBlueButton;
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Journal journal;

  private SimulatedServer(Settings settings, int port, @Nullable SSLContext tls, Journal journal)
      throws IOException {
    this.settings = settings;
    this.http = HttpServer.bind(port, settings.name(), tls);
    String host = "127.0.0.1:" + http.port();
    this.origin = (tls == null ? "http" : "https") + "://" + host;
    this.journal = journal;
    this.bigBlueButton = new BigBlueButton(settings, host, origin, journal);
    ControlCalls control = new ControlCalls(faults, log, bigBlueButton.meetings());
    http.serve(new Dispatcher(log, journal, faults, bigBlueButton, control));
  }

  public static Builder builder() {
    return new Builder();
  }

  public int port() {
    return http.port();
  }

  /** Where the API is, without a slash at the end. */
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

  /** Its state, to be changed at will. */
  public SimulatedMeetings meetings() {
    return bigBlueButton.meetings();
  }

  /** Lets a fault loose on every call; see {@link #fault(String, Fault)}. */
  public void fault(Fault fault) {
    faults.add(fault);
  }

  /**
   * Lets a fault loose on one call, {@code root} being the root. It precedes one for all calls; a
   * newer one precedes an older one, which takes over again when the newer is used up.
   */
  public void fault(String call, Fault fault) {
    faults.add(call, fault);
  }

  public void clearFaults() {
    faults.clear();
  }

  /** How many requests of that call have arrived, answered or not. */
  public long received(String call) {
    return log.received(call);
  }

  /** How many requests below the API's path have arrived. */
  public long receivedTotal() {
    return log.total();
  }

  /** The counts of all calls that were received. */
  public SortedMap<String, Long> counters() {
    return log.counts();
  }

  /** The last 10,000 requests, oldest first, in the order in which their answers were decided. */
  public List<ReceivedRequest> requests() {
    return log.requests();
  }

  /** Forgets counts and requests. */
  public void resetCounters() {
    log.reset();
  }

  /** Connections that are open now, idle ones too. */
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

  /** Sets up a server; every setting has a default. */
  public static final class Builder {
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
    private List<Duration> callbackRetries =
        List.of(
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5));

    private Builder() {}

    /** The port on loopback; 0, the default, is any free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** The shared secret; random by default. An empty one switches the checks off. */
    public Builder secret(String secret) {
      this.secret = Objects.requireNonNull(secret, "secret");
      return this;
    }

    public Builder profile(Profile profile) {
      this.profile = Objects.requireNonNull(profile, "profile");
      return this;
    }

    /** What the client page and the threads are called; {@code simulator} by default. */
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
     * When a meeting ends that nobody joined or everybody left; by default 5 minutes and 1 minute.
     * A create call may ask for another time.
     */
    public Builder emptyMeetingExpiry(Duration expiry) {
      this.emptyExpiry = Objects.requireNonNull(expiry, "expiry");
      this.leftExpiry = expiry;
      return this;
    }

    /** How long an ended meeting still answers; not at all by default. */
    public Builder endDelay(Duration delay) {
      this.endDelay = Objects.requireNonNull(delay, "delay");
      return this;
    }

    /** Whether bbb-webhooks is installed; it is not by default. */
    public Builder webhooks(boolean installed) {
      this.webhooks = installed;
      return this;
    }

    /** Accepted checksums, such as {@code sha256}; by default all that the profile knows. */
    public Builder algorithms(Set<String> algorithms) {
      this.algorithms = Set.copyOf(algorithms);
      return this;
    }

    /** In which state a recorded meeting's recording appears; {@code published} by default. */
    public Builder recordingState(String state) {
      this.recordingState = Objects.requireNonNull(state, "state");
      return this;
    }

    /**
     * How long to wait before each further delivery of a meeting-ended callback that failed; by
     * default 30 s, 1, 2 and 5 minutes.
     */
    public Builder callbackRetries(Duration... waits) {
      this.callbackRetries = List.of(waits);
      return this;
    }

    /** Whether getRecordings without any filter is answered, as it is by default. */
    public Builder listsAllRecordings(boolean allowed) {
      this.listsAllRecordings = allowed;
      return this;
    }

    /**
     * Appends to this file what the server does: every request when it comes and when its answer is
     * decided, every meeting when it is made, joined and ended.
     */
    public Builder journal(Path file) {
      this.journal = Objects.requireNonNull(file, "file");
      return this;
    }

    /** Writes counts as some locales do, {@code 1,234}. */
    public Builder groupedNumbers(boolean grouped) {
      this.groupedNumbers = grouped;
      return this;
    }

    /**
     * Starts the server; it answers when this returns.
     *
     * @throws UncheckedIOException if the port cannot be had, or the journal not be written
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
              callbackRetries);
      Journal opened = openJournal();
      try {
        return new SimulatedServer(settings, port, tls, opened);
      } catch (IOException e) {
        opened.close();
        throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
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
