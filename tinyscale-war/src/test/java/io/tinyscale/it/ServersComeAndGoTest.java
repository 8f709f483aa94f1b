package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers die and come back while front ends work. */
@Tag("slow")
class ServersComeAndGoTest {

  private static final String[] QUICK = {
    "cache.ttl", "0", "health.interval", "1100ms", "health.timeout", "1s"
  };

  /** The same, and nobody else makes meetings on the servers. */
  private static final String[] QUICK_AND_ALONE =
      Stream.concat(Stream.of(QUICK), Stream.of("balancers", "one")).toArray(String[]::new);

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two");

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger("tinyscale");
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          events.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(listener);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(listener);
  }

  private static ConditionFactory soon() {
    return await();
  }

  private static URI joinAddress(FrontEnd moodle, String meetingId) {
    URI join = moodle.signed("join", "fullName=Ann&role=MODERATOR&meetingID=" + meetingId);
    return URI.create(moodle.get(join).headers().firstValue("Location").orElseThrow());
  }

  @Test
  void endsALeftoverOnAServerThatComesBack() throws Exception {
    try (RunningFilter filter = pool.start(TestContainer.Kind.JETTY, QUICK_AND_ALONE)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      SimulatedServer first = pool.ownerOf("math");
      first.meetings().create("art");
      awaitSweeps(first, 2);
      first.fault(Fault.drop());
      soon()
          .untilAsserted(
              () ->
                  assertThat(moodle.call("create", "name=Math&meetingID=math"))
                      .contains("SUCCESS"));
      SimulatedServer second =
          pool.servers().stream().filter(server -> server != first).findFirst().orElseThrow();
      assertThat(second.meetings().contains("math")).isTrue();
      assertThat(first.meetings().contains("math")).isTrue();

      first.clearFaults();

      soon().untilAsserted(() -> assertThat(first.meetings().contains("math")).isFalse());
      assertThat(first.meetings().contains("art")).isTrue();
      assertThat(second.meetings().contains("math")).isTrue();
      assertThat(second.received("end")).isZero();
      assertThat(joinAddress(moodle, "math").getPort()).isEqualTo(second.port());
      assertThat(joinAddress(moodle, "art").getPort()).isEqualTo(first.port());
    }
  }

  private void awaitSweeps(SimulatedServer server, int more) {
    long before = server.received("getMeetings");
    soon().until(() -> server.received("getMeetings") >= before + more);
  }

  /** Creates the lesson; returns the server that holds it. */
  private SimulatedServer createLesson(FrontEnd moodle) {
    assertThat(moodle.call("create", "name=Lesson&meetingID=lesson")).contains("SUCCESS");
    return pool.ownerOf("lesson");
  }

  private void expectNoSecondLesson(FrontEnd moodle, SimulatedServer owner) {
    assertThat(moodle.call("create", "name=Lesson&meetingID=lesson")).contains("SUCCESS");
    assertThat(pool.servers())
        .filteredOn(server -> server.meetings().contains("lesson"))
        .containsExactly(owner);
    assertThat(owner.received("end")).isZero();
    assertThat(events).noneMatch(event -> event.startsWith("server.down"));
  }

  @Test
  void aMeetingThatBreaksTheListKeepsItsServerUp() throws Exception {
    try (RunningFilter filter = pool.start(TestContainer.Kind.JETTY, QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer owner = createLesson(moodle);
      while (!owner.meetings().contains("odd")) {
        moodle.call("create", "name=Odd&meetingID=odd&meta_1%20digit=x");
        pool.servers().stream()
            .filter(server -> server != owner && server.meetings().contains("odd"))
            .forEach(server -> moodle.call("end", "meetingID=odd&password=mp"));
      }

      awaitSweeps(owner, 4);

      expectNoSecondLesson(moodle, owner);
      assertThat(moodle.call("getMeetings", ""))
          .contains("<meetingID>lesson<")
          .doesNotContain("1 digit");
      assertThat(events).anyMatch(event -> event.matches("list.damaged .*kind=items"));
    }
  }

  @Test
  void aServerWhoseListIsLateCutOrAnErrorStaysUp() throws Exception {
    try (RunningFilter filter = pool.start(TestContainer.Kind.JETTY, QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer owner = createLesson(moodle);

      for (Fault fault :
          List.of(Fault.delay(Duration.ofSeconds(3)), Fault.cut(), Fault.serverError(503))) {
        owner.fault("getMeetings", fault);
        awaitSweeps(owner, 3);

        expectNoSecondLesson(moodle, owner);
      }
      assertThat(events).filteredOn(event -> event.startsWith("list.unknown")).hasSize(1);
    }
  }

  @Test
  void aServerThatRefusesOurSecretKeepsItsMeetings() throws Exception {
    try (RunningFilter filter = pool.start(TestContainer.Kind.JETTY, QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer owner = createLesson(moodle);
      awaitSweeps(owner, 1);

      owner.fault(Fault.wrongSecret());
      soon().until(() -> events.stream().anyMatch(event -> event.startsWith("server.wrong-se")));
      awaitSweeps(owner, 3);
      assertThat(moodle.call("create", "name=Lesson&meetingID=lesson")).contains("internalError");
      for (int i = 0; i < 3; i++) {
        assertThat(moodle.call("create", "name=Room&meetingID=room-" + i)).contains("SUCCESS");
      }
      assertThat(owner.meetings().contains("room-0")).isFalse();

      owner.clearFaults();
      soon().until(() -> events.contains("server.secret-accepted server=" + owner.name()));
      expectNoSecondLesson(moodle, owner);
    }
  }

  @Test
  void failingCallsEjectAServerAndItComesBack() throws Exception {
    try (RunningFilter filter =
        pool.start(
            TestContainer.Kind.JETTY,
            "cache.ttl",
            "0",
            "strict",
            "true",
            "health.interval",
            "5s",
            "health.timeout",
            "4s")) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer failing = pool.server("two");
      SimulatedServer sound = pool.server("one");
      failing.meetings().create("math");
      moodle.call("getMeetingInfo", "meetingID=math");
      for (String call : List.of("getMeetingInfo", "create")) {
        failing.fault(call, Fault.serverError(503));
      }

      moodle.call("getMeetingInfo", "meetingID=math");
      moodle.call("getMeetingInfo", "meetingID=math");
      for (int i = 0; i < 4; i++) {
        assertThat(moodle.call("create", "name=Room&meetingID=room-" + i)).contains("SUCCESS");
      }

      assertThat(failing.received("create")).isZero();
      assertThat(sound.meetings().size()).isEqualTo(4);
      failing.clearFaults();
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
      soon()
          .untilAsserted(
              () -> {
                moodle.call("create", "name=Room&meetingID=later-" + UUID.randomUUID());
                assertThat(failing.received("create")).isPositive();
              });
    }
  }

  @Test
  void aChangedPoolFileTakesEffectWithoutLosingACall() throws Exception {
    SimulatedServer one = pool.server("one");
    SimulatedServer two = pool.server("two");
    try (RunningFilter filter = pool.start(TestContainer.Kind.JETTY, List.of(one), QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      two.meetings().create("art");
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<List<String>> answers =
          CompletableFuture.supplyAsync(() -> askUntil(over, filter.frontEnd()));

      Files.writeString(pool.poolFile(), "[{\"host\": \"nonsense\"");
      soon().untilAsserted(() -> assertThat(events).anyMatch(e -> e.startsWith("pool.refused")));
      pool.writePoolFile(pool.servers());
      soon().until(() -> moodle.call("getMeetingInfo", "meetingID=art").contains("SUCCESS"));
      pool.writePoolFile(List.of(two));
      soon().until(() -> events.contains("pool.changed added=\"\" removed=one changed=\"\""));
      for (int i = 0; i < 3; i++) {
        moodle.call("create", "name=Room&meetingID=room-" + i);
      }
      assertThat(two.meetings().size()).isEqualTo(4);
      assertThat(joinAddress(moodle, "math").getPort()).isEqualTo(one.port());

      over.set(true);
      assertThat(answers.join()).isNotEmpty().allMatch(answer -> answer.contains("SUCCESS"));
      moodle.call("end", "meetingID=math");
      soon().until(() -> events.contains("server.drained server=one"));
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("notFound");
    }
  }

  private static List<String> askUntil(AtomicBoolean over, FrontEnd moodle) {
    List<String> answers = new ArrayList<>();
    while (!over.get()) {
      answers.add(moodle.call("getMeetingInfo", "meetingID=math"));
      answers.add(moodle.call("getMeetings", ""));
    }
    return answers;
  }

  @Test
  void aNewSecretInThePoolFileIsUsed() throws Exception {
    try (RunningFilter filter =
        pool.start(TestContainer.Kind.JETTY, List.of(pool.server("one")), QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer before = pool.server("one");
      before.close();
      SimulatedServer after = pool.replace(before, server -> server.secret("renewed"));
      soon()
          .untilAsserted(
              () ->
                  assertThat(events)
                      .anyMatch(event -> event.matches("server.(down|wrong-secret) server=one.*")));

      pool.writePoolFile(List.of(after));

      soon().until(() -> moodle.call("create", "name=Math&meetingID=math").contains("SUCCESS"));
      assertThat(events).contains("pool.changed added=\"\" removed=\"\" changed=one");
    }
  }

  @Test
  void aCordonedServerReportsHowItDrains() throws Exception {
    try (RunningFilter filter = pool.start(TestContainer.Kind.JETTY, QUICK)) {
      FrontEnd moodle = filter.frontEnd();
      SimulatedServer two = pool.server("two");
      two.meetings().create("math");
      two.meetings().join("math", "Ann", "MODERATOR");
      Path file = pool.poolFile();
      Files.writeString(
          file,
          Files.readString(file)
              .replace("\"name\": \"two\"", "\"name\": \"two\", \"state\": \"cordoned\""));
      soon().until(() -> events.contains("server.draining server=two meetings=1 users=1"));

      for (int i = 0; i < 3; i++) {
        assertThat(moodle.call("create", "name=Room&meetingID=room-" + i)).contains("SUCCESS");
      }
      assertThat(moodle.call("end", "meetingID=math")).contains("SUCCESS");

      soon().until(() -> events.contains("server.drained server=two"));
      assertThat(two.received("create")).isZero();
      assertThat(events).noneMatch(event -> event.contains("Ann"));
    }
  }
}
