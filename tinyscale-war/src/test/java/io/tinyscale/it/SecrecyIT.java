package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.it.AdminCaller.Answer;
import io.tinyscale.it.AdminDocument.Described;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches all that the admin door and the commands say for secrets, tokens, checksums, passwords
 * and names of people.
 */
class SecrecyIT {

  private static final String PASSWORD = "pass-word-77";
  private static final String PERSON = "Zaphod";
  private static final String TYPED = "a-secret-that-was-typed-4711";
  private static final String GUESSED = "tsk_a_token_that_somebody_guessed_0123456789";

  /** What is sent to each operation with a body: what is right, and what is not. */
  private static final List<String> BODIES =
      List.of(
          "{}",
          "{\"state\":\"cordoned\"}",
          "{\"message\":\"" + PASSWORD + "\"}",
          "{\"weight\":2}",
          "{\"secret\":\"" + TYPED + "\"}",
          "{\"sceret\":\"" + TYPED + "\"}",
          "{\"secret\":[\"" + TYPED + "\"]}",
          "{\"host\":\"" + TYPED + "\",\"secret\":\"" + TYPED + "\"}",
          "{\"host\":\"http://127.0.0.1:1\",\"secret\":\"" + TYPED + "\"}",
          "{\"secret\":\"" + TYPED,
          "{\"meetingID\":\"math\"}");

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> said = new ArrayList<>();
  private RunningDoor running;
  private String server;

  @BeforeEach
  void start() {
    running = new RunningDoor(folder);
    server = running.server(0).name();
    create();
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private void create() {
    SigningClient frontEnd = running.frontEnd();
    SigningClient.assertSuccess(
        frontEnd.call("create", "name=Math&meetingID=math&moderatorPW=" + PASSWORD));
    frontEnd.call("join", "meetingID=math&fullName=" + PERSON + "&password=" + PASSWORD);
  }

  private void assertNothingIsToldIn(List<String> texts) {
    assertThat(String.join("\n", texts))
        .doesNotContain(
            RunningDoor.SECRET,
            RunningDoor.ADMIN,
            RunningDoor.OPERATE,
            RunningDoor.READ,
            running.server(0).secret(),
            running.server(1).secret(),
            PASSWORD,
            PERSON,
            TYPED,
            GUESSED)
        .doesNotContainPattern("(?i)checksum=");
  }

  private void note(Answer answer) {
    said.add(answer.http().headers().map() + answer.text());
  }

  @Test
  void noOperationOfTheApiTellsAnything() throws Exception {
    AdminDocument document = new AdminDocument(running.admin());
    try (AdminStream stream = new AdminStream(running.door(), RunningDoor.READ)) {
      said.add(stream.next("status").toString());
      for (String token : List.of(RunningDoor.ADMIN, RunningDoor.READ, GUESSED, "")) {
        for (Described operation : document.operations()) {
          call(operation, new AdminCaller(running.door(), token));
        }
      }
      said.add(stream.next("log").toString());
      said.add(stream.next("status").toString());
      running.process().terminate();
      said.add(stream.readToEnd());
    }
    running.process().awaitExit();

    assertThat(said).anyMatch(text -> text.contains("admin.changed"));
    assertThat(said).anyMatch(text -> text.contains("too-many-failures"));
    assertThat(said).anyMatch(text -> text.contains("invalid-body"));
    assertNothingIsToldIn(said);
    assertNothingIsToldIn(List.of(running.process().out(), running.process().err()));
  }

  private void call(Described operation, AdminCaller caller) {
    if (operation.path().equals("/stream")) {
      said.add(caller.begin("/stream").http().headers().map().toString());
      return;
    }
    String path =
        operation.path().replace("{name}", server).replace("{id}", "1")
            + (operation.path().equals("/meetings/find") ? "?id=math" : "");
    boolean isMerge = operation.method().equals("POST") && operation.path().endsWith("{name}");
    AdminCaller typed =
        isMerge ? caller.with("Content-Type", "application/merge-patch+json") : caller;
    if (!List.of("PUT", "POST", "PATCH").contains(operation.method())) {
      note(typed.call(operation.method(), path, ""));
      return;
    }
    for (String body : BODIES) {
      note(typed.call(operation.method(), path, body));
    }
    note(caller.with("Content-Type", "text/plain").call(operation.method(), path, TYPED));
  }

  @Test
  void noFileNoHealthAndNoMetricTellsAnything() throws Exception {
    for (String path :
        List.of(
            "/",
            "/status.js",
            "/status.css",
            "/icon.svg",
            "/health/live",
            "/health/ready",
            "/health/pool",
            "/metrics",
            "/metrics/bbb",
            "/nothing")) {
      for (String accept : List.of("*/*", "application/openmetrics-text; version=1.0.0")) {
        HttpResponse<String> answer = get(path, "Accept", accept);
        assertThat(answer.statusCode()).as(path).isEqualTo(path.equals("/nothing") ? 404 : 200);
        said.add(answer.headers().map() + answer.body());
      }
      said.add(get(path, "Authorization", "Bearer " + GUESSED, "Via", "1.1 proxy").body());
      said.add(get(path + "?token=" + GUESSED + "&checksum=" + TYPED).body());
    }

    assertThat(said).anyMatch(text -> text.contains("tinyscale_server_up{server=\"" + server));
    assertThat(said).anyMatch(text -> text.contains("bbb_meetings{instance=\"" + server));
    assertNothingIsToldIn(said);
    assertNothingIsToldIn(List.of(running.process().out(), running.process().err()));
  }

  private HttpResponse<String> get(String path, String... fields) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(running.door() + path)).timeout(Duration.ofSeconds(20));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void noCommandTellsAnything() throws IOException {
    Path secret = Files.writeString(folder.resolve("typed"), TYPED);
    String[] add = {
      "add", "three", "--host", "http://127.0.0.1:1", "--secret-file", secret.toString()
    };
    for (String[] command :
        List.of(
            new String[] {"status"},
            new String[] {"status", "--json"},
            new String[] {"servers", "--wide"},
            new String[] {"servers", "--json"},
            new String[] {"server", server},
            new String[] {"server", server, "--json"},
            new String[] {"meetings"},
            new String[] {"find", "math"},
            new String[] {"cordon", server},
            new String[] {"drain", server, "--deadline", "1h", "--message", PASSWORD},
            new String[] {"enable", server},
            add,
            new String[] {"set", server, "weight=2"},
            new String[] {"set", server, "--secret-file", secret.toString()},
            new String[] {"reload"},
            new String[] {"balancers"},
            new String[] {"probe", server},
            new String[] {"end", "math"},
            new String[] {"end-all", server, "--yes"},
            new String[] {"events"},
            new String[] {"events", "--json"})) {
      said.add(run(RunningDoor.ADMIN, command));
    }
    said.add(run(GUESSED, "status"));

    assertThat(said).anyMatch(text -> text.contains("admin.changed"));
    assertNothingIsToldIn(said);
    assertNothingIsToldIn(List.of(running.process().out(), running.process().err()));
  }

  private String run(String token, String... command) {
    Map<String, String> environment =
        Map.of("TINYSCALE_URL", running.door().toString(), "TINYSCALE_TOKEN", token);
    try (ChildProcess process =
        ExecutableWar.start("command-" + said.size(), folder, environment, command)) {
      // 2 is a wrong command line, 4 a door that cannot be reached.
      assertThat(process.awaitExit()).as(process.err()).isNotIn(2, 4);
      return process.out() + process.err();
    }
  }
}
