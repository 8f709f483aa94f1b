package io.tinyscale.balancer;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallLimits;
import io.tinyscale.callback.FakeRelay;
import io.tinyscale.callback.RelaySettings;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.config.ExecutableSettings;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolSettings;
import io.tinyscale.config.TransportSettings;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.health.HealthSettings;
import io.tinyscale.hook.HookCopies;
import io.tinyscale.http.TrustedProxies;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.MeetingSettings;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.LogSettings;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementSettings;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Overload;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.store.FakeStore;
import io.tinyscale.store.StoreAddress;
import io.tinyscale.store.StoreSettings;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.UnsignedBodies;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.ManualTime;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A balancer as the product puts it together, in front of fake servers, on a clock that tests move;
 * and a front end that calls it. No sweep runs unless a test starts it.
 */
public final class TestBalancer {

  public static final Duration ANSWER = Duration.ofSeconds(8);
  public static final Duration CREATE = Duration.ofSeconds(30);
  public static final Duration LIST = Duration.ofSeconds(5);
  public static final Duration RECORDINGS = Duration.ofSeconds(20);
  public static final int LARGEST_QUERY = 64 << 10;
  public static final long LARGEST_BODY = 1 << 20;
  public static final long LARGEST_HELD = 2 << 20;

  private static final Secret SECRET = Secret.of("front");

  /** No configuration has an empty pool; a pool becomes empty when its last server is removed. */
  private static final Server NOBODY =
      Server.of("nobody", URI.create("https://nobody.example.org/bigbluebutton/api"), SECRET);

  private LogSettings log = LogSettings.defaults();

  public final ManualTime time;
  public final FakeServers servers;
  public final List<String> events = new CopyOnWriteArrayList<>();

  /** Calls of front ends, each with its outcome. */
  public final List<String> answered = new CopyOnWriteArrayList<>();

  /** The ends of answers to front ends, each with its length. */
  public final List<String> ended = new CopyOnWriteArrayList<>();

  /** Bytes of bodies that front ends sent. */
  public final AtomicLong received = new AtomicLong();

  /** Attempts to reach a server, each with its outcome. */
  public final List<String> attempts = new CopyOnWriteArrayList<>();

  /** What the store said of creates. */
  public final List<ClaimResult> claims = new CopyOnWriteArrayList<>();

  /** What confirmations of creates came to. */
  public final List<Confirmed> confirmed = new CopyOnWriteArrayList<>();

  public final Cancellation caller = new Cancellation();

  private PlacementPolicy policy = new RoundRobin(true);
  private FakeRelay relay;
  private List<Server> inPool = List.of();
  private Duration reuse = Duration.ZERO;
  private MeetingSettings meetings = MeetingSettings.defaults();
  private FakeStore store;
  private FakeStore.Connection connection;
  private UnsignedBodies unsignedBodies = UnsignedBodies.ACCEPT;
  private Executor work = Runnable::run;
  private int mostCalls = 1000;
  private int mostCallsPerServer = 1000;

  /** How long a server refuses connections before its rooms with people are made anew. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Contacts contacts;
  public ServerPool pool;
  public ProbedDirectory directory;
  public HookCopies hookCopies;
  private Gateway gateway;
  private Balancer balancer;

  private TestBalancer(ManualTime time, FakeServers servers) {
    this.time = time;
    this.servers = servers;
  }

  /** A balancer in front of this many servers, named bbb1, bbb2 and so on. */
  public TestBalancer(int size) {
    this(new ManualTime(), new FakeServers());
    for (int i = 1; i <= size; i++) {
      servers.add("bbb" + i);
    }
    inPool = servers.all();
    assemble();
  }

  /** One more balancer, which knows nothing yet, in front of the same servers. */
  public TestBalancer another() {
    TestBalancer another = new TestBalancer(time, servers);
    another.inPool = inPool;
    another.meetings = meetings;
    another.store = store;
    return another.assemble();
  }

  public TestBalancer with(PlacementPolicy other) {
    policy = other;
    return assemble();
  }

  /** Relays callbacks. */
  public TestBalancer withRelay(FakeRelay other) {
    relay = other;
    return assemble();
  }

  public TestBalancer withReuse(Duration other) {
    reuse = other;
    return assemble();
  }

  public TestBalancer withBalancers(Balancers other) {
    meetings = meetings.withBalancers(other);
    return assemble();
  }

  /** Shares a store with other balancers. */
  public TestBalancer withStore(FakeStore other, String id) {
    return withStore(other, id, StoreSettings.WhenDown.DEGRADE);
  }

  /** Shares a store with other balancers. */
  public TestBalancer withStore(FakeStore other, String id, StoreSettings.WhenDown whenDown) {
    store = other;
    meetings =
        meetings
            .withBalancers(Balancers.SEVERAL)
            .withStore(
                new StoreSettings(
                    id,
                    StoreAddress.parse("redis://:hush@store.example.org").orElseThrow(),
                    Duration.ofMinutes(10),
                    Duration.ofMillis(200),
                    whenDown,
                    List.of()));
    return assemble();
  }

  /** Its connection to the store. */
  public FakeStore.Connection connection() {
    return connection;
  }

  public TestBalancer withUnsignedBodies(UnsignedBodies other) {
    unsignedBodies = other;
    return assemble();
  }

  public TestBalancer withLog(LogSettings.Calls calls, Duration slow) {
    log = new LogSettings(TrustedProxies.NONE, calls, slow);
    return assemble();
  }

  public TestBalancer withWork(Executor other) {
    work = other;
    return assemble();
  }

  public TestBalancer withPool(List<Server> other) {
    inPool = other;
    return assemble();
  }

  /** Answers no more than so many calls at a time, and sends no more to one server. */
  public TestBalancer withLimits(int calls, int callsPerServer) {
    mostCalls = calls;
    mostCallsPerServer = callsPerServer;
    return assemble();
  }

  private TestBalancer assemble() {
    TinyscaleConfig config =
        new TinyscaleConfig(
            new FrontEndSettings(
                List.of(SECRET), EnumSet.allOf(ChecksumAlgorithm.class), unsignedBodies),
            new PoolSettings(
                Path.of("servers.json"), inPool.isEmpty() ? List.of(NOBODY) : inPool, List.of()),
            PlacementSettings.defaults(),
            HealthSettings.defaults(),
            meetings,
            new TransportSettings(Duration.ofSeconds(2), mostCallsPerServer, List.of()),
            new CallLimits(
                ANSWER,
                CREATE,
                LIST,
                RECORDINGS,
                reuse,
                LARGEST_BODY,
                LARGEST_QUERY,
                mostCalls,
                LARGEST_HELD),
            RelaySettings.defaults(),
            ExecutableSettings.defaults(),
            AdminSettings.none(),
            log);
    Balancer.Builder builder =
        Balancer.of(config).upstream(servers).policy(policy).observer(new Recorder());
    if (relay != null) {
      builder.relay(relay);
    }
    if (balancer != null) {
      balancer.leaveStore();
    }
    if (store != null) {
      builder.store((settings, notices) -> connection = store.connect(notices));
    }
    balancer =
        builder
            .threads(
                told ->
                    new Threads(
                        time, work, work, time::nanos, InstantSource.system(), () -> 0.5, () -> {}))
            .assemble();
    if (relay != null) {
      relay.start(balancer.callbackContext());
    }
    pool = balancer.pool();
    contacts = balancer.contacts();
    directory = balancer.directory();
    hookCopies = balancer.hookCopies();
    gateway = balancer.gateway();
    balancer.meetStore();
    if (inPool.isEmpty()) {
      pool.startsDown(NOBODY);
      pool.replace(List.of(), Set.of());
    }
    return this;
  }

  /** What the balancer shows of itself. */
  public BalancerStatus status() {
    return balancer.status();
  }

  /** The meetings of all servers, for administrators. */
  public Meetings meetings() {
    return balancer.meetings();
  }

  public FakeServer bbb(int number) {
    return servers.get("bbb" + number);
  }

  /** Makes a server down by our verdict. */
  public void goesDown(int number) {
    contacts.with(bbb(number).server()).unanswered(time.nanos(), true);
    pool.startsDown(bbb(number).server());
    time.advance(PATIENCE);
  }

  /** Sweeps a server once. */
  public void sweep(int number) {
    Map<MeetingId, HeldMeeting> meetings = new HashMap<>();
    bbb(number)
        .meetings()
        .forEach(
            (id, meeting) ->
                meetings.put(
                    new MeetingId(id),
                    new HeldMeeting(
                        meeting.internalId(),
                        bbb(number).people(id),
                        meeting.moderatorPw(),
                        0,
                        0,
                        0,
                        false,
                        0,
                        bbb(number).everJoined(id))));
    hookCopies.swept(bbb(number).server());
    pool.passed(bbb(number).server());
    directory.swept(bbb(number).server(), meetings, time.nanos());
  }

  public static String sum(String call, String query) {
    return Checksum.of(
        ChecksumAlgorithm.SHA256, ApiCall.named(call), new QueryString(query), SECRET);
  }

  public static QueryString signed(String call, String query) {
    return new QueryString(query).with("checksum", sum(call, query));
  }

  public CompletableFuture<Answer> handle(
      String method, String call, QueryString query, String contentType, Body body) {
    return handle(method, call, query, contentType, body, caller);
  }

  public CompletableFuture<Answer> handle(
      String method,
      String call,
      QueryString query,
      String contentType,
      Body body,
      Cancellation waiting) {
    return gateway
        .handle(
            new ApiRequest(
                method,
                ApiCall.named(call),
                query,
                List.of(new Header("User-Agent", "test")),
                contentType,
                body),
            waiting)
        .toCompletableFuture();
  }

  /** The answer to a request as the entry hands it over; it may come later, or never. */
  public CompletableFuture<Answer> handle(ApiRequest request) {
    return gateway.handle(request, caller).toCompletableFuture();
  }

  /** A signed GET whose answer may come later, or never. */
  public CompletableFuture<Answer> calling(String call, String query) {
    return handle("GET", call, signed(call, query), "", Body.EMPTY);
  }

  /** A signed GET, a moment after the last call. */
  public Answer call(String call, String query) {
    time.advance(Duration.ofNanos(1));
    return now(calling(call, query));
  }

  /** The document that answers a signed GET. */
  public ApiReply reply(String call, String query) {
    return reply(call(call, query));
  }

  /** The messageKey of the answer to a signed GET. */
  public String key(String call, String query) {
    return reply(call, query).messageKey();
  }

  public static Answer now(CompletableFuture<Answer> answer) {
    if (!answer.isDone()) {
      throw new AssertionError("there is no answer yet");
    }
    return answer.join();
  }

  public static String text(Answer answer) {
    Body body =
        answer instanceof Answer.Relay relay ? relay.body() : ((Answer.Document) answer).body();
    return new String(
        BodyCollector.collect(body, Integer.MAX_VALUE).toCompletableFuture().join(),
        StandardCharsets.UTF_8);
  }

  public static ApiReply reply(Answer answer) {
    return ApiReply.read(text(answer).getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  /** A FAILED document with this key. */
  public static String failed(String key) {
    return "<response><returncode>FAILED</returncode><messageKey>"
        + key
        + "</messageKey></response>";
  }

  public static String location(Answer answer) {
    return ((Answer.Redirect) answer).location();
  }

  private final class Recorder implements GatewayObserver {

    @Override
    public void webhooksAligned(Server server, int registered, int destroyed) {
      events.add("webhooks of " + server.name() + ": +" + registered + " -" + destroyed);
    }

    @Override
    public void meetingPlaced(MeetingId meetingId, Server server) {
      events.add("placed " + meetingId + " on " + server.name());
    }

    @Override
    public void tagFallback(String tenant, String tags, Server server, long fallbacks) {
      events.add(
          fallbacks
              + " without tags, the last for "
              + tags
              + " of "
              + tenant
              + " on "
              + server.name());
    }

    @Override
    public void allServersTagged() {
      events.add("all tagged");
    }

    @Override
    public void meetingSplit(
        MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {
      events.add("split " + meetingId + " kept " + kept.name() + " other " + other.name());
    }

    @Override
    public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
      confirmed.add(result);
      if (result == Confirmed.YIELDED) {
        events.add("yielded " + meetingId + " on " + made.name() + " to " + kept.name());
      }
    }

    @Override
    public void createRefusedByClaim(MeetingId meetingId, String server) {
      events.add("refused " + meetingId + " for " + server);
    }

    @Override
    public void storeDown(String address, String cause) {
      events.add("store down: " + cause);
    }

    @Override
    public void storeUp(String address) {
      events.add("store up");
    }

    @Override
    public void storeNew(String address) {
      events.add("store new");
    }

    @Override
    public void balancerSeen(String id, String version) {
      events.add("seen " + id);
    }

    @Override
    public void balancerGone(String id) {
      events.add("gone " + id);
    }

    @Override
    public void poolDiffers(String id, List<String> differences) {
      events.add("differs " + id + " in " + differences);
    }

    @Override
    public void claimed(ClaimResult result) {
      claims.add(result);
    }

    @Override
    public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
      events.add("ended " + meetingId + " on " + server.name() + " live " + live.name());
    }

    @Override
    public void callFailed(ApiCall call, Server server, String cause, RequestTrace trace) {
      events.add("failed " + call.name() + " on " + server.name() + ": " + cause);
    }

    @Override
    public void serverEjected(Server server, Duration out, String cause) {
      events.add("ejected " + server.name() + " for " + out.toSeconds() + " s");
    }

    @Override
    public void serverRefusesSecret(Server server) {
      events.add("wrong secret of " + server.name());
    }

    @Override
    public void listDamaged(Server server, ApiCall call, ListDamage damage) {
      events.add("damaged " + damage.kind() + " in " + call.name() + " of " + server.name());
    }

    @Override
    public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
      answered.add(
          call.name() + " of " + tenant + ": " + outcome + " after " + Duration.ofNanos(nanos));
    }

    @Override
    public void answerEnded(ApiCall call, long nanos, long bytes) {
      ended.add(call.name() + ": " + bytes + " bytes after " + Duration.ofNanos(nanos));
    }

    @Override
    public void bodyReceived(long bytes) {
      received.addAndGet(bytes);
    }

    @Override
    public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
      attempts.add(
          server.name() + " " + call.name() + ": " + outcome + " after " + Duration.ofNanos(nanos));
    }

    @Override
    public void listPartial(ApiCall call, int missing, int asked) {
      events.add("partial " + call.name() + " " + missing + " of " + asked);
    }

    @Override
    public void callbackOfRelay(String tenant, CallbackKind kind, long refused) {
      events.add("refused callback " + kind + " to the relay");
    }

    @Override
    public void callbackLeft(String tenant, CallbackKind kind, String cause, long left) {
      events.add("left callback " + kind + ": " + cause);
    }

    @Override
    public void callRefused(ApiCall call, String messageKey) {
      events.add("refused " + call.name() + ": " + messageKey);
    }

    @Override
    public void overload(Overload overload) {
      Server server = overload.server();
      String of = server == null ? "" : " " + server.name();
      events.add(
          overload.isOver()
              ? "relieved" + of + " after " + overload.refused()
              : "overloaded" + of + " with " + overload.most());
    }

    @Override
    public void heldFull(long most, long refused) {
      events.add("no room in " + most + " for " + refused);
    }

    @Override
    public void outOfMemory(OutOfMemoryError error) {
      events.add("out of memory: " + error.getMessage());
    }

    @Override
    public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
      events.add("bug " + call.name() + ": " + bug);
    }
  }
}
