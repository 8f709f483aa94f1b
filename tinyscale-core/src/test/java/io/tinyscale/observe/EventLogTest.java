package io.tinyscale.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.server.Overload;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.trace.TraceContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {

  private static final TraceContext TRACE =
      new TraceContext("0af7651916cd43dd8448eb211c80319c", true, "");

  private final Server bbb1 =
      Server.of(
          "bbb1",
          URI.create("https://bbb1.example.org:8443/bigbluebutton/api"),
          Secret.of("sesame"));
  private final Server bbb2 =
      Server.of(
          "bbb2", URI.create("https://bbb2.example.org/bigbluebutton/api"), Secret.of("open"));
  private final Logger logger = Logger.getLogger("tinyscale");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final EventLog log = new EventLog();

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }

  @Test
  void writesOneLineWhenAnOverloadBeginsAndOneWhenItEnds() {
    log.overload(new Overload(bbb1, 2000, 0));
    log.overload(new Overload(bbb1, 2000, 17));
    log.overload(new Overload(null, 5000, 0));
    log.overload(new Overload(null, 5000, 1));

    assertThat(lines)
        .containsExactly(
            "WARNING server.overloaded server=bbb1 most=2000",
            "INFO server.relieved server=bbb1 refused=17",
            "WARNING calls.overloaded most=5000",
            "INFO calls.relieved refused=1");
  }

  @Test
  void writesWhatBecameOfTags() {
    log.tagFallback("house", "gold; \"x\"", bbb1, 17);
    log.allServersTagged();

    assertThat(lines)
        .containsExactly(
            "WARNING placement.tag-fallback tenant=house tags=\"gold; \\\"x\\\"\" server=bbb1"
                + " fallbacks=17",
            "WARNING placement.all-tagged fix=\"remove the tags of the servers that creates without"
                + " a tag shall use: every enabled server has tags, so such creates use all"
                + " servers\"");
  }

  @Test
  void writesOneLineForAnEvent() {
    log.serverUp(bbb1, 3);
    log.serverDown(bbb1, "Connection refused");
    log.serverStartsDown(bbb1, "Connection refused", "");
    log.serverStartsDown(bbb1, "HTTP 404", "Correct the host.");
    log.started(2, 3);
    log.stopped();
    log.serverEjected(bbb1, Duration.ofSeconds(20), "HTTP 502");
    log.serverOnTrial(bbb1);
    log.serverUnknown(bbb1);
    log.serverReadmitted(bbb1);
    log.webhooksAligned(bbb1, 2, 1);
    log.meetingPlaced(new MeetingId("math"), bbb1);
    log.meetingLeftoverEnded(new MeetingId("math"), bbb1, bbb2);
    log.createConfirmed(new MeetingId("math"), bbb1, bbb2, Confirmed.YIELDED);
    log.createConfirmed(new MeetingId("art"), bbb1, bbb1, Confirmed.ALONE);
    log.callFailed(ApiCall.END, bbb1, "timeout", RequestTrace.NONE);
    log.callFailed(ApiCall.END, bbb1, "timeout", new RequestTrace("r-123456", TRACE));

    assertThat(lines)
        .containsExactly(
            "INFO server.up server=bbb1 host=bbb1.example.org:8443 meetings=3",
            "WARNING server.down server=bbb1 host=bbb1.example.org:8443"
                + " cause=\"Connection refused\"",
            "WARNING server.down server=bbb1 host=bbb1.example.org:8443"
                + " cause=\"Connection refused\"",
            "WARNING server.down server=bbb1 host=bbb1.example.org:8443"
                + " cause=\"HTTP 404\" fix=\"Correct the host.\"",
            "INFO tinyscale.started up=2 servers=3",
            "INFO tinyscale.stopped",
            "WARNING server.ejected server=bbb1 seconds=20 cause=\"HTTP 502\"",
            "INFO server.on-trial server=bbb1",
            "WARNING server.unknown server=bbb1 fix=\"Mend the server, or disable it"
                + " (\\\"state\\\": \\\"disabled\\\") if it holds no meetings: it has never told its"
                + " meetings, so calls for rooms that are not open may fail.\"",
            "INFO server.readmitted server=bbb1",
            "INFO server.webhooks server=bbb1 registered=2 destroyed=1",
            "INFO meeting.placed meeting=math server=bbb1",
            "INFO meeting.leftover-ended meeting=math server=bbb1 live=bbb2",
            "INFO create.yielded meeting=math made=bbb1 kept=bbb2",
            "WARNING call.failed call=end server=bbb1 cause=timeout",
            "WARNING call.failed call=end server=bbb1 cause=timeout request=r-123456"
                + " trace=0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void writesTheCallOfAFrontEndWithAWrongSecretAsOneValue() {
    log.wrongSecret(ApiCall.named("a=b\n"), "10.0.0.7", 17);

    assertThat(lines)
        .containsExactly(
            "WARNING frontend.wrong-secret call=\"a=b?\" refused=17 address=10.0.0.7"
                + " fix=\"give the front end the secret of tinyscale\"");
  }

  @Test
  void saysWhatToDoIfAllThatMayBeHeldIsHeld() {
    log.heldFull(16 << 20, 17);

    assertThat(lines)
        .containsExactly(
            "WARNING held.full most=16777216 refused=17"
                + " fix=\"raise limit.held or the heap if the callers are front ends\"");
  }

  @Test
  void writesWhatBecomesOfTheStoreThatBalancersShare() {
    log.storeDown("redis://store:6379/0", "Connection refused");
    log.storeUp("redis://store:6379/0");
    log.storeNew("redis://store:6379/0");
    log.createRefusedByClaim(new MeetingId("math 1"), "bbb7");

    assertThat(lines)
        .containsExactly(
            "SEVERE store.down store=redis://store:6379/0 cause=\"Connection refused\""
                + " effect=\"new meetings are confirmed by the servers, or refused with"
                + " balancers.store.down=refuse\"",
            "INFO store.up store=redis://store:6379/0",
            "WARNING store.new store=redis://store:6379/0 effect=\"what it held is lost; creates are"
                + " confirmed by the servers meanwhile\"",
            "WARNING create.refused-by-claim meeting=\"math 1\" server=bbb7");
  }

  @Test
  void writesWhichBalancersComeAndGoAndDiffer() {
    log.balancerSeen("lb2", "0.2.0");
    log.poolDiffers("lb2", List.of("bbb1", "bbb3"));
    log.poolDiffers("lb3", List.of("formula 2 instead of 1"));
    log.balancerGone("lb2");

    assertThat(lines)
        .containsExactly(
            "INFO balancer.seen balancer=lb2 version=0.2.0",
            "SEVERE pool.differs balancer=lb2 differs=bbb1,bbb3"
                + " fix=\"give all balancers the same pool file and the same release\"",
            "SEVERE pool.differs balancer=lb3 differs=\"formula 2 instead of 1\""
                + " fix=\"give all balancers the same pool file and the same release\"",
            "WARNING balancer.gone balancer=lb2");
  }

  /** Metrics count these: a claim for each create would flood the log. */
  @Test
  void writesNothingOfClaims() {
    log.claimed(ClaimResult.SHARED);
    log.storeAsked(1_000_000, false);

    assertThat(lines).isEmpty();
  }

  @Test
  void saysWhatToDoAboutAnotherBalancer() {
    log.otherBalancer(bbb1, new MeetingId("math"));

    assertThat(lines)
        .containsExactly(
            "WARNING balancer.other server=bbb1 meeting=math fix=\"set balancers=several, or stop"
                + " what else makes meetings on the servers\"");
  }

  @Test
  void namesTheFixWhereAnOperatorMustAct() {
    log.serverRefusesSecret(bbb1);
    log.meetingSplit(new MeetingId("math"), bbb1, 12, bbb1, -1);
    log.serverListedTwice(bbb1, bbb1);

    assertThat(lines).hasSize(3).allMatch(line -> line.startsWith("SEVERE"));
    assertThat(lines.get(0)).contains("fix=").contains("bbb-conf --secret");
    assertThat(lines.get(1))
        .contains("kept=bbb1 kept-people=12 other=bbb1 other-people=unknown fix=");
    assertThat(lines.get(2)).contains("server.twice server=bbb1 other=bbb1 fix=");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "math, math",
        "a b, `\"a b\"`",
        "a=b, `\"a=b\"`",
        "`a\"b`, `\"a\\\"b\"`",
        "`a\nserver.up server=evil`, `\"a?server.up server=evil\"`",
        "``, `\"\"`",
        "Zürich, Zürich"
      })
  void quotesTextFromOutsideAsOneValue(String meetingId, String value) {
    log.meetingPlaced(new MeetingId(meetingId), bbb1);

    assertThat(lines).containsExactly("INFO meeting.placed meeting=" + value + " server=bbb1");
  }

  @Test
  void tellsTheScoresOfAPlacementToThoseWhoDebug() {
    List<ServerScore> scores =
        List.of(new ServerScore(bbb1, 1234.56, 1324.56), new ServerScore(bbb2, 0, 2000));
    assertThat(log.wantsScores()).isTrue();
    log.meetingWeighed(new MeetingId("math"), bbb1, () -> scores);
    logger.setLevel(Level.INFO);
    assertThat(log.wantsScores()).isFalse();
    log.meetingWeighed(
        new MeetingId("math"),
        bbb1,
        () -> {
          throw new AssertionError("nobody asked");
        });

    assertThat(lines)
        .containsExactly(
            "FINE meeting.weighed meeting=math server=bbb1"
                + " scores=bbb1:1324.560(1234.6/1),bbb2:2000.000(0.0/1)");
  }

  @Test
  void cutsLongTextFromOutside() {
    log.callRefused(ApiCall.named("x".repeat(10_000)), "k");

    assertThat(lines.get(0)).hasSizeLessThan(300);
  }

  @Test
  void logsChangesOfThePool() {
    log.poolChanged(new PoolChange(List.of("bbb3", "bbb4"), List.of("bbb1"), List.of()));
    log.poolRefused(List.of("servers[0].host: missing. Add it.", "x".repeat(300)));
    log.serverDraining(bbb1, 2, 17);
    log.serverDrained(bbb1);

    assertThat(lines)
        .containsExactly(
            "INFO pool.changed added=bbb3,bbb4 removed=bbb1 changed=\"\"",
            "SEVERE pool.refused problem=\"servers[0].host: missing. Add it.\"",
            "SEVERE pool.refused problem=" + "x".repeat(300),
            "INFO server.draining server=bbb1 meetings=2 users=17",
            "INFO server.drained server=bbb1");
  }

  @Test
  void nothingSecretIsWritten() {
    log.serverUp(bbb1, 0);
    log.serverDown(bbb1, "x");
    log.serverRefusesSecret(bbb1);
    log.listPartial(ApiCall.GET_MEETINGS, 1, 2);

    assertThat(lines).hasSize(4).noneMatch(line -> line.contains("sesame"));
  }

  @Test
  void logsTheStackOfABugWithoutItsMessage() {
    log.bug(
        ApiCall.CREATE,
        new IllegalStateException(
            "create?checksum=c0ffee", new IllegalArgumentException("name=Zaphod")),
        new RequestTrace("r-123456", null));

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .startsWith("SEVERE bug call=create cause=")
        .contains("IllegalStateException at ", "caused by", "IllegalArgumentException")
        .contains("EventLogTest.logsTheStack")
        .endsWith("\" request=r-123456")
        .doesNotContain("c0ffee", "Zaphod", "\n");
  }

  @Test
  void saysWhatToDoAboutALackOfMemory() {
    log.outOfMemory(new OutOfMemoryError("Java heap space"));

    assertThat(lines)
        .containsExactly(
            "SEVERE out-of-memory cause=\"Java heap space\""
                + " fix=\"give the JVM more heap with -Xmx, or lower limit.calls\"");
  }

  @Test
  void logsWhatBecomesOfCallbacks() {
    CallbackTry callback =
        new CallbackTry("house", CallbackKind.RECORDING_READY, "moodle.example.org", 3);
    log.callbackDelivered(callback);
    log.callbackRetry(callback, Duration.ofMinutes(5), "status 503");
    log.callbackGivenUp(callback, "status 401");
    log.callbackRefused(callback, "10.0.0.1 is private");
    log.callbackLeft("house", CallbackKind.ENDED, "it is no URL", 7);
    log.callbackOfRelay("house", CallbackKind.WEBHOOK, 600);

    assertThat(lines)
        .containsExactly(
            "INFO callback.delivered tenant=house kind=recording-ready host=moodle.example.org"
                + " tries=3",
            "WARNING callback.retry tenant=house kind=recording-ready host=moodle.example.org"
                + " tries=3 seconds=300 cause=\"status 503\"",
            "SEVERE callback.given-up tenant=house kind=recording-ready host=moodle.example.org"
                + " tries=3 cause=\"status 401\"",
            "SEVERE callback.refused tenant=house kind=recording-ready host=moodle.example.org"
                + " tries=3 cause=\"10.0.0.1 is private\"",
            "WARNING callback.left tenant=house kind=ended left=7 cause=\"it is no URL\"",
            "SEVERE callback.refused tenant=house kind=webhook refused=600"
                + " cause=\"it leads to the relay itself\"");
  }
}
