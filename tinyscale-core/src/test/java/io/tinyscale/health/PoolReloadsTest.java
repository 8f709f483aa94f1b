package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.Secret;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.ServerFields;
import io.tinyscale.config.WatchedPoolFile;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolReloadsTest {

  private static final Duration SOON = Duration.ofSeconds(2);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final List<String> events = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void poolChanged(PoolChange change) {
          events.add("+" + change.added() + " -" + change.removed() + " ~" + change.changed());
        }

        @Override
        public void poolReloadFailed(Throwable bug) {
          events.add("failed: " + bug.getMessage());
        }

        @Override
        public void swept(Server server, SweepOutcome outcome, Duration duration) {
          if (sweepsFail) {
            throw new IllegalStateException("a mistake");
          }
        }

        @Override
        public void serverUp(Server server, int meetings) {
          if (broken) {
            throw new IllegalStateException("a mistake");
          }
        }

        @Override
        public void poolRefused(List<String> problems) {
          events.addAll(problems);
        }

        @Override
        public void configWarning(String warning) {
          warnings.add(warning);
        }
      };
  private Path file;
  private ServerPool pool;
  private PoolReloads reloads;
  private int changes;
  private boolean broken;
  private boolean sweepsFail;
  private Executor work = Runnable::run;

  @BeforeEach
  void start() throws IOException {
    servers.add("bbb1");
    pool = new ServerPool(servers.all(), 2, 2);
    servers.add("bbb2");
    file = directory.resolve("servers.json");
    write(entry("bbb1", ""));
    Contacts contacts = new Contacts();
    SweepListener listener = (server, meetings, begun) -> meetings.size();
    Verdicts verdicts = new Verdicts(pool, contacts, time::nanos, listener, observer);
    Doubts doubts =
        new Doubts(
            pool,
            contacts,
            told -> new ServerCalls(servers, time, Runnable::run, time::nanos, told),
            verdicts);
    Sweeper sweeper =
        new Sweeper(
            pool,
            doubts,
            listener,
            verdicts,
            observer,
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            () -> 0.5);
    PoolReplacement replacement = new PoolReplacement(pool, sweeper, verdicts, observer);
    reloads =
        new PoolReloads(
            new WatchedPoolFile(file, List.of()),
            replacement,
            observer,
            time,
            task -> work.execute(task));
    reloads.start();
  }

  private void write(String... entries) throws IOException {
    Files.writeString(file, Arrays.stream(entries).collect(Collectors.joining(",", "[", "]")));
    changes++;
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L + changes * 1000L));
  }

  private static String entry(String name, String more) {
    return String.format(
        "{\"host\": \"https://%s.example.org\", \"secret\": \"secret of %s\", \"name\": \"%s\"%s}",
        name, name, name, more);
  }

  private List<String> takingNewMeetings() {
    return pool.servers(ServerStatus::takesNewMeetings).stream().map(s -> s.name()).toList();
  }

  @Test
  void aValidChangeTakesEffect() throws IOException {
    write(entry("bbb1", ""), entry("bbb2", ""));
    time.advance(SOON);

    assertThat(takingNewMeetings()).containsExactly("bbb1", "bbb2");
    assertThat(events).containsExactly("+[bbb2] -[] ~[]");

    write(entry("bbb1", ", \"state\": \"cordoned\""), entry("bbb2", ", \"weight\": 3"));
    time.advance(SOON);

    assertThat(takingNewMeetings()).containsExactly("bbb2");
    assertThat(pool.status("bbb2").orElseThrow().server().weight()).isEqualTo(3);
    assertThat(events).last().isEqualTo("+[] -[] ~[bbb1, bbb2]");
  }

  @Test
  void aWrongFileIsRefusedOnceAndTheOldPoolStays() throws IOException {
    write("{\"host\": \"https://bbb2.example.org\"}", "{\"secret\": \"x\"}");
    time.advance(Duration.ofMinutes(1));

    assertThat(takingNewMeetings()).containsExactly("bbb1");
    assertThat(events).hasSize(2);
    assertThat(events.get(0)).startsWith("servers[0].secret: missing").contains("bbb-conf");
    assertThat(events.get(1)).startsWith("servers[1].host: missing");
  }

  @Test
  void reportsWarningsOfThePoolFile() throws IOException {
    write(entry("bbb1", ", \"weight\": 3"));
    time.advance(SOON);

    assertThat(warnings).last().asString().startsWith("servers[0].secret: shorter than");
    assertThat(pool.status("bbb1").orElseThrow().server().weight()).isEqualTo(3);
  }

  @Test
  void warnsAgainOnlyIfSomethingAboutTheMatterHasChanged() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    write(entry("bbb1", ""));
    time.advance(SOON);
    assertThat(warnings).hasSize(2).anyMatch(warning -> warning.contains(" is readable for every"));

    write(
        "{\"host\": \"https://x.example.org\", \"secret\": \"4711-89abcdef-16\"}",
        entry("bbb1", ""));
    time.advance(SOON);
    assertThat(warnings).hasSize(2);

    write(entry("bbb1", "").replace("secret of", "another secret"));
    time.advance(SOON);
    assertThat(warnings).hasSize(2);

    write(entry("bbb1", "").replace("secret of", "short"));
    time.advance(SOON);
    assertThat(warnings).hasSize(3).last().asString().startsWith("servers[0].secret: shorter than");
  }

  @Test
  void aMistypedFieldKeepsTheOldPool() throws IOException {
    write(entry("bbb1", ", \"wieght\": 3"));
    time.advance(SOON);

    assertThat(events).singleElement().asString().contains("Did you mean weight?");
  }

  @Test
  void aFailedReloadIsReportedAndWatchingGoesOn() throws IOException {
    broken = true;
    write(entry("bbb1", ""), entry("bbb2", ""));
    time.advance(SOON);

    assertThat(events).last().asString().startsWith("failed: ").endsWith("a mistake");

    broken = false;
    write(entry("bbb1", ", \"weight\": 2"), entry("bbb2", ""));
    time.advance(SOON);
    assertThat(events).last().isEqualTo("+[] -[] ~[bbb1]");
  }

  @Test
  void aNewServerThatIsGoneAgainBeforeItWasSweptNeverJoins() throws IOException {
    servers.get("bbb2").is(Fault.SILENT);
    write(entry("bbb1", ""), entry("bbb2", ""));
    time.advance(SOON);
    write(entry("bbb1", ", \"weight\": 2"));
    time.advance(SOON);
    assertThat(events).containsExactly("+[] -[] ~[bbb1]");

    time.advance(Duration.ofSeconds(15));

    assertThat(events).hasSize(1);
    assertThat(pool.status("bbb2")).isEmpty();
    assertThat(takingNewMeetings()).containsExactly("bbb1");
  }

  @Test
  void aSilentNewServerHoldsUpNoOtherChange() throws IOException {
    servers.get("bbb2").is(Fault.SILENT);
    write(entry("bbb1", ", \"state\": \"cordoned\""), entry("bbb2", ""));
    time.advance(SOON);
    assertThat(takingNewMeetings()).isEmpty();

    write(entry("bbb1", ""), entry("bbb2", ""));
    time.advance(SOON);
    assertThat(takingNewMeetings()).containsExactly("bbb1");

    time.advance(Duration.ofSeconds(15));
    assertThat(events).containsExactly("+[] -[] ~[bbb1]", "+[] -[] ~[bbb1]", "+[bbb2] -[] ~[]");
    assertThat(pool.status("bbb2").orElseThrow().health().isUp()).isFalse();
  }

  @Test
  void aFirstSweepThatFailsByOurMistakeHoldsUpNothing() throws IOException {
    sweepsFail = true;
    write(entry("bbb1", ""), entry("bbb2", ""));
    time.advance(SOON);
    assertThat(events).first().asString().startsWith("failed: ").endsWith("a mistake");
    assertThat(pool.status("bbb2")).isPresent();

    sweepsFail = false;
    write(entry("bbb1", ", \"weight\": 2"), entry("bbb2", ""));
    time.advance(SOON);
    assertThat(events).last().isEqualTo("+[] -[] ~[bbb1]");
  }

  @Test
  void serversThatGoStayUntilTheNewOnesHaveCome() throws IOException {
    servers.get("bbb2").is(Fault.HOLDS);
    write(entry("bbb2", ""));
    time.advance(SOON);
    assertThat(takingNewMeetings()).containsExactly("bbb1");

    servers.get("bbb2").release();

    assertThat(takingNewMeetings()).containsExactly("bbb2");
    assertThat(events).containsExactly("+[bbb2] -[bbb1] ~[]");
  }

  @Test
  void aServerThatMovesStaysWhereItIsUntilItsNewAddressWasSwept() throws IOException {
    servers.get("bbb1").is(Fault.HOLDS);
    Server before = servers.get("bbb1").server();
    write(entry("bbb2", ", \"state\": \"cordoned\"").replace("\"bbb2\"", "\"bbb1\""));
    time.advance(SOON);
    assertThat(pool.status("bbb1").orElseThrow().server())
        .as("the rest of the change holds at once")
        .isEqualTo(before.with(AdminState.CORDONED));

    servers.get("bbb1").release();

    assertThat(pool.status("bbb1").orElseThrow().server().api())
        .isEqualTo(servers.get("bbb2").server().api());
  }

  @Test
  void readsNothingOnceClosed() throws IOException {
    reloads.close();
    write(entry("bbb1", ""), entry("bbb2", ""));

    time.advance(Duration.ofMinutes(1));

    assertThat(events).isEmpty();
    assertThat(time.alarms()).isZero();
  }

  @Test
  void aFileThatWasReadWhileItClosedHasNoEffect() throws IOException {
    AtomicInteger looks = new AtomicInteger();
    work =
        task -> {
          task.run();
          // A change counts once two looks in a row show the same file.
          if (looks.incrementAndGet() == 2) {
            reloads.close();
          }
        };
    write(entry("bbb1", ""), entry("bbb2", ""));

    time.advance(SOON);

    assertThat(events).isEmpty();
    assertThat(takingNewMeetings()).containsExactly("bbb1");
  }

  private CompletableFuture<PoolEdited> edit(ServerFields fields) {
    return reloads.edit(new PoolEdit.Change("bbb1", fields)).toCompletableFuture();
  }

  @Test
  void anEditTakesEffectAtOnceAndOnlyOnce() {
    CompletableFuture<PoolEdited> edited = edit(ServerFields.NONE.weight(3));

    assertThat(edited)
        .isCompletedWithValueMatching(
            result -> result instanceof PoolEdited.Done done && done.written());
    assertThat(pool.status("bbb1").orElseThrow().server().weight()).isEqualTo(3);
    assertThat(file).content().contains("\"name\": \"bbb1\", \"weight\": 3}");
    assertThat(events).containsExactly("+[] -[] ~[bbb1]");

    time.advance(Duration.ofMinutes(1));
    assertThat(events).hasSize(1);
  }

  @Test
  void anEditTakesAlongWhatAPersonHasChanged() throws IOException {
    write(entry("bbb1", ", \"_note\": 1"), entry("bbb2", ""));

    edit(ServerFields.NONE.weight(3));

    assertThat(events).containsExactly("+[bbb2] -[] ~[bbb1]");
    time.advance(Duration.ofMinutes(1));
    assertThat(events).hasSize(1);
  }

  @Test
  void aChangeByHandAfterAnEditIsSeen() throws IOException {
    edit(ServerFields.NONE.weight(3));

    write(entry("bbb1", ", \"weight\": 4"));
    time.advance(SOON);

    assertThat(pool.status("bbb1").orElseThrow().server().weight()).isEqualTo(4);
  }

  @Test
  void anEditWaitsForNoServerThatItIsNotAbout() throws IOException {
    servers.get("bbb2").is(Fault.SILENT);
    write(entry("bbb1", ""), entry("bbb2", ""));

    CompletableFuture<PoolEdited> edited = edit(ServerFields.NONE.weight(3));
    assertThat(edited).isCompleted();
    assertThat(pool.status("bbb1").orElseThrow().server().weight()).isEqualTo(3);
    assertThat(events).containsExactly("+[] -[] ~[bbb1]");

    time.advance(Duration.ofSeconds(15));
    assertThat(events).containsExactly("+[] -[] ~[bbb1]", "+[bbb2] -[] ~[]");
  }

  @Test
  void anEditThatAddsAServerIsDoneOnceItHasJoined() {
    servers.get("bbb2").is(Fault.HOLDS);
    Server added = servers.get("bbb2").server();

    CompletableFuture<PoolEdited> edited =
        reloads
            .edit(
                new PoolEdit.Add("bbb2", added.api().toString(), added.secret(), ServerFields.NONE))
            .toCompletableFuture();
    assertThat(edited).isNotDone();
    servers.get("bbb2").release();

    assertThat(edited).isCompleted();
    assertThat(takingNewMeetings()).containsExactly("bbb1", "bbb2");
  }

  @Test
  void aRefusedEditChangesNothing() {
    CompletableFuture<PoolEdited> edited = edit(ServerFields.NONE.weight(3_000));

    assertThat(edited).isCompletedWithValueMatching(PoolEdited.Refused.class::isInstance);
    time.advance(Duration.ofMinutes(1));
    assertThat(events).isEmpty();
  }

  @Test
  void tellsTheWarningsOfAnEditOnce() throws IOException {
    write(entry("bbb1", "").replace("secret of bbb1", "a secret that is long enough"));
    time.advance(SOON);
    warnings.clear();

    edit(ServerFields.NONE.secret(Secret.of("short")));
    edit(ServerFields.NONE.weight(3));
    time.advance(Duration.ofMinutes(1));

    assertThat(warnings).filteredOn(warning -> warning.contains("shorter than")).hasSize(1);
  }

  @Test
  void edits500TimesWhileAPersonEditsToo() throws IOException {
    for (int round = 1; round <= 500; round++) {
      write(entry("bbb1", ", \"_round\": " + round), entry("bbb2", ""));
      if (round % 3 == 0) {
        time.advance(Duration.ofSeconds(1));
      }

      assertThat(edit(ServerFields.NONE.weight(1 + round % 900))).isCompleted();

      assertThat(file)
          .content()
          .contains("\"_round\": " + round, "\"weight\": " + (1 + round % 900), "bbb2");
      assertThat(pool.status("bbb1").orElseThrow().server().weight()).isEqualTo(1 + round % 900);
    }
  }

  @Test
  void reloadsAtOnce() throws IOException {
    write(entry("bbb1", ""), entry("bbb2", ""));

    assertThat(reloads.reload().toCompletableFuture()).isCompletedWithValue(List.of());

    assertThat(takingNewMeetings()).containsExactly("bbb1", "bbb2");
    time.advance(Duration.ofSeconds(5));
    assertThat(events).filteredOn(event -> event.contains("bbb2")).hasSize(1);
  }

  @Test
  void aReloadTellsTheMistakesOfTheFile() throws IOException {
    write(entry("bbb1", ", \"weight\": 0"));

    assertThat(reloads.reload().toCompletableFuture())
        .isCompletedWithValueMatching(
            mistakes -> mistakes.size() == 1 && mistakes.get(0).contains("weight"));

    assertThat(events).singleElement().asString().contains("weight");
    assertThat(takingNewMeetings()).containsExactly("bbb1");
  }

  @Test
  void anEditOfABalancerThatHasStoppedFails() {
    reloads.close();

    assertThat(edit(ServerFields.NONE.weight(3))).isCompletedExceptionally();
    assertThat(file).content().doesNotContain("weight");
  }
}
