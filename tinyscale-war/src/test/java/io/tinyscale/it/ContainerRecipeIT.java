package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.it.Packaging.Node;
import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The steps of the Dockerfile, without an image: they are run in a folder that stands for the
 * image's, with each JDK that is installed beside this one, too. What they make is started as
 * another user, who may write nothing there.
 */
@Tag("parts")
class ContainerRecipeIT {

  private static final String SECRET = "hKq8sFk2pZ4711";
  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";
  private static final Path JDKS = Path.of("/usr/lib/jvm");
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final Dockerfile dockerfile = Dockerfile.read();
  private final Map<String, String> environment = new HashMap<>(dockerfile.environment());

  @TempDir private Path folder;
  private Path home;
  private final List<ChildProcess> servers = new ArrayList<>();

  static List<Path> jdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    List<Path> jdks = new ArrayList<>(List.of(own));
    if (Files.isDirectory(JDKS)) {
      try (Stream<Path> others = Files.list(JDKS)) {
        others
            .filter(jdk -> jdk.getFileName().toString().contains("-25"))
            .filter(jdk -> !Files.isSymbolicLink(jdk) && !jdk.equals(own))
            .filter(jdk -> Files.isExecutable(jdk.resolve("bin/jlink")))
            .forEach(jdks::add);
      }
    }
    return jdks;
  }

  @BeforeEach
  void start() throws IOException {
    // The other user must get in.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = Files.createDirectory(folder.resolve("tinyscale"));
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", folder.resolve("servers.json").toString());
    environment.put("TINYSCALE_ADMIN_LISTEN", "0.0.0.0:0");
    environment.put("TINYSCALE_ADMIN_TOKENS_FILE", tokens().toString());
  }

  private Path tokens() throws IOException {
    return Files.writeString(folder.resolve("tokens"), "anna admin " + TOKEN + "\n");
  }

  @AfterEach
  void stop() {
    servers.forEach(ChildProcess::close);
  }

  private void build(Path jdk) throws IOException {
    step(jdk, dockerfile.run("jlink"));
    for (String file : dockerfile.copied()) {
      Path from = file.endsWith(".war") ? ExecutableWar.file() : Path.of("..", file);
      Path to = home.resolve(from.getFileName());
      // The image keeps the time of the file, for which the archive counts, and the mode.
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
      Files.setPosixFilePermissions(
          to,
          PosixFilePermissions.fromString(Files.isExecutable(from) ? "rwx------" : "rw-------"));
    }
    step(jdk, dockerfile.run("archive").replaceAll(" && ln .*", ""));
  }

  /** With the umask of a careful machine, under which others may read nothing. */
  private void step(Path jdk, String line) {
    String here = "umask 077; " + line.replace(Dockerfile.HOME, home.toString());
    Map<String, String> path = Map.of("PATH", jdk.resolve("bin") + ":" + System.getenv("PATH"));
    try (ChildProcess step = ChildProcess.start("step", folder, List.of("sh", "-c", here), path)) {
      int code = step.awaitExit(Duration.ofMinutes(5));
      assertThat(code).as(here + "\n" + step.out() + step.err()).isZero();
    }
  }

  /** A program of the image, as its user. */
  private ChildProcess program(String name, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (ROOT) {
      String[] user = dockerfile.only("USER").split(":");
      command.addAll(List.of("setpriv", "--reuid=" + user[0], "--regid=" + user[1]));
      command.addAll(List.of("--clear-groups", "--no-new-privs", "--bounding-set=-all"));
      command.add("--inh-caps=-all");
    }
    command.add(program);
    command.addAll(List.of(arguments));
    command.replaceAll(word -> word.replace(Dockerfile.HOME, home.toString()));
    return ChildProcess.start(name, folder, command, environment);
  }

  private ChildProcess run(String name, String... arguments) {
    return program(name, words(dockerfile.only("ENTRYPOINT")), arguments);
  }

  private static String words(String list) {
    return list.replaceAll("[\\[\\]\"]", "");
  }

  private int health() {
    String command = words(dockerfile.only("HEALTHCHECK").replaceAll("^.* CMD ", ""));
    try (ChildProcess health = program("health", command)) {
      return health.awaitExit();
    }
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void whatTheStepsMakeServesAsAnotherUser(Path jdk) throws Exception {
    build(jdk);
    startTheServersOfTheDemo();
    assertNothingStartsWithoutAToken();

    environment.put("PORT", String.valueOf(Prometheus.freePort()));
    assertThat(health()).isNotZero();
    try (ChildProcess balancer = run("balancer")) {
      URI api = ExecutableWar.awaitReady(balancer);
      String port = balancer.awaitOutput("(?m)^admin door: \\S+:(\\d+)$").group(1);
      SigningClient frontEnd = new SigningClient(api, SECRET);
      SigningClient.assertSuccess(frontEnd.call("create", "name=Math&meetingID=math"));
      assertThat(health()).isZero();
      assertThat(maps(balancer)).contains("tinyscale.jsa", "classes.jsa");

      environment.put("TINYSCALE_URL", "http://127.0.0.1:" + port);
      environment.put("TINYSCALE_TOKEN_FILE", folder.resolve("tokens").toString());
      assertCommandsAnswer();
      assertMetricsNeedTheToken(port);

      balancer.terminate();
      assertThat(balancer.awaitExit()).as(balancer.err()).isZero();
    }
    assertThat(health()).isNotZero();
  }

  /** The simulated servers of compose.yaml and their pool file, on loopback ports that are free. */
  private void startTheServersOfTheDemo() {
    String pool = Packaging.text("container/demo/servers.json");
    Node services = Packaging.yaml("container/compose.yaml").at("services");
    List<String> java = services.at("bbb1", "entrypoint").texts();
    for (String name : List.of("bbb1", "bbb2")) {
      List<String> words = new ArrayList<>(java.subList(1, java.size()));
      words.addAll(services.at(name, "command").texts());
      String port = words.get(words.indexOf("--port") + 1);
      String free = String.valueOf(Prometheus.freePort());
      words.replaceAll(word -> word.equals(port) ? free : word);
      // The name of a container is known in its network alone.
      words.set(words.indexOf("--host") + 1, "127.0.0.1");
      pool = pool.replace("//" + name + ":" + port + "/", "//127.0.0.1:" + free + "/");
      servers.add(program(name, java.get(0), words.toArray(String[]::new)));
    }
    PoolFiles.write(folder, pool);
    servers.forEach(server -> server.awaitOutput("(?m)^ready url="));
  }

  private void assertNothingStartsWithoutAToken() {
    String tokens = environment.remove("TINYSCALE_ADMIN_TOKENS_FILE");
    try (ChildProcess balancer = run("tokenless")) {
      assertThat(balancer.awaitExit()).isEqualTo(2);
      assertThat(balancer.err()).contains("Set admin.tokens.file");
    }
    environment.put("TINYSCALE_ADMIN_TOKENS_FILE", tokens);
  }

  private static String maps(ChildProcess process) throws IOException {
    return Files.readString(Path.of("/proc/" + process.pid() + "/maps"));
  }

  private void assertCommandsAnswer() {
    try (ChildProcess find = run("find", "find", "math")) {
      assertThat(find.awaitExit()).as(find.err()).isZero();
      assertThat(find.out()).contains("math");
      assertThat(find.err()).isEmpty();
    }
  }

  private static void assertMetricsNeedTheToken(String port) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest.Builder metrics =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
    assertThat(client.send(metrics.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(401);

    metrics.header("Authorization", "Bearer " + TOKEN);
    // They come from modules of Java that nothing else needs.
    assertThat(client.send(metrics.build(), BodyHandlers.ofString()).body())
        .contains("process_open_fds ", "process_cpu_seconds_total ", "jvm_memory_used_bytes{");
  }
}
