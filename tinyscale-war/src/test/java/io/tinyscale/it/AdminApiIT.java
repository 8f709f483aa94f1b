package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyscale.it.AdminCaller.Answer;
import io.tinyscale.simulator.SimulatedServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What administrators do with the admin API of {@code java -jar tinyscale.war}. Every answer is
 * held against the API's description.
 */
class AdminApiIT {

  @TempDir private Path folder;

  private RunningDoor running;
  private AdminCaller admin;
  private SimulatedServer one;
  private SimulatedServer two;

  @BeforeEach
  void start() {
    running = new RunningDoor(folder);
    admin = running.admin();
    one = running.server(0);
    two = running.server(1);
  }

  @AfterEach
  void holdAnswersAgainstTheDescription() {
    try (RunningDoor closed = running) {
      AdminDocument document = new AdminDocument(closed.admin());
      assertThat(admin.answers()).isNotEmpty().allSatisfy(document::assertDescribes);
    }
  }

  private static String path(SimulatedServer server, String rest) {
    return "/servers/" + server.name() + rest;
  }

  private JsonObject told(SimulatedServer server) {
    return admin.get(path(server, "")).json();
  }

  private static String text(JsonObject json, String name) {
    return json.get(name).getAsString();
  }

  private static List<String> texts(JsonObject json, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray(name)) {
      texts.add(element.getAsString());
    }
    return texts;
  }

  private void assertProblem(Answer answer, int status, String problem) {
    assertThat(answer.problem()).as(answer.text()).isEqualTo(problem);
    assertThat(answer.status()).isEqualTo(status);
  }

  private void awaitMeetings(SimulatedServer server, int meetings) {
    await()
        .until(
            () -> {
              JsonElement load = told(server).get("load");
              return load.isJsonObject()
                  && load.getAsJsonObject().get("meetings").getAsInt() == meetings;
            });
  }

  @Test
  void tellsTheStatusAndTheServers() {
    Answer status = admin.get("/status");
    Answer servers = admin.get("/servers");

    assertThat(text(status.json(), "verdict")).isEqualTo("ok");
    assertThat(status.json().getAsJsonObject("totals").get("available").getAsInt()).isEqualTo(2);
    assertThat(status.json().getAsJsonObject("pool").get("writable").getAsBoolean()).isTrue();
    assertThat(servers.json().getAsJsonArray("servers")).hasSize(2);
    assertThat(servers.text())
        .contains(one.name(), two.name())
        .doesNotContain(one.secret(), two.secret(), RunningDoor.SECRET);
    assertThat(status.http().headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(status.http().headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(status.http().headers().firstValue("X-Request-ID").orElseThrow())
        .matches("[0-9a-f]{16}");
    assertProblem(admin.get("/servers/nobody"), 404, "server-unknown");
    assertThat(text(admin.with(RunningDoor.READ).get("/token").json(), "scope")).isEqualTo("read");
  }

  @Test
  void aStateIsWrittenAppliedAndSurvivesARestart() {
    String before = running.poolText();

    Answer cordoned = admin.put(path(one, "/state"), "{\"state\":\"cordoned\"}");

    assertThat(cordoned.status()).isEqualTo(200);
    assertThat(text(cordoned.json(), "state")).isEqualTo("cordoned");
    assertThat(texts(cordoned.json(), "reasons")).containsExactly("cordoned");
    for (int i = 0; i < 4; i++) {
      running.create("room-" + i);
    }
    assertThat(one.received("create")).isZero();
    assertThat(running.poolText().replaceFirst(", ?\"state\": ?\"cordoned\"", ""))
        .isEqualTo(before);
    assertThat(running.process().out()).contains("admin.changed who=anna from=127.0.0.1");

    running.restart();
    AdminCaller again = running.admin();

    assertThat(text(again.get(path(one, "")).json(), "state")).isEqualTo("cordoned");
    assertThat(again.put(path(one, "/state"), "{\"state\":\"enabled\"}").status()).isEqualTo(200);
    assertThat(text(again.get(path(one, "")).json(), "state")).isEqualTo("enabled");
  }

  @Test
  void asksTwiceBeforeMeetingsAreTakenForGone() {
    one.meetings().create("math");
    awaitMeetings(one, 1);

    Answer refused = admin.put(path(one, "/state"), "{\"state\":\"disabled\"}");
    assertProblem(refused, 409, "server-has-meetings");
    assertThat(refused.json().get("meetings").getAsInt()).isOne();

    Answer forced =
        admin.put(
            path(one, "/state"), "{\"state\":\"disabled\",\"force\":true,\"endMeetings\":true}");
    assertThat(forced.status()).isEqualTo(200);
    assertThat(text(forced.json().getAsJsonObject("operation"), "by")).isEqualTo("anna");
    await().untilAsserted(() -> assertThat(one.meetings().all()).isEmpty());

    assertProblem(
        admin.put(path(two, "/state"), "{\"state\":\"cordoned\"}"), 409, "last-enabled-server");
    assertProblem(
        admin.put(path(two, "/state"), "{\"state\":\"disabled\",\"force\":true}"),
        409,
        "last-server");
    assertThat(admin.put(path(two, "/state"), "{\"state\":\"cordoned\",\"force\":true}").status())
        .isEqualTo(200);
    assertThat(text(admin.get("/status").json(), "verdict")).isEqualTo("critical");
  }

  @Test
  void asksTwiceBeforeAWholeServerIsReplaced() {
    one.meetings().create("math");
    awaitMeetings(one, 1);
    String put = "{\"host\":\"" + one.uri() + "\",\"secret\":\"" + one.secret() + "\"";

    assertProblem(
        admin.put(path(one, ""), put + ",\"state\":\"disabled\"}"), 409, "server-has-meetings");
    String elsewhere = "{\"host\":\"http://127.0.0.1:1\"}";
    assertProblem(admin.put(path(one, "?check=false"), elsewhere), 409, "server-has-meetings");
    assertProblem(
        admin
            .with("Content-Type", "application/merge-patch+json")
            .post(path(one, "?check=false"), elsewhere),
        409,
        "server-has-meetings");
    assertThat(told(one).get("state").getAsString()).isEqualTo("enabled");

    assertThat(admin.put(path(two, "/state"), "{\"state\":\"cordoned\"}").status()).isEqualTo(200);
    Answer kept =
        admin.put(
            path(two, ""),
            "{\"host\":\"" + two.uri() + "\",\"secret\":\"" + two.secret() + "\",\"weight\":3}");
    assertThat(kept.status()).as(kept.text()).isEqualTo(200);
    assertThat(text(kept.json(), "state")).as("as it was").isEqualTo("cordoned");
    assertProblem(
        admin.put(path(one, ""), put + ",\"state\":\"cordoned\"}"), 409, "last-enabled-server");

    Answer forced = admin.put(path(one, ""), put + ",\"state\":\"disabled\",\"force\":true}");
    assertThat(forced.status()).as(forced.text()).isEqualTo(200);
    assertThat(text(forced.json(), "state")).isEqualTo("disabled");
  }

  @Test
  void takesNoTokenForTheSecretOfAServer() {
    Answer refused =
        admin.put(
            path(one, "?check=false"),
            "{\"host\":\"" + one.uri() + "\",\"secret\":\"" + RunningDoor.READ + "\"}");

    assertProblem(refused, 422, "invalid-body");
    assertThat(refused.text()).contains("secret").doesNotContain(RunningDoor.READ);
  }

  @Test
  void ofTwoCordonsAtOnceOneIsRefused() {
    for (int round = 0; round < 10; round++) {
      List<Answer> answers =
          List.of(one, two).parallelStream()
              .map(server -> admin.put(path(server, "/state"), "{\"state\":\"cordoned\"}"))
              .toList();

      assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(200, 409);
      assertThat(answers)
          .filteredOn(answer -> answer.status() == 409)
          .allSatisfy(answer -> assertProblem(answer, 409, "last-enabled-server"));
      for (SimulatedServer server : List.of(one, two)) {
        assertThat(admin.put(path(server, "/state"), "{\"state\":\"enabled\"}").status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void drainsAServerAndForgetsTheDrain() {
    Instant before = Instant.now();
    Answer drained =
        admin.put(
            path(one, "/drain"),
            "{\"deadline\":\"2h\",\"end\":true,\"then\":\"disabled\",\"message\":\"Bye.\"}");

    assertThat(drained.status()).isEqualTo(200);
    JsonObject drain = drained.json().getAsJsonObject("drain");
    assertThat(text(drain, "by")).isEqualTo("anna");
    assertThat(text(drain, "then")).isEqualTo("disabled");
    assertThat(Instant.parse(text(drain, "deadline")))
        .isBetween(before.plusSeconds(7190), Instant.now().plusSeconds(7200));
    assertThat(running.poolText()).contains("\"drain\"", "Bye.");
    assertThat(drained.text()).doesNotContain("Bye.");

    Answer forgotten = admin.delete(path(one, "/drain"));
    assertThat(forgotten.json().get("drain").isJsonNull()).isTrue();
    assertThat(text(forgotten.json(), "state")).isEqualTo("cordoned");
    assertThat(admin.delete(path(one, "/drain")).status()).isEqualTo(200);
    for (String wrong :
        List.of(
            "{\"end\":true}",
            "{\"deadline\":\"soon\"}",
            "{\"deadline\":\"2020-01-01T00:00:00Z\"}",
            "{\"then\":\"gone\"}",
            "{\"dedline\":\"2h\"}",
            "{\"message\":\"" + "x".repeat(501) + "\"}")) {
      assertProblem(admin.put(path(one, "/drain"), wrong), 422, "invalid-body");
    }
  }

  @Test
  void endsTheMeetingsThatADrainLeaves() {
    one.meetings().create("math");
    awaitMeetings(one, 1);

    admin.put(path(one, "/drain"), "{\"deadline\":\"PT2S\",\"end\":true,\"then\":\"removed\"}");

    await().until(() -> admin.get(path(one, "")).problem().equals("server-unknown"));
    assertThat(one.meetings().all()).isEmpty();
    JsonObject operation =
        admin.get("/operations").json().getAsJsonArray("operations").get(0).getAsJsonObject();
    assertThat(text(operation, "by")).isEqualTo("drain");
    assertThat(operation.get("ended").getAsInt()).isOne();
  }

  @Test
  void addsChangesAndRemovesAServer() {
    try (SimulatedServer three = SimulatedServer.builder().name("three").secret("s3").start()) {
      three.meetings().create("art");
      String spec =
          String.format(
              "{\"host\":\"%s\",\"secret\":\"%s\",\"weight\":2,\"tags\":[\"gpu\"]}",
              three.uri(), three.secret());
      Answer wrong = admin.put("/servers/three", spec.replace("\"s3\"", "\"wrong-secret\""));
      assertProblem(wrong, 422, "server-check-failed");
      assertThat(text(wrong.json(), "cause")).isEqualTo("secret-refused");
      assertThat(wrong.text()).doesNotContain("wrong-secret");

      Answer added = admin.put("/servers/three", spec);
      assertThat(added.status()).isEqualTo(201);
      assertThat(added.json().get("available").getAsBoolean()).isTrue();
      assertThat(texts(added.json(), "tags")).containsExactly("gpu");
      assertProblem(
          admin.with("If-None-Match", "*").put("/servers/three", spec), 412, "pool-changed");
      assertProblem(admin.put("/servers/four", spec), 409, "address-taken");

      Answer merged =
          admin
              .with("Content-Type", "application/merge-patch+json")
              .post("/servers/three", "{\"weight\":3,\"tags\":null}");
      assertThat(merged.json().get("weight").getAsInt()).isEqualTo(3);
      assertThat(texts(merged.json(), "tags")).isEmpty();
      assertThat(admin.call("PATCH", "/servers/three", "{\"weight\":4}").status()).isEqualTo(200);
      assertProblem(
          admin.call("PATCH", "/servers/three", "{\"secret\":null}"), 422, "invalid-body");
      Answer replaced =
          admin.put("/servers/three", String.format("{\"host\":\"%s\"}", three.uri()));
      assertThat(replaced.status()).isEqualTo(200);
      assertThat(replaced.json().get("weight").getAsInt()).isOne();

      awaitMeetings(three, 1);
      Answer leaving = admin.delete("/servers/three");
      assertThat(leaving.status()).isEqualTo(202);
      assertThat(leaving.json().get("meetings").getAsInt()).isOne();
      assertThat(admin.post("/servers/three/end-meetings", "{}").status()).isEqualTo(202);
      await().until(() -> admin.get("/servers/three").status() == 404);
      assertThat(running.poolText()).doesNotContain("three");
    }
  }

  @Test
  void removesAServerWithoutMeetingsAtOnceAndNotTheLast() {
    assertThat(admin.delete(path(one, "")).status()).isEqualTo(204);
    assertProblem(admin.delete(path(one, "")), 404, "server-unknown");
    assertProblem(admin.delete(path(two, "")), 409, "last-server");
  }

  @Test
  void saysHowToMendAFileThatCannotBeWritten() throws Exception {
    Files.writeString(running.poolFile(), "[");
    assertProblem(
        admin.put(path(one, "/state"), "{\"state\":\"cordoned\"}"), 409, "pool-file-invalid");
    Answer reload = admin.post("/pool/reload", "{}");
    assertProblem(reload, 422, "pool-file-invalid");
    assertThat(texts(reload.json(), "errors")).isNotEmpty();
  }

  @Test
  void readsThePoolFileWhenAsked() throws Exception {
    Files.writeString(running.poolFile(), running.poolText().replaceFirst("\\{", "{\"weight\":5,"));

    Answer change = admin.post("/pool/reload", "{}");

    assertThat(texts(change.json(), "changed")).hasSize(1);
    assertThat(texts(admin.post("/pool/reload", "{}").json(), "changed")).isEmpty();
  }

  @Test
  void findsMeetingsListsThemAndEndsThem() {
    running.create("math-101");
    running.create("b%2F%3B%25");
    SimulatedServer owner = one.meetings().contains("math-101") ? one : two;

    Answer found = admin.get("/meetings/find?id=math-101");
    assertThat(text(found.json(), "server")).isEqualTo(owner.name());
    String internal = text(found.json(), "internalMeetingID");
    assertThat(text(admin.get("/meetings/find?id=" + internal).json(), "meetingID"))
        .isEqualTo("math-101");
    assertThat(text(admin.get("/meetings/find?id=b%2F%3B%25").json(), "meetingID"))
        .isEqualTo("b/;%");
    assertProblem(admin.get("/meetings/find?id=nowhere"), 404, "meeting-absent");
    assertProblem(admin.get("/meetings/find"), 422, "invalid-body");

    Answer page = admin.get("/meetings?limit=1");
    assertThat(page.json().getAsJsonArray("meetings")).hasSize(1);
    assertThat(text(page.json(), "next")).isEqualTo("b/;%");
    Answer last = admin.get("/meetings?after=b%2F%3B%25");
    assertThat(last.json().getAsJsonArray("meetings")).hasSize(1);
    assertThat(last.json().get("next").isJsonNull()).isTrue();
    assertProblem(admin.get("/meetings?limit=1001"), 422, "invalid-body");

    assertThat(admin.post("/meetings/end", "{\"meetingID\":\"math-101\"}").status()).isEqualTo(200);
    assertThat(owner.meetings().contains("math-101")).isFalse();
    assertProblem(
        admin.post("/meetings/end", "{\"meetingID\":\"nowhere\"}"), 404, "meeting-absent");
  }

  @Test
  void tellsSilenceFromAbsence() {
    String silent = two.name();
    two.close();

    await()
        .untilAsserted(
            () -> {
              Answer answer = admin.get("/meetings/find?id=nowhere");
              assertProblem(answer, 503, "meeting-unknown");
              assertThat(texts(answer.json(), "silent")).containsExactly(silent);
            });
    await()
        .untilAsserted(
            () -> {
              JsonObject status = admin.get("/status").json();
              assertThat(text(status, "verdict")).isEqualTo("degraded");
              JsonObject problem = status.getAsJsonArray("problems").get(0).getAsJsonObject();
              assertThat(text(problem, "code")).isEqualTo("server-down");
              assertThat(text(problem, "server")).isEqualTo(silent);
            });
    assertThat(text(admin.post("/servers/" + silent + "/probe", "{}").json(), "result"))
        .isEqualTo("unreachable");
  }

  @Test
  void endsAllMeetingsOfAServerAndTellsHowFarItIs() {
    for (int i = 0; i < 5; i++) {
      one.meetings().create("room-" + i);
    }

    Answer begun = admin.post(path(one, "/end-meetings"), "{}");

    assertThat(begun.status()).isEqualTo(202);
    String operation = "/operations/" + text(begun.json(), "id");
    assertThat(begun.http().uri().resolve(begun.http().headers().firstValue("Location").get()))
        .hasPath("/api/v1" + operation);
    await().until(() -> !admin.get(operation).json().get("finishedAt").isJsonNull());
    assertThat(admin.get(operation).json().get("ended").getAsInt()).isEqualTo(5);
    assertThat(one.meetings().all()).isEmpty();
    assertProblem(admin.get("/operations/4711"), 404, "operation-unknown");
  }

  @Test
  void tellsThatAServerCouldNotBeAskedForTheMeetingsToEnd() {
    two.close();

    Answer begun = admin.post(path(two, "/end-meetings"), "{}");

    String operation = "/operations/" + text(begun.json(), "id");
    await().until(() -> !admin.get(operation).json().get("finishedAt").isJsonNull());
    JsonObject finished = admin.get(operation).json();
    assertThat(text(finished, "cause")).isNotBlank();
    assertThat(finished.get("ended").getAsInt()).isZero();
    assertThat(finished.get("failed").getAsInt()).isZero();
  }

  @Test
  void probesAServer() {
    one.meetings().create("math");

    JsonObject probe = admin.post(path(one, "/probe"), "{}").json();

    assertThat(text(probe, "result")).isEqualTo("complete");
    assertThat(probe.get("meetings").getAsInt()).isOne();
  }

  @Test
  void tellsEventsAndThePast() {
    admin.put(path(one, "/state"), "{\"state\":\"cordoned\"}");

    JsonObject events = admin.get("/events?kind=pool").json();
    JsonObject changed = events.getAsJsonArray("events").get(0).getAsJsonObject();
    assertThat(text(changed, "name")).isEqualTo("pool.changed");
    String after = changed.get("id").getAsString();
    assertThat(admin.get("/events?limit=1").json().getAsJsonArray("events")).hasSize(1);
    // A number of an earlier process: all events are new.
    assertThat(admin.get("/events?kind=pool&after=999999").json()).isEqualTo(events);
    assertThat(admin.get("/events?kind=pool&after=" + after).json().getAsJsonArray("events"))
        .isEmpty();
    await()
        .until(
            () ->
                !admin
                    .get("/history")
                    .json()
                    .getAsJsonObject("series")
                    .getAsJsonArray("users")
                    .isEmpty());
  }

  @Test
  void countsRequestsAndDrains() throws Exception {
    admin.put(path(one, "/drain"), "{\"deadline\":\"2h\"}");
    admin.with(RunningDoor.READ).put(path(one, "/state"), "{\"state\":\"enabled\"}");
    admin.with("wrong").get("/status");

    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(running.door().resolve("/metrics")).build(),
                BodyHandlers.ofString())
            .body();

    assertThat(metrics)
        .contains(
            "tinyscale_admin_requests_total{outcome=\"ok\",scope=\"operate\"} 1.0",
            "tinyscale_admin_requests_total{outcome=\"refused\",scope=\"operate\"} 1.0",
            "tinyscale_admin_denied_total 1.0",
            "tinyscale_admin_streams 0.0",
            "tinyscale_server_drain_deadline_timestamp_seconds{server=\"" + one.name() + "\"}");
  }
}
