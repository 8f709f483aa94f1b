package io.tinyscale.it;

import static io.tinyscale.it.SigningClient.assertSuccess;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.process.Keytool;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Balancer and servers are processes of their own: they are restarted and killed. */
@Tag("slow")
class SeparateProcessesIT {

  private static final String SECRET = "uR7kM2pQ9x4711";

  @TempDir private Path folder;
  private final List<SimulatorProcess> servers = new ArrayList<>();

  @AfterEach
  void stopServers() {
    servers.forEach(SimulatorProcess::close);
  }

  @Test
  void theExecutableFindsItsMeetingsAgain() {
    startServers();
    try (ChildProcess process = executable("before")) {
      createAndJoin(client(process));
      process.terminate();
      assertThat(process.awaitExit()).isZero();
    }

    try (ChildProcess process = executable("after")) {
      expectMeetingsWhereTheyWere(client(process));
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void containersFindTheirMeetingsAgain(Container container) throws Exception {
    startServers();
    try (Container.Running running = start(container, "before")) {
      createAndJoin(new SigningClient(running.awaitApi(), SECRET));
      running.process().terminate();
      running.process().awaitExit();
    }

    try (Container.Running running = start(container, "after")) {
      expectMeetingsWhereTheyWere(new SigningClient(running.awaitApi(), SECRET));
    }
  }

  @Test
  void aKilledServerAffectsOnlyItsOwnMeetings() {
    startServers();
    // Otherwise the killed server might have a new meeting of another balancer.
    Map<String, String> environment = environment();
    environment.put("TINYSCALE_BALANCERS", "one");
    try (ChildProcess process = ExecutableWar.start("killed", folder, environment, "--port", "0")) {
      SigningClient frontend = client(process);
      createAndJoin(frontend);
      SimulatorProcess dead =
          servers.stream().filter(server -> server.holds("math")).findFirst().orElseThrow();
      String surviving = "latin";
      assertThat(dead.holds(surviving)).isFalse();

      dead.close();

      HttpResponse<String> list = frontend.call("getMeetings", "");
      assertSuccess(list);
      assertThat(list.headers().firstValue("X-Tinyscale-Partial")).contains("1");
      assertThat(list.body()).contains("<meetingID>latin</meetingID>");
      assertSuccess(frontend.call("getMeetingInfo", "meetingID=latin"));
      assertThat(frontend.call("getMeetingInfo", "meetingID=math").body())
          .contains("internalError")
          .doesNotContain("notFound");
      assertSuccess(frontend.call("create", "name=New&meetingID=new-one"));
    }
  }

  @Test
  void serversMaySpeakHttps() throws Exception {
    Path keys = keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=x", "-validity", "2");
    Path pem = folder.resolve("ca.pem");
    keytool("-exportcert", "-rfc", "-file", pem.toString());
    for (String name : List.of("bbb1", "bbb2")) {
      servers.add(
          SimulatorProcess.start(
              name, folder, "--tls-keystore", keys.toString(), "--tls-password", "changeit"));
    }
    assertThat(servers).allMatch(server -> server.api().getScheme().equals("https"));
    Map<String, String> environment = environment();
    environment.put("TINYSCALE_TLS_CA", pem.toString());

    try (ChildProcess process = ExecutableWar.start("https", folder, environment, "--port", "0")) {
      SigningClient frontend = client(process);

      assertSuccess(frontend.call("create", "name=Math&meetingID=math"));
      assertSuccess(frontend.call("getMeetingInfo", "meetingID=math"));
      assertThat(frontend.call("getMeetings", "").body()).contains("<meetingID>math</meetingID>");
      assertThat(frontend.call("join", "meetingID=math&fullName=Ada&role=viewer").headers())
          .satisfies(
              headers ->
                  assertThat(headers.firstValue("Location").orElseThrow())
                      .startsWith("https://127.0.0.1:"));
      assertSuccess(frontend.call("end", "meetingID=math"));
    }
  }

  private void startServers() {
    servers.add(SimulatorProcess.start("bbb1", folder));
    servers.add(SimulatorProcess.start("bbb2", folder));
  }

  private static void createAndJoin(SigningClient frontend) {
    assertSuccess(frontend.call("create", "name=Math&meetingID=math"));
    assertSuccess(frontend.call("create", "name=Latin&meetingID=latin"));
    HttpResponse<String> join = frontend.call("join", "meetingID=math&fullName=Ada&role=MODERATOR");
    URI location = URI.create(join.headers().firstValue("Location").orElseThrow());
    assertThat(frontend.get(location).headers().firstValue("Location").orElseThrow())
        .contains("sessionToken=");
  }

  private void expectMeetingsWhereTheyWere(SigningClient frontend) {
    assertThat(frontend.call("isMeetingRunning", "meetingID=math").body()).contains("true");
    assertThat(frontend.call("create", "name=Math&meetingID=math").body())
        .contains("duplicateWarning");
    assertSuccess(frontend.call("getMeetingInfo", "meetingID=latin"));
    assertThat(frontend.call("getMeetings", "").body())
        .containsOnlyOnce("<meetingID>math</meetingID>")
        .containsOnlyOnce("<meetingID>latin</meetingID>");
    assertThat(servers.stream().filter(server -> server.holds("math"))).hasSize(1);
    assertSuccess(frontend.call("end", "meetingID=math"));
    assertThat(frontend.call("getMeetingInfo", "meetingID=math").body()).contains("notFound");
  }

  private ChildProcess executable(String name) {
    return ExecutableWar.start(name, folder, environment(), "--port", "0");
  }

  private Container.Running start(Container container, String base) throws Exception {
    return container.start(
        Files.createDirectories(folder.resolve(base)), "tinyscale", Map.of(), environment());
  }

  private Map<String, String> environment() {
    String entries =
        servers.stream().map(SimulatorProcess::entry).collect(Collectors.joining(",", "[", "]"));
    Map<String, String> environment = new HashMap<>();
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, entries).toString());
    environment.put("TINYSCALE_CACHE_TTL", "0");
    return environment;
  }

  private static SigningClient client(ChildProcess process) {
    return new SigningClient(ExecutableWar.awaitReady(process), SECRET);
  }

  /** Runs keytool on the one key store of this test. */
  private Path keytool(String... arguments) {
    Path keys = folder.resolve("keys.p12");
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-alias", "server"));
    if (arguments[0].equals("-genkeypair")) {
      all.addAll(List.of("-storetype", "PKCS12", "-ext", "san=ip:127.0.0.1"));
    }
    Keytool.run(keys, "changeit", all.toArray(String[]::new));
    return keys;
  }
}
