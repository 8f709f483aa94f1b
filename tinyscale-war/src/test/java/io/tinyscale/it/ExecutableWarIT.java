package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code java -jar tinyscale.war}: its start, its output and its end. */
@Tag("slow")
class ExecutableWarIT {

  private static final String SECRET = "hKq8sFk2pZ4711";
  private static final int WRONG_CONFIGURATION = 2;
  private static final int CANNOT_START_NOW = 3;

  @TempDir private Path folder;

  private SimulatedPool pool;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void configure() {
    pool = SimulatedPool.start(2, server -> server.webhooks(true));
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
  }

  @AfterEach
  void stopServers() {
    pool.close();
  }

  @Test
  void balancesAndStopsInOrder() {
    try (ChildProcess process = start("serve", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);

      MeetingScenario.play(new SigningClient(api, SECRET), pool, "executable");
      assertThat(new SigningClient(api, SECRET).get(api.resolve("/health/live")).body())
          .isEqualTo("{\"status\":\"live\"}\n");
      process.terminate();

      assertThat(process.awaitExit()).isZero();
      assertThat(process.out())
          .containsPattern("(?m)^tinyscale \\S+ ready: http://localhost:\\d+/bigbluebutton/api$")
          .containsPattern("(?m)^ready: 2 of 2 servers$")
          .containsPattern("(?m)^\\S+ INFO  tinyscale.started up=2 servers=2$")
          .containsPattern("(?m)^\\S+ INFO  tinyscale.stopped$")
          .doesNotContain(SECRET)
          .doesNotContain("checksum");
      assertThat(process.err()).doesNotContain("Exception").doesNotContain("\tat ");
    }
  }

  @Test
  void answersEveryCall() {
    try (ChildProcess process = start("every-call", "--port", "0")) {
      EveryCall.play(new SigningClient(ExecutableWar.awaitReady(process), SECRET), pool);
    }
  }

  @Test
  void takesQueriesThatAreLongerThanContainersLikeThem() {
    String welcome = "x".repeat(20_000);
    try (ChildProcess process = start("long-query", "--port", "0")) {
      SigningClient frontend = new SigningClient(ExecutableWar.awaitReady(process), SECRET);

      SigningClient.assertSuccess(
          frontend.call("create", "name=Math&meetingID=math&welcome=" + welcome));

      assertThat(pool.servers())
          .anySatisfy(
              server ->
                  assertThat(server.requests())
                      .anySatisfy(
                          request -> assertThat(request.parameter("welcome")).contains(welcome)));
    }
  }

  @Test
  void readsThePoolFileInTheWorkingDirectory() {
    environment.remove("TINYSCALE_SERVERS");

    try (ChildProcess process = start("working-directory", "--port", "0")) {
      assertThat(ExecutableWar.awaitReady(process)).hasPath("/bigbluebutton/api");
    }
  }

  @Test
  void logsOneLinePerServer() {
    try (ChildProcess process = start("log", "--port", "0")) {
      ExecutableWar.awaitReady(process);

      for (SimulatedServer server : pool.servers()) {
        assertThat(process.out())
            .containsPattern(
                "(?m)^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z INFO  .*server=" + server.name() + "\\b");
      }
    }
  }

  /** What is set up while two threads ask for it may be silent for as long as the process runs. */
  @Test
  void theLogIsSetUpBeforeAnythingElse() throws IOException {
    Path classes = folder.resolve("classes");
    List<String> tellingClasses = List.of("-Xlog:class+load:file=" + classes);
    try (ChildProcess process =
        ExecutableWar.start("classes", folder, tellingClasses, environment, "--port", "0")) {
      ExecutableWar.awaitReady(process);

      assertThat(Files.readString(classes))
          .containsSubsequence(
              "org.slf4j.jul.JDK14LoggerFactory ", "io.tinyscale.observe.EventLog ")
          .containsSubsequence(
              "org.slf4j.jul.JDK14LoggerFactory ", "org.eclipse.jetty.server.Server ");
    }
  }

  @Test
  void loadsTheRelayOfCallbacksAndItsLibrariesOnlyIfItIsSwitchedOn() throws Exception {
    String[] relay = {"io.tinyscale.relay.", "org.jose4j.", "org.apache.hc.client5."};

    assertThat(classesOfARun("without-relay")).contains("io.tinyscale.").doesNotContain(relay);
    environment.put("TINYSCALE_RELAY_URL", "https://lb.example.org");
    assertThat(classesOfARun("with-relay")).contains("io.tinyscale.relay.");
  }

  /** All classes that were loaded until a call was answered. */
  private String classesOfARun(String name) throws Exception {
    Path classes = folder.resolve(name + ".classes");
    try (ChildProcess process =
        ExecutableWar.start(
            name,
            folder,
            List.of("-Xlog:class+load:file=" + classes),
            environment,
            "--port",
            "0")) {
      URI api = ExecutableWar.awaitReady(process);
      SigningClient.assertSuccess(
          new SigningClient(api, SECRET).call("create", "name=Math&meetingID=" + name));
      process.terminate();
      assertThat(process.awaitExit()).isZero();
    }
    return Files.readString(classes);
  }

  /** For the class-data archive of a package: the classes that the first calls need are in it. */
  @Test
  void warmsUpWithEachPartAndEnds() throws IOException {
    Path classes = folder.resolve("warm-up.classes");
    try (ChildProcess process =
        ExecutableWar.start(
            "warm-up",
            folder,
            List.of("-Xlog:class+load:file=" + classes),
            Map.of(),
            "--warm-up")) {
      assertThat(process.awaitExit()).isZero();

      assertThat(process.out()).contains("Rooms open. 2 of 2", "meeting.placed meeting=warm-up");
      assertThat(Files.readString(classes))
          .contains(
              "io.tinyscale.gateway.JoinHandler ",
              "io.tinyscale.listing.ListHandler ",
              "io.prometheus.metrics.",
              "io.tinyscale.launcher.cli.Table ");
    }
  }

  @Test
  void theEnvironmentGivesThePort() throws IOException {
    int port = freePort();
    environment.put("PORT", Integer.toString(port));

    try (ChildProcess process = start("port-of-environment")) {
      assertThat(ExecutableWar.awaitReady(process)).hasPort(port);
    }
  }

  @Test
  void theCommandLinesPortWins() throws IOException {
    int port = freePort();
    environment.put("PORT", "no port at all");

    try (ChildProcess process = start("port-of-command-line", "--port", Integer.toString(port))) {
      assertThat(ExecutableWar.awaitReady(process)).hasPort(port);
    }
  }

  @Test
  void listensOnTheHostAlone() {
    environment.put("TINYSCALE_HOST", "nowhere.invalid");

    try (ChildProcess process = start("host", "--host", "127.0.0.2", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);

      assertThat(api).hasHost("127.0.0.2");
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> new Socket("127.0.0.1", api.getPort()).close());
      SigningClient.assertSuccess(new SigningClient(api, SECRET).call("getMeetings", ""));
    }
  }

  @Test
  void saysThatTheHostIsOfAnotherMachine() {
    environment.put("TINYSCALE_HOST", "192.0.2.1");

    try (ChildProcess process = start("other-host", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.err()).startsWith("host: 192.0.2.1, no address of this machine (expected");
    }
  }

  /** A service tries again what may be right a moment later, and nothing else. */
  @ParameterizedTest
  @CsvSource({
    "nowhere.invalid, unknown name, 3",
    "127.0.0.256, no address, 2",
    "::g, no address, 2"
  })
  void tellsAHostThatMayComeFromOneThatIsWrittenWrongly(String host, String why, int code) {
    environment.put("TINYSCALE_HOST", host);

    try (ChildProcess process = start("unknown-host", "--port", "0")) {
      assertThat(process.awaitExit()).as(process.err()).isEqualTo(code);
      assertThat(process.err()).startsWith("host: " + host + ", " + why + " (expected");
    }
  }

  @Test
  void logsWhatTheLevelAllows() {
    environment.put("TINYSCALE_LOG_LEVEL", "warn");
    try (ChildProcess quiet = start("log-warn", "--port", "0")) {
      ExecutableWar.awaitReady(quiet);

      assertThat(quiet.out()).doesNotContain(" INFO ");
    }
    environment.put("TINYSCALE_LOG_LEVEL", "debug");
    try (ChildProcess chatty = start("log-debug", "--port", "0")) {
      ExecutableWar.awaitReady(chatty);

      assertThat(chatty.out()).contains(" DEBUG server.swept ");
    }
  }

  @Test
  void warnsOfAFrontEndWithAWrongSecretOnceAMinute() {
    try (ChildProcess process = start("wrong-front-end", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);
      SigningClient wrong = new SigningClient(api, "wrong-4711");

      for (int i = 0; i < 3; i++) {
        assertThat(wrong.call("getMeetings", "").body()).contains("checksumError");
      }
      SigningClient.assertSuccess(new SigningClient(api, SECRET).call("getMeetings", ""));

      assertThat(process.out().lines().filter(line -> line.contains("frontend.")))
          .singleElement()
          .asString()
          .contains(" WARN  frontend.wrong-secret call=getMeetings refused=1 address=127.0.0.1 ");
      assertThat(process.out()).doesNotContain("4711").doesNotContain("checksum");
    }
  }

  @Test
  void warnsOfAShortSecretAndOfFilesThatOthersMayRead() throws IOException {
    Path secretFile = Files.writeString(folder.resolve("front"), SECRET + "\n");
    Files.setPosixFilePermissions(secretFile, PosixFilePermissions.fromString("rw-r--r--"));
    environment.remove("TINYSCALE_SECRET");
    environment.put("TINYSCALE_SECRET_FILE", secretFile.toString());

    try (ChildProcess process = start("warnings", "--check")) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out())
          .contains(" WARN  config.warning secret.file: " + secretFile + " is readable for every")
          .contains(" WARN  config.warning secret.file: shorter than 16 characters in ")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void logsInUtf8WhateverTheLocaleIs() {
    environment.put("LC_ALL", "C");
    try (ChildProcess process = start("utf8", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);

      SigningClient.assertSuccess(
          new SigningClient(api, SECRET).call("create", "name=Room&meetingID=Z%C3%BCrich"));

      process.awaitOutput("meeting.placed meeting=Zürich ");
    }
  }

  @Test
  void saysInUtf8WhatIsWrongWhateverTheLocaleIs() {
    environment.put("LC_ALL", "C");
    PoolFiles.write(
        folder, "[{\"host\": \"https://b.example\", \"secret\": \"s\", \"name\": \"Zürich\"}]");

    try (ChildProcess process = start("utf8-problem", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).startsWith("servers[0].name: Zürich in ");
    }
  }

  @Test
  void saysThatThePortIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0);
        ChildProcess process =
            start("port-in-use", "--port", Integer.toString(other.getLocalPort()))) {

      assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.err())
          .contains("port: " + other.getLocalPort() + " in use")
          .contains("--port")
          .doesNotContain("\tat ");
      assertThat(process.out()).isEmpty();
    }
  }

  @Test
  void listsEverythingThatIsWrongWithTheConfiguration() {
    PoolFiles.write(folder, "[{\"host\": \"bbb1.example.org\", \"secret\": \"\"}]");
    environment.remove("TINYSCALE_SECRET");
    environment.put("PORT", "99999");
    environment.put("TINYSCALE_STRICT", "yes");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "30s");
    environment.put("TINYSCALE_COLOUR", "blue");

    try (ChildProcess process = start("all-problems")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err().lines().map(line -> line.replaceAll(":.*", "")))
          .contains(
              "PORT",
              "TINYSCALE_COLOUR",
              "secret",
              "servers[0].host",
              "servers[0].secret",
              "strict",
              "health.timeout");
      assertThat(process.err()).doesNotContain("\tat ").doesNotContain("Exception");
      assertThat(process.out()).isEmpty();
    }
  }

  @Test
  void refusesToStartWithoutASecret() {
    environment.remove("TINYSCALE_SECRET");

    try (ChildProcess process = start("no-secret", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).contains("secret: missing").contains("TINYSCALE_SECRET");
    }
  }

  @Test
  void refusesToStartWithADeadServer() {
    SimulatedServer dead = pool.servers().get(1);
    dead.close();

    try (ChildProcess process = start("dead-server", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.err())
          .contains(dead.name())
          .doesNotContain(dead.secret())
          .doesNotContain("\tat ");
      assertThat(process.out()).doesNotContain("ready:");
    }
  }

  @Test
  void refusesToStartWithAServersWrongSecret() {
    SimulatedServer server = pool.servers().get(0);
    PoolFiles.write(
        folder,
        "[{\"host\": \"" + server.uri() + "\", \"secret\": \"not-this-one\", \"name\": \"odd\"}]");

    try (ChildProcess process = start("wrong-server-secret", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.err()).contains("odd").doesNotContain("not-this-one");
    }
  }

  @Test
  void startsWithTheRestIfToldTo() {
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    pool.servers().get(0).close();

    try (ChildProcess process = start("warn", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);

      SigningClient.assertSuccess(
          new SigningClient(api, SECRET).call("create", "name=Room&meetingID=on-the-rest"));
      assertThat(process.out()).containsPattern("(?m)^ready: 1 of 2 servers$");
    }
  }

  @Test
  void saysInTheLogHowToMendAServerThatIsDownAtTheStart() {
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    pool.servers().get(0).fault(Fault.redirect("https://b.example/bigbluebutton/api/x"));

    try (ChildProcess process = start("warn-hint", "--port", "0")) {
      ExecutableWar.awaitReady(process);

      assertThat(process.out())
          .containsPattern(
              "(?m)^\\S+ WARN  server.down .* cause=\"HTTP 302\""
                  + " fix=\"Write https://b.example/bigbluebutton/api as its host.\"$");
    }
  }

  @Test
  void checksTheServersAndExits() {
    try (ChildProcess process = start("check", "--check")) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out())
          .contains(pool.servers().get(0).name())
          .contains(pool.servers().get(1).name())
          .contains("Placement of new meetings: round-robin strict=false.")
          .contains("The configuration and 2 servers are in order.")
          .doesNotContain("tinyscale.st");
      assertThat(process.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"abort, 1", "warn, 0"})
  void theCheckTellsADeadServerByItsExitCode(String strictness, int hints) {
    environment.put("TINYSCALE_STARTUP_CHECK", strictness);
    pool.servers().get(1).close();

    try (ChildProcess process = start("check-dead", "--check")) {
      assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.err())
          .contains(pool.servers().get(1).name())
          .satisfies(err -> assertThat(err.split("Set startup.check=warn", -1)).hasSize(hints + 1));
    }
  }

  @Test
  void theCheckTellsWrongConfigurationByItsExitCode() {
    environment.put("TINYSCALE_CACHE_TTL", "1");

    try (ChildProcess process = start("check-wrong", "--check")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).startsWith("cache.ttl: 1 in TINYSCALE_CACHE_TTL");
    }
  }

  @Test
  void showsWhereAMeetingWouldGo() {
    environment.put("TINYSCALE_LOG_LEVEL", "error");
    SimulatedServer one = pool.servers().get(0);
    SimulatedServer two = pool.servers().get(1);
    PoolFiles.write(
        folder,
        "["
            + entry(one, "")
            + ","
            + entry(two, ", \"tags\": [\"b\", \"a\"], \"weight\": 40")
            + "]");

    try (ChildProcess process =
        start("place", "place", "--create", "meetingID=m&meta_server-tag=a!")) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
          .containsExactly(
              "server tags state meetings people expected weight fill score",
              one.name() + " - enabled 0 0 - 1 - has no tag",
              two.name() + " a,b enabled 0 0 - 40 - -",
              "",
              two.name() + " (the policy chooses it; policy round-robin)");
      assertThat(process.err()).isEmpty();
    }
    assertThat(one.received("create") + two.received("create")).isZero();
  }

  private static String entry(SimulatedServer server, String fields) {
    return String.format(
        "{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"%s\"%s}",
        server.uri(), server.secret(), server.name(), fields);
  }

  @Test
  void tellsByItsExitCodeThatNoServerWouldGetAMeeting() {
    pool.servers().get(1).close();

    try (ChildProcess process =
        start("place", "place", "--create=meetingID=m&meta_server-tag=a!")) {
      assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.out())
          .containsPattern("(?m)^" + pool.servers().get(1).name() + " .* down$")
          .containsPattern("(?m)^none \\(serverTagUnavailable: ");
      assertThat(process.err()).startsWith("No server would get the meeting. serverTagUnavailable");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"place", "place --create name=x", "place --craete meetingID=m"})
  void refusesToPlaceWithoutTheParametersOfACreate(String arguments) {
    try (ChildProcess process = start("place", arguments.split(" "))) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).contains("--create").doesNotContain("\tat ");
      assertThat(process.out()).isEmpty();
    }
  }

  @Test
  void explainsPlace() {
    try (ChildProcess process = start("place", "place", "--help")) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out()).contains("java -jar tinyscale.war place", "--create=PARAMETERS");
    }
  }

  @Test
  void aStopLetsCallsInFlightFinish() throws Exception {
    try (ChildProcess process = start("drain", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);
      SigningClient frontend = new SigningClient(api, SECRET);
      SigningClient.assertSuccess(frontend.call("create", "name=Room&meetingID=drain"));
      pool.servers()
          .forEach(s -> s.fault("getMeetingInfo", new Fault.Delay(Duration.ofSeconds(4))));
      CompletableFuture<HttpResponse<String>> call =
          frontend.callAsync("getMeetingInfo", "meetingID=drain");
      await().until(() -> pool.servers().stream().anyMatch(s -> s.received("getMeetingInfo") > 0));

      process.terminate();

      await().until(() -> refuses(api));
      assertThat(call).isNotDone();
      SigningClient.assertSuccess(call.get(60, TimeUnit.SECONDS));
      assertThat(process.awaitExit()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void printsHelpFromTheCatalogueOfKeys(String option) {
    try (ChildProcess process = start("help", option)) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out())
          .contains("--demo", "--quiet", "--check", "--host", "--port", "--version", "place")
          .contains("TINYSCALE_HEALTH_INTERVAL", "(default: 10s)", "TINYSCALE_TLS_CA");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void printsTheVersion(String option) {
    try (ChildProcess process = start("version", option)) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.out())
          .isEqualToIgnoringNewLines("tinyscale " + System.getProperty("it.version"));
    }
  }

  @ParameterizedTest
  @CsvSource({"--prot, --port", "--hots=127.0.0.1, --host", "--chekc, --check", "-v, -V"})
  void namesTheOptionThatAMistypedOneWasMeantToBe(String typed, String meant) {
    try (ChildProcess process = start("unknown-option", typed)) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err())
          .contains(typed)
          .contains("Did you mean " + meant + "?")
          .contains("--help")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void refusesAnOptionThatIsLikeNoOther() {
    try (ChildProcess process = start("unknown-option", "--colour")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).contains("--colour").contains("--help").doesNotContain("Did you");
    }
  }

  @Test
  void nothingButTheDemoIsQuiet() {
    try (ChildProcess process = start("quiet", "--quiet", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).startsWith("--quiet: ").contains("--demo");
    }
  }

  @Test
  void theDemoNeedsNothingAndItsCurlLinesWork() throws Exception {
    environment.clear();
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> options = List.of("-Djava.io.tmpdir=" + temporary);

    try (ChildProcess process =
        ExecutableWar.start(
            "demo", folder, options, environment, "--demo", "--quiet", "--port", "0")) {
      process.awaitOutput("curl '[^']*/end\\?[^']*'");
      List<URI> calls = curlLines(process);
      SigningClient anyone = new SigningClient(URI.create("http://localhost"), "none");
      Matcher page = process.awaitOutput("^  (http://localhost:\\d+)/#token=(tsk_\\w+)$");

      assertThat(anyone.get(URI.create(page.group(1) + "/")).body())
          .contains("<title>tinyscale</title>");
      assertThat(new AdminCaller(URI.create(page.group(1)), page.group(2)).get("/status").status())
          .isEqualTo(200);
      assertThat(onlyFile(temporary)).isReadable();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(onlyFile(temporary))))
          .isEqualTo("rw-------");
      assertThat(calls).hasSize(4);
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> new Socket("127.0.0.2", calls.get(0).getPort()).close());
      SigningClient.assertSuccess(anyone.get(calls.get(0)));
      HttpResponse<String> joined = anyone.get(calls.get(1));
      assertThat(joined.statusCode()).isEqualTo(302);
      anyone.get(URI.create(joined.headers().firstValue("Location").orElseThrow()));
      HttpResponse<String> meetings = anyone.get(calls.get(2));
      SigningClient.assertSuccess(meetings);
      assertThat(meetings.body()).contains("<meetingID>demo</meetingID>");
      SigningClient.assertSuccess(anyone.get(calls.get(3)));
      process.awaitOutput("^The front end was called: meeting demo has ended\\.$");
      process.awaitOutput(
          "^The front end was called: a recording is ready\\. The signature holds\\.$");
      process.terminate();
      assertThat(process.awaitExit()).isZero();
      assertThat(temporary).isEmptyDirectory();
    }
  }

  @Test
  void aServerOfTheDemoCanBeKilledAndTheOtherOneTakesOver() {
    // The servers' processes have a collector of their own, and two are an error.
    environment.put("JDK_JAVA_OPTIONS", "-XX:+UseParallelGC");
    try (ChildProcess process =
        ExecutableWar.start(
            "demo-kill", folder, List.of(), environment, "--demo", "--quiet", "--port", "0")) {
      process.awaitOutput("^ready: 2 of 2 servers$");
      long killed = Long.parseLong(process.awaitOutput("^ +kill -9 (\\d+)$").group(1));
      process.awaitOutput(
          "^ +bbb1 +http://127\\.0\\.0\\.1:\\d+/bigbluebutton/api +process " + killed);
      URI create = curlLines(process).get(0);
      SigningClient anyone = new SigningClient(URI.create("http://localhost"), "none");
      SigningClient.assertSuccess(anyone.get(create));
      process.awaitOutput("meeting.placed meeting=demo server=bbb1$");

      assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();

      process.awaitOutput("^\\S+ \\w+ +server.down server=bbb1 ");
      await().untilAsserted(() -> SigningClient.assertSuccess(anyone.get(create)));
      process.awaitOutput("meeting.placed meeting=demo server=bbb2$");
    }
  }

  @Test
  void theServersOfTheDemoEndWithItEvenIfItIsKilled() {
    List<ProcessHandle> servers;
    try (ChildProcess process = start("demo-killed", "--demo", "--quiet", "--port", "0")) {
      process.awaitOutput("^All processes end with the demo\\.$");
      servers =
          Pattern.compile("process (\\d+)$", Pattern.MULTILINE)
              .matcher(process.out())
              .results()
              .flatMap(line -> ProcessHandle.of(Long.parseLong(line.group(1))).stream())
              .toList();
      assertThat(servers).hasSize(2).allMatch(ProcessHandle::isAlive);
    }

    await().untilAsserted(() -> assertThat(servers).noneMatch(ProcessHandle::isAlive));
  }

  private static List<URI> curlLines(ChildProcess process) {
    return Pattern.compile("^ *curl (?:-i )?'([^']*)'$", Pattern.MULTILINE)
        .matcher(process.out())
        .results()
        .map((MatchResult line) -> URI.create(line.group(1)))
        .toList();
  }

  private static Path onlyFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static boolean refuses(URI api) throws IOException {
    try {
      new Socket(api.getHost(), api.getPort()).close();
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private ChildProcess start(String name, String... arguments) {
    return ExecutableWar.start(name, folder, environment, arguments);
  }
}
