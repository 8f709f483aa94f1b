package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.tinyscale.it.AdminCaller.Answer;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.valkey.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers in processes of their own that share a real store, and their admin doors. */
@Tag("parts")
class StoreProcessesIT {

  private static final String PASSWORD = "pW4zL7cD2x";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int FEW_ROOMS = 20;

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(3);
  private final RedisServer redis = RedisServer.start("--requirepass", PASSWORD);
  private final List<RunningDoor> doors = new ArrayList<>();

  @AfterEach
  void stop() {
    doors.forEach(RunningDoor::close);
    redis.close();
    pool.close();
  }

  private String poolText() throws IOException {
    return Files.readString(PoolFiles.write(folder, pool));
  }

  private RunningDoor start(String id, String poolText, String... more) throws IOException {
    Stream<String> settings =
        Stream.of(
            "TINYSCALE_BALANCERS_ID",
            id,
            "TINYSCALE_BALANCERS_STORE",
            "redis://:" + PASSWORD + "@127.0.0.1:" + redis.port(),
            "TINYSCALE_PLACEMENT",
            "round-robin",
            "TINYSCALE_HEALTH_TIMEOUT",
            "500ms");
    RunningDoor door =
        RunningDoor.withPool(
            poolText,
            Files.createDirectories(folder.resolve(id)),
            Stream.concat(settings, Stream.of(more)).toArray(String[]::new));
    doors.add(door);
    return door;
  }

  private static JsonObject balancers(RunningDoor door) {
    return status(door).json().getAsJsonObject("balancers");
  }

  /** What a door says, which must be what the API's description allows. */
  private static Answer status(RunningDoor door) {
    Answer answer = door.admin().get("/status");
    new AdminDocument(door.admin()).assertDescribes(answer);
    return answer;
  }

  private static int others(RunningDoor door) {
    return balancers(door).getAsJsonArray("others").size();
  }

  private static boolean isStoreUp(RunningDoor door) {
    return balancers(door).getAsJsonObject("store").get("up").getAsBoolean();
  }

  private void awaitOthers(int number, RunningDoor... those) {
    await().atMost(PATIENCE).until(() -> Stream.of(those).allMatch(door -> others(door) == number));
  }

  private Shell.Result compare() {
    return new Shell(folder, doors.get(0).door(), RunningDoor.READ)
        .run("tinyscale balancers --url " + doors.get(0).door() + " --url " + doors.get(1).door());
  }

  private void assertThatNothingSecretIsIn(String text) {
    assertThat(text)
        .isNotEmpty()
        .doesNotContain(PASSWORD, RunningDoor.SECRET, RunningDoor.ADMIN, RunningDoor.READ)
        .doesNotContain(pool.servers().get(0).secret());
  }

  /** The store forgets a balancer that stands still, and learns of it again. */
  @Test
  void aBalancerThatIsFrozenBetweenItsQuestionsAndItsCreateMakesNoSecondMeeting()
      throws IOException {
    RunningDoor first = start("lb1", poolText());
    RunningDoor second = start("lb2", poolText());
    awaitOthers(1, first, second);
    FrontEnd other = new FrontEnd(second.api().toString(), RunningDoor.SECRET);

    FrozenCreate frozen =
        new FrozenCreate(
            pool, first.process(), new FrontEnd(first.api().toString(), RunningDoor.SECRET), other);
    frozen.openElsewhere();
    ManyRooms rooms = new ManyRooms(pool, List.of(other), FEW_ROOMS);
    rooms.open();
    rooms.assertEachIsOne();
    awaitOthers(0, second);
    frozen.goOn();

    frozen.assertOneMeeting();
    awaitOthers(1, first, second);
  }

  @Test
  void doorsAndCommandTellWhatBecomesOfTheStoreAndNothingSecret() throws IOException {
    RunningDoor first = start("lb1", poolText());
    RunningDoor second = start("lb2", poolText(), "TINYSCALE_BALANCERS_STORE_DOWN", "refuse");
    awaitOthers(1, first, second);
    first.create("math");
    assertThat(doors).allSatisfy(door -> assertDescribed(door, "ok"));
    Shell.Result well = compare();
    assertThat(well.code()).as(well.seen()).isZero();
    assertThat(well.out())
        .containsPattern("(?m)^lb1 .* (up|young) +same ")
        .containsPattern("(?m)^lb2 .* (up|young) +same ")
        .endsWith("All have the same servers in the same states.\n");
    assertThatNothingSecretIsIn(well.seen());

    redis.kill();
    await().atMost(PATIENCE).until(() -> doors.stream().noneMatch(StoreProcessesIT::isStoreUp));

    assertDescribed(first, "degraded");
    assertDescribed(second, "critical");
    Shell.Result down = compare();
    assertThat(down.code()).as(down.seen()).isZero();
    assertThat(down.out())
        .containsPattern("(?m)^lb1 .* DOWN +same ")
        .containsPattern("(?m)^lb2 .* DOWN +same ")
        .contains("lb2 opens no new room while its store does not answer")
        .doesNotContain("lb1 opens no new room");
    assertThatNothingSecretIsIn(down.seen());
    first.create("art");
    assertThat(second.frontEnd().call("create", "name=Room&meetingID=music").body())
        .contains("internalError");
  }

  private void assertDescribed(RunningDoor door, String verdict) {
    Answer status =
        await()
            .until(
                () -> status(door),
                answer -> answer.json().get("verdict").getAsString().equals(verdict));
    Answer servers = door.admin().get("/servers");
    new AdminDocument(door.admin()).assertDescribes(servers);
    assertThatNothingSecretIsIn(status.text() + servers.text());
  }

  @Test
  void doorsAndCommandNameTheServersInWhichPoolsDiffer() throws IOException {
    String name = pool.servers().get(2).name();
    RunningDoor first = start("lb1", poolText());
    RunningDoor second =
        start(
            "lb2", poolText().replace("\"name\": \"" + name, "\"weight\": 2, \"name\": \"" + name));
    awaitOthers(1, first, second);

    for (RunningDoor door : doors) {
      Answer status =
          await().until(() -> status(door), told -> told.text().contains("pool-differs"));
      assertThat(status.text()).contains("\"differs\":[\"" + name + "\"]");
      assertThatNothingSecretIsIn(status.text());
    }
    Shell.Result result = compare();
    assertThat(result.code()).as(result.seen()).isEqualTo(1);
    assertThat(result.out())
        .containsPattern("(?m)^lb2 .* differs ")
        .contains(name + ": weight 1 on lb1, 2 on lb2");
    assertThatNothingSecretIsIn(result.seen());
  }
}
