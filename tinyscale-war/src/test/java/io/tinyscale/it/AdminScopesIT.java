package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.it.AdminCaller.Answer;
import io.tinyscale.it.AdminDocument.Described;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each operation that the API's description names, with each kind of token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminScopesIT {

  private static final List<String> SCOPES = List.of("read", "operate", "admin");

  private static final Map<String, String> TOKENS =
      Map.of(
          "read", RunningDoor.READ,
          "operate", RunningDoor.OPERATE,
          "admin", RunningDoor.ADMIN);

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS");

  /** What is sent to the operations that need more than an empty object. */
  private static final Map<String, String> BODIES =
      Map.of(
          "PUT /servers/{name}",
              "{\"host\":\"http://127.0.0.1:1\",\"secret\":\"0123456789abcdef\"}",
          "PUT /servers/{name}/state", "{\"state\":\"cordoned\"}",
          "POST /meetings/end", "{\"meetingID\":\"nowhere\"}");

  @TempDir private static Path folder;

  private RunningDoor running;
  private AdminDocument document;

  @BeforeAll
  void start() {
    running = new RunningDoor(folder);
    document = new AdminDocument(running.admin());
  }

  @AfterAll
  void stop() {
    running.close();
  }

  private Answer call(Described operation, AdminCaller caller) {
    String path =
        operation.path().replace("{name}", "nobody").replace("{id}", "4711")
            + (operation.path().equals("/meetings/find") ? "?id=nowhere" : "");
    if (operation.path().equals("/stream")) {
      return caller.begin(path);
    }
    boolean isMerge = operation.method().equals("POST") && operation.path().endsWith("{name}");
    boolean hasBody = List.of("PUT", "POST", "PATCH").contains(operation.method());
    AdminCaller typed =
        isMerge ? caller.with("Content-Type", "application/merge-patch+json") : caller;
    return typed.call(
        operation.method(),
        path,
        hasBody ? BODIES.getOrDefault(operation.method() + " " + operation.path(), "{}") : "");
  }

  @Test
  void aTokenOpensTheOperationsOfItsScopeAndOfThoseBefore() {
    assertThat(document.operations()).hasSizeGreaterThan(20);
    for (Described operation : document.operations()) {
      for (String scope : SCOPES) {
        Answer answer = call(operation, new AdminCaller(running.door(), TOKENS.get(scope)));
        String what = operation + " with " + scope;
        document.assertDescribes(answer);
        if (SCOPES.indexOf(scope) >= SCOPES.indexOf(operation.scope())) {
          assertThat(answer.status()).as(what).isNotIn(401, 403, 405, 415, 429, 500);
        } else {
          assertThat(answer.problem()).as(what).isEqualTo("scope-too-small");
          assertThat(answer.json().get("needs").getAsString()).isEqualTo(operation.scope());
        }
      }
    }
  }

  @Test
  void nothingIsDoneWithoutARightToken() {
    for (Described operation : document.operations()) {
      for (String token : List.of("", "wrong", RunningDoor.SECRET, RunningDoor.ADMIN + "x")) {
        Answer answer = call(operation, new AdminCaller(running.door(), token));
        document.assertDescribes(answer);
        assertThat(answer.status())
            .as("%s with %s", operation, token)
            .isIn(operation.scope().equals("-") ? List.of(200) : List.of(401, 429));
      }
    }
  }

  @Test
  void noOtherMethodIsServed() {
    List<String> served =
        document.operations().stream().map(each -> each.method() + " " + each.path()).toList();
    for (Described operation : document.operations()) {
      for (String method : METHODS) {
        boolean isFile = operation.path().equals("/openapi.json");
        if (served.contains(method + " " + operation.path()) || isFile && method.equals("HEAD")) {
          continue;
        }
        Answer answer =
            running
                .admin()
                .call(
                    method,
                    operation.path().replace("{name}", "nobody").replace("{id}", "4711"),
                    "");
        assertThat(answer.status()).as("%s %s", method, operation.path()).isEqualTo(405);
        assertThat(answer.http().headers().firstValue("Allow")).isPresent();
      }
    }
  }

  @Test
  void noOtherPathIsServed() {
    for (String path :
        List.of(
            "",
            "/",
            "/config",
            "/audit",
            "/servers/",
            "/servers/nobody/",
            "/servers/no%62ody",
            "/servers/nobody/secret",
            "/servers/a/b/state",
            "/servers//state",
            "/servers/../status",
            "/status/",
            "/STATUS",
            "/status;x",
            "/pool",
            "/meetings/x")) {
      for (String method : List.of("GET", "POST")) {
        assertThat(running.admin().call(method, path, "").status())
            .as("%s %s", method, path)
            .isEqualTo(404);
      }
    }
  }
}
