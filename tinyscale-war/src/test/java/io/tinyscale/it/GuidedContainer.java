package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container out of its distribution, set up by the blocks of docs/tomcat-jetty.md, with the paths
 * below a folder of the test. Beside the connector of the guide it has one with the container's own
 * limits.
 */
final class GuidedContainer implements AutoCloseable {

  private static final Pattern PATHS =
      Pattern.compile(
          "(?<![\\w/])/((?:etc|usr/local/share|var/lib)/tinyscale|var/cache/jetty|opt/jetty-base)");

  /** The blocks that are run here. */
  static final List<String> BLOCKS =
      List.of(
          "files",
          "first-server",
          "check",
          "tomcat/connector",
          "tomcat/valves",
          "tomcat/context",
          "tomcat/setenv",
          "tomcat/logging",
          "jetty/modules",
          "jetty/ini",
          "jetty/context",
          "jetty/unit",
          "jetty/logging",
          "see");

  /** A connector that is told nothing. */
  private static final String DEFAULT_LIMITS =
      """
      <?xml version="1.0"?>
      <!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_10_0.dtd">
      <Configure id="Server" class="org.eclipse.jetty.server.Server">
        <Call name="addConnector">
          <Arg>
            <New class="org.eclipse.jetty.server.ServerConnector">
              <Arg name="server"><Ref refid="Server"/></Arg>
            </New>
          </Arg>
        </Call>
      </Configure>
      """;

  private static final Pattern PORT =
      Pattern.compile(
          "Starting ProtocolHandler \\[\"http-nio-\\S*auto-\\d+-(\\d+)\"]"
              + "|Started oejs\\.ServerConnector@.*:(\\d+)}");

  private final GuideBlocks guide = new GuideBlocks("tomcat-jetty.md");
  private final SimulatedServer server = SimulatedServer.builder().start();
  private final Container kind;
  private final Path root;
  private final Path base;
  private Container.@Nullable Running running;

  private GuidedContainer(Container kind, Path root) {
    this.kind = kind;
    this.root = root;
    this.base = root.resolve(kind == Container.JETTY_12 ? "opt/jetty-base" : "tomcat");
  }

  /** Does what the guide tells, in this folder, until the container is up. */
  static GuidedContainer start(Container kind, Path root) throws IOException {
    GuidedContainer container = new GuidedContainer(kind, Files.createDirectories(root));
    try {
      container.begin();
      return container;
    } catch (IOException | RuntimeException | AssertionError e) {
      container.close();
      throw e;
    }
  }

  private void begin() throws IOException {
    install();
    ChildProcess process = kind == Container.JETTY_12 ? startJetty() : startTomcat();
    running = new Container.Running(process, "tinyscale");
    running.awaitUp();
  }

  /** A block with the paths of this test. */
  private String block(String name) {
    return here(guide.get(name));
  }

  private String here(String text) {
    return PATHS
        .matcher(text)
        .replaceAll(Matcher.quoteReplacement(root.toString()) + "/$1")
        .replace("/opt/jetty-home", kind.home().toString())
        .replace("/usr/bin/java", ChildProcess.jdk("java"));
  }

  private static String with(String text, String documented, String here) {
    assertThat(text).contains(documented);
    return text.replace(documented, here);
  }

  private void install() throws IOException {
    Files.createSymbolicLink(root.resolve("tinyscale.war"), ExecutableWar.file());
    // The container's user is the one that runs the test.
    String files = with(block("files"), " -o tomcat -g tomcat", "");
    run(with(files, "chgrp tomcat", "chgrp \"$(id -g)\""));
    Path programs = Files.createDirectories(root.resolve("programs"));
    Path runuser =
        Files.writeString(
            programs.resolve("runuser"),
            "#!/bin/sh\n[ \"$1 $2 $3\" = '-u tomcat --' ] || exit 9\nshift 3\nexec \"$@\"\n");
    Files.setPosixFilePermissions(runuser, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(root.resolve("pasted"), server.secret() + "\n");
    String first = with(block("first-server"), "https://bbb1.example.org", server.uri().toString());
    run("exec < pasted\n" + first);
    assertThat(run(block("check"))).contains("bbb1");
  }

  /** Runs commands as the guide has them; returns what they say. */
  private String run(String commands) {
    String path = root.resolve("programs") + ":" + Path.of(ChildProcess.jdk("java")).getParent();
    try (ChildProcess shell =
        ChildProcess.start(
            "guide",
            root,
            List.of("bash", "-c", "set -euo pipefail\n" + commands),
            Map.of("PATH", path + ":" + System.getenv("PATH")))) {
      int code = shell.awaitExit();
      assertThat(code).as(commands + shell.out() + shell.err()).isZero();
      return shell.out() + shell.err();
    }
  }

  private ChildProcess startTomcat() throws IOException {
    for (String folder : List.of("bin", "conf/Catalina/localhost", "logs", "temp", "webapps")) {
      Files.createDirectories(base.resolve(folder));
    }
    try (Stream<Path> files = Files.list(kind.home().resolve("conf"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, base.resolve("conf").resolve(file.getFileName()));
      }
    }
    Path serverXml = base.resolve("conf/server.xml");
    Files.writeString(serverXml, serverXml(Files.readString(serverXml)));
    Files.writeString(
        base.resolve("conf/Catalina/localhost/tinyscale.xml"), block("tomcat/context"));
    Files.writeString(base.resolve("bin/setenv.sh"), block("tomcat/setenv"));
    addLogging();
    return ChildProcess.start(
        "guided-" + kind,
        base,
        List.of("sh", kind.home().resolve("bin/catalina.sh").toString(), "run"),
        Map.of(
            "CATALINA_BASE",
            base.toString(),
            "JAVA_HOME",
            System.getProperty("java.home"),
            "JAVA_OPTS",
            String.join(" ", ExecutableWar.QUICK_JVM)));
  }

  /** Tomcat's own file with the guide's changes, and with its own connector behind the guide's. */
  private String serverXml(String text) {
    String characters = guide.inline("relaxedQueryChars=");
    String connector = with(block("tomcat/connector"), "port=\"8080\"", "port=\"0\" " + characters);
    Matcher own = Pattern.compile("(?s) *<Connector port=\"8080\".*?/>").matcher(text);
    assertThat(own.find()).isTrue();
    String both = connector + own.group().replace("8080", "0");
    Matcher log =
        Pattern.compile("(?s) *<Valve className=\"\\S*AccessLogValve\".*?/>")
            .matcher(own.replaceFirst(Matcher.quoteReplacement(both)));
    assertThat(log.find()).isTrue();
    return with(
        log.replaceFirst(Matcher.quoteReplacement(block("tomcat/valves"))),
        "<Server port=\"8005\"",
        "<Server port=\"-1\"");
  }

  private void addLogging() throws IOException {
    String append = guide.inline(", 5tinyscale");
    Path file = base.resolve("conf/logging.properties");
    String text = Files.readString(file);
    String changed = text.replaceFirst("(?m)^handlers = .*$", "$0" + append);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(
        file, changed + with(block("tomcat/logging"), "tinyscale.level = INFO", debug()));
  }

  /** As the guide tells, what the executable calls debug. */
  private String debug() {
    return guide.inline("tinyscale.level = ");
  }

  private ChildProcess startJetty() throws IOException {
    run(block("jetty/modules"));
    Files.createDirectories(root.resolve("var/cache/jetty"));
    Files.writeString(base.resolve("start.d/tinyscale.ini"), block("jetty/ini"));
    Files.writeString(
        base.resolve("start.d/test.ini"), "jetty.http.port=0\netc/default-limits.xml\n");
    Files.writeString(
        Files.createDirectories(base.resolve("etc")).resolve("default-limits.xml"), DEFAULT_LIMITS);
    Files.writeString(
        base.resolve("webapps/tinyscale.xml"),
        with(block("jetty/context"), "</Configure>", extensions() + "</Configure>"));
    Files.writeString(
        root.resolve("etc/tinyscale/logging.properties"),
        with(block("jetty/logging"), "tinyscale.level = INFO", debug()));
    Matcher start = Pattern.compile("(?m)^ExecStart=(.*)$").matcher(block("jetty/unit"));
    assertThat(start.find()).isTrue();
    return ChildProcess.start("guided-" + kind, root, List.of(start.group(1).split(" ")), Map.of());
  }

  /** The line of the guide for jars of one's own, with one. */
  private String extensions() throws IOException {
    Path folder = Files.createDirectories(root.resolve("etc/tinyscale/extensions"));
    Files.copy(ExamplesIT.examplesJar(), folder.resolve("examples.jar"));
    return here(guide.inline("<Set name=\"extraClasspath\">"));
  }

  /** The web application, through the connector of the guide. */
  URI webapp() {
    return running.awaitUp();
  }

  SigningClient frontEnd() {
    return new SigningClient(running.awaitApi(), secret());
  }

  /** A front end that calls through the connector with the container's own limits. */
  SigningClient frontEndWithinOwnLimits() {
    List<String> ports =
        PORT.matcher(running.process().out() + running.process().err())
            .results()
            .map(started -> started.group(1) == null ? started.group(2) : started.group(1))
            .toList();
    assertThat(ports).hasSize(2);
    return new SigningClient(
        URI.create("http://localhost:" + ports.get(1) + "/tinyscale/bigbluebutton/api"), secret());
  }

  private String secret() {
    return read("etc/tinyscale/secret");
  }

  String token() {
    return read("etc/tinyscale/admin.token");
  }

  private String read(String file) {
    try {
      return Files.readString(root.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the commands at the guide's end say. */
  String see() {
    URI webapp = webapp();
    return run(with(block("see"), "127.0.0.1:8080", webapp.getHost() + ":" + webapp.getPort()));
  }

  /** A file among Tomcat's logs, or what Jetty has said. */
  String log(String beginning) throws IOException {
    if (kind == Container.JETTY_12) {
      return running.process().err();
    }
    try (Stream<Path> files = Files.list(base.resolve("logs"))) {
      Path file =
          files
              .filter(found -> found.getFileName().toString().startsWith(beginning))
              .findFirst()
              .orElseThrow();
      return Files.readString(file);
    }
  }

  SimulatedServer server() {
    return server;
  }

  ChildProcess process() {
    return running.process();
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
    server.close();
  }
}
