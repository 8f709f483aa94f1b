package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.it.AdminCaller.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers, and pages of strangers in a browser, may try at the admin API. */
class HostileAdminApiIT {

  private static final String CORDON = "{\"state\":\"cordoned\"}";

  @TempDir private Path folder;

  private RunningDoor running;
  private AdminCaller admin;
  private String state;
  private String before;

  @BeforeEach
  void start() {
    running = new RunningDoor(folder);
    admin = running.admin();
    state = "/servers/" + running.server(0).name() + "/state";
    before = running.poolText();
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.door().getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String raw(String method, String fields, String body) throws IOException {
    return raw(
        method
            + " /api/v1"
            + state
            + " HTTP/1.1\r\nAuthorization: Bearer "
            + RunningDoor.ADMIN
            + "\r\n"
            + fields
            + "Content-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body);
  }

  @Test
  void aPageOfAnotherOriginChangesNothingEvenWithTheToken() throws Exception {
    String json = "Content-Type: application/json\r\n";
    String host = "Host: localhost\r\n";
    for (String fields :
        List.of(
            "Origin: https://evil.example\r\n",
            "Origin: null\r\n",
            "Origin: http://localhost.evil.example\r\n",
            "Origin: http://localhost:1\r\n",
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n")) {
      assertThat(raw("PUT", host + json + fields, CORDON))
          .as(fields)
          .startsWith("HTTP/1.1 403")
          .contains("origin-not-allowed")
          .doesNotContain("Access-Control-");
    }
    assertThat(running.poolText()).isEqualTo(before);
    assertThat(
            raw(
                "PUT",
                host + json + "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n",
                CORDON))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void whatAFormCanSendIsNoChange() {
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")) {
      AdminCaller form = type.isEmpty() ? admin : admin.with("Content-Type", type);
      Answer answer = form.call("PUT", state, type.isEmpty() ? "" : CORDON);
      assertThat(answer.problem()).as(type).isEqualTo("json-expected");
    }
    assertThat(running.poolText()).isEqualTo(before);
  }

  @Test
  void answersUnderNoNameThatAPageCouldMakeLeadHere() throws Exception {
    for (String host : List.of("evil.example", "127.0.0.1.evil.example", "localhost.", "")) {
      assertThat(raw("PUT", "Host: " + host + "\r\nContent-Type: application/json\r\n", CORDON))
          .as(host)
          .containsPattern("HTTP/1.1 (400|403) ");
    }
    assertThat(running.poolText()).isEqualTo(before);
  }

  @Test
  void takesATokenFromNoOtherPlace() {
    AdminCaller nobody = admin.with("");
    assertThat(nobody.get("/status?token=" + RunningDoor.ADMIN).status()).isEqualTo(401);
    assertThat(nobody.with("Cookie", "token=" + RunningDoor.ADMIN).get("/status").status())
        .isEqualTo(401);
    assertThat(nobody.with("Authorization", RunningDoor.ADMIN).get("/status").status())
        .isEqualTo(401);
    Answer answer = nobody.get("/status");
    assertThat(answer.http().headers().firstValue("WWW-Authenticate"))
        .contains("Bearer realm=\"tinyscale\"");
    assertThat(answer.http().headers().map()).doesNotContainKey("set-cookie");
  }

  @Test
  void aFloodOfWrongTokensDoesNotLockTheAdministratorOut() {
    AdminCaller stranger = admin.with("tsk_of_a_stranger_0123456789abcdefghijkl");
    for (int i = 0; i < 20; i++) {
      assertThat(stranger.get("/status").status()).isEqualTo(401);
    }
    Answer answer = stranger.get("/status");
    assertThat(answer.problem()).isEqualTo("too-many-failures");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.http().headers().firstValue("Retry-After")).contains("60");
    assertThat(admin.get("/status").status()).isEqualTo(200);
    assertThat(stranger.get("/status").status()).isEqualTo(429);
    assertThat(running.process().out().split("admin\\.denied from=127\\.0\\.0\\.1", -1)).hasSize(2);
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    assertThat(admin.put(state, "{\"state\":\"" + "x".repeat(1 << 20) + "\"}").status())
        .isEqualTo(413);
  }

  @Test
  void quotesNoSecretOfARequest() {
    String secret = "a-secret-that-nobody-may-see";
    for (String body :
        List.of(
            "{\"secret\":\"" + secret + "\"}",
            "{\"host\":\"" + secret + "\",\"secret\":\"" + secret + "\"}",
            "{\"host\":\"http://127.0.0.1:1\",\"secret\":[\"" + secret + "\"]}",
            "{\"host\":\"http://127.0.0.1:1\",\"secret\":\"" + secret + "\",\"weight\":0}",
            "{\"host\":\"http://127.0.0.1:1\",\"sceret\":\"" + secret + "\"}",
            "{\"host\":\"http://127.0.0.1:1\",\"secret\":\"" + secret + "\"}",
            "{\"host\":\"http://127.0.0.1:1\",\"secret\":\"" + secret)) {
      Answer answer = admin.put("/servers/three", body);
      assertThat(answer.status()).as(body).isEqualTo(422);
      assertThat(answer.text()).doesNotContain(secret);
    }
    assertThat(running.process().out() + running.process().err()).doesNotContain(secret);
  }

  @Test
  void tellsNoSecretAndNoTokenAnywhere() {
    running.create("math");
    admin.put(state, CORDON);
    for (String path :
        List.of(
            "/status",
            "/servers",
            "/servers/" + running.server(0).name(),
            "/meetings",
            "/events",
            "/operations",
            "/token",
            "/history",
            "/meetings/find?id=math",
            "/openapi.json")) {
      assertThat(admin.get(path).text())
          .as(path)
          .doesNotContain(
              RunningDoor.SECRET,
              RunningDoor.ADMIN,
              RunningDoor.READ,
              running.server(0).secret(),
              running.server(1).secret());
    }
    assertThat(running.process().out() + running.process().err())
        .doesNotContain(RunningDoor.ADMIN, running.server(0).secret(), RunningDoor.SECRET);
  }

  @Test
  void theDoorsFilesAreFencedIn() throws Exception {
    for (String file :
        List.of("/", "/status.js", "/status.css", "/icon.svg", "/api/v1/openapi.json")) {
      assertFenced(file);
    }
  }

  private void assertFenced(String file) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest.Builder request = HttpRequest.newBuilder(running.door().resolve(file));
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(file).isEqualTo(200);
    Map<String, List<String>> headers = answer.headers().map();
    assertThat(headers)
        .containsEntry("x-frame-options", List.of("DENY"))
        .containsEntry("cross-origin-opener-policy", List.of("same-origin"))
        .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
        .containsEntry("referrer-policy", List.of("no-referrer"))
        .containsEntry("cache-control", List.of("no-cache"))
        .containsEntry(
            "content-security-policy",
            List.of(
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'; require-trusted-types-for 'script'"));
    request.header("If-None-Match", headers.get("etag").get(0));
    assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(304);
  }

  @Test
  void withoutTokensNothingIsToldButHealthAndMetrics() {
    running.writeTokens("");

    await().until(() -> admin.get("/status").problem().equals("no-tokens-configured"));
  }
}
