package io.tinyscale.launcher;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.balancer.PlacementPreview;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.ExecutableSettings.LogFormat;
import io.tinyscale.config.ExecutableSettings.LogLevel;
import io.tinyscale.health.StartupException;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.launcher.demo.DemoBalancer;
import io.tinyscale.launcher.demo.DemoKind;
import io.tinyscale.relay.HttpRelay;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The executable WAR: {@code java -jar tinyscale.war}. Exit codes of a server, of {@code --check}
 * and of {@code place}: 0 stopped in order or all is well, 2 wrong configuration or command line, 3
 * a server's check failed, the host or the port cannot be had now, or no server would get the
 * meeting of {@code place}, 70 out of memory. A service tries again after 3, and not after 2. The
 * other commands have those of {@code Commands}.
 */
public final class Main {

  static final int OK = 0;
  static final int WRONG_CONFIGURATION = 2;
  static final int CANNOT_START_NOW = 3;

  private final Properties properties;
  private final Map<String, String> environment;
  private final LineLog log;
  private final OutOfMemoryExit outOfMemory;
  private final PrintStream out;
  private final PrintStream err;

  private Main(
      Properties properties,
      Map<String, String> environment,
      LineLog log,
      OutOfMemoryExit outOfMemory,
      PrintStream out,
      PrintStream err) {
    this.properties = properties;
    this.environment = environment;
    this.log = log;
    this.outOfMemory = outOfMemory;
    this.out = out;
    this.err = err;
  }

  /** Runs until stopped, or exits with a code that tells why. */
  public static void main(String[] arguments) {
    PrintStream out = utf8(System.out);
    PrintStream err = utf8(System.err);
    try {
      // Nothing to parse is the usual case, and the parser would be a tenth of the start.
      Request request =
          arguments.length == 0 ? Request.toServe() : new CommandTree(out, err).read(arguments);
      if (request.done().isPresent()) {
        System.exit(request.done().getAsInt());
      }
      if (!ofProcess(out, err).run(request)) {
        System.exit(OK);
      }
    } catch (ConfigException e) {
      err.println(e.getMessage());
      System.exit(WRONG_CONFIGURATION);
    } catch (StartupException e) {
      err.println(e.getMessage());
      System.exit(CANNOT_START_NOW);
    }
  }

  private static Main ofProcess(PrintStream out, PrintStream err) {
    spareJettyTheManagementBeans();
    LineLog log = LineLog.install();
    OutOfMemoryExit outOfMemory = new OutOfMemoryExit();
    outOfMemory.install();
    return new Main(System.getProperties(), System.getenv(), log, outOfMemory, out, err);
  }

  /** The same stream in UTF-8, whatever the locale of a service is. */
  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * Jetty asks the JVM's management beans how long a reference is, and making them takes a tenth of
   * the start; 4 bytes is what it would find, and what it takes if it finds nothing.
   */
  private static void spareJettyTheManagementBeans() {
    String property = "org.eclipse.jetty.util.referencesPerCacheLine";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "16");
    }
  }

  /** Whether a server is running now. */
  private boolean run(Request request) {
    Arguments options = request.options();
    if (options.quiet && !options.demo) {
      throw new ConfigException(
          List.of(
              Problem.of(
                  "--quiet", "alone", "together with --demo", "Add --demo, or leave it out.")));
    }
    if (request.place() != null) {
      place(options, request.place());
      return false;
    }
    if (options.check) {
      check(options);
      return false;
    }
    if (options.warmUp) {
      warmUp(options);
      return false;
    }
    if (options.demo) {
      demo(options);
    } else {
      serve(options);
    }
    return true;
  }

  /** The settings that the command line gives. */
  private static ConfigSource settings(Arguments options) {
    String host = options.listen.host;
    return ConfigSource.options(host == null ? Map.of() : Map.of("--host", host));
  }

  private void check(Arguments options) {
    List<Problem> problems = new ArrayList<>();
    Port.read(options, environment, problems);
    TinyscaleConfig config = config(options, problems);
    balancer(config).check();
    out.println("Placement of new meetings: " + config.placement().description() + ".");
    out.println(
        "The configuration and " + servers(config.pool().servers().size()) + " are in order.");
  }

  private void place(Arguments options, PlaceArguments placing) {
    QueryString create = new QueryString(placing.create.strip());
    List<Problem> problems = new ArrayList<>();
    if (create.first("meetingID").filter(id -> !id.isBlank()).isEmpty()) {
      problems.add(
          Problem.of(
              "--create",
              "no meetingID",
              "the parameters of a create, such as 'meetingID=math&maxParticipants=30'",
              "Add meetingID, and put quotes around it all: & means something to a shell."));
    }
    TinyscaleConfig config = config(options, problems);
    if (config.executable().logLevel() == LogLevel.INFO) {
      log.level(LogLevel.WARN);
    }
    PlacementPreview preview = balancer(config).preview(create);
    log.flush();
    out.println(PlacementTable.of(preview));
    if (preview.choice().isEmpty()) {
      throw new StartupException("No server would get the meeting. " + preview.reason());
    }
  }

  private static Balancer.Builder balancer(TinyscaleConfig config) {
    Balancer.Builder builder =
        Balancer.of(config)
            .upstream(HttpCoreUpstream.of(config))
            .extensions(Main.class.getClassLoader());
    return config.relay().isOn() ? builder.relay(HttpRelay.of(config)) : builder;
  }

  private void serve(Arguments options) {
    List<Problem> problems = new ArrayList<>();
    int port = Port.read(options, environment, problems);
    TinyscaleConfig config = config(options, problems);
    EmbeddedServer server = EmbeddedServer.start(port, config, outOfMemory);
    onSignal(server::close);
    if (config.executable().logFormat() == LogFormat.JSON) {
      readyAsJson(server);
    } else {
      ready(server);
    }
  }

  private void demo(Arguments options) {
    List<Problem> problems = new ArrayList<>();
    int port = Port.read(options, environment, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    DemoKind kind = options.quiet ? DemoKind.QUIET : DemoKind.SCHOOL;
    if (kind == DemoKind.SCHOOL) {
      // What the school tells would get lost among the many lines of its calls.
      log.level(LogLevel.WARN);
    }
    DemoBalancer demo = DemoBalancer.start(kind, port, settings(options), outOfMemory, out);
    onSignal(demo::close);
    ready(demo.server());
    out.println(demo.instructions());
    out.flush();
    demo.play(System.in, () -> System.exit(OK));
  }

  private void warmUp(Arguments options) {
    try (DemoBalancer demo =
        DemoBalancer.start(DemoKind.WARM_UP, 0, settings(options), outOfMemory, out)) {
      new WarmUp(demo, out, err).run();
    }
  }

  /** Reads everything, so that one run shows all that is wrong. */
  private TinyscaleConfig config(Arguments options, List<Problem> problems) {
    try {
      TinyscaleConfig config =
          TinyscaleConfig.readForExecutable(
              List.of(
                  settings(options),
                  ConfigSource.properties(
                      "the system properties",
                      properties.stringPropertyNames().stream()
                          .collect(Collectors.toMap(Function.identity(), properties::getProperty))),
                  ConfigSource.environment(environment)));
      if (problems.isEmpty()) {
        log.level(config.executable().logLevel());
        log.format(config.executable().logFormat());
        return config;
      }
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    throw new ConfigException(problems);
  }

  private void ready(EmbeddedServer server) {
    BalancerStatus pool = server.balancer();
    // In one piece: the log goes on beside it.
    out.print(
        String.format(
            "tinyscale %s ready: %s/bigbluebutton/api%nready: %d of %s%n%s",
            version(),
            server.address(),
            pool.up(),
            servers(pool.inUse()),
            server.adminAddress().map(door -> String.format("admin door: %s%n", door)).orElse("")));
    out.flush();
  }

  /** Whoever reads JSON from the standard output finds nothing else there. */
  private void readyAsJson(EmbeddedServer server) {
    BalancerStatus pool = server.balancer();
    out.print(
        JsonFormatter.line(
            Instant.now(),
            "INFO",
            json -> {
              json.name("event").value("tinyscale.ready");
              json.name("version").value(version());
              json.name("address").value(server.address() + "/bigbluebutton/api");
              json.name("up").value(pool.up());
              json.name("servers").value(pool.inUse());
              if (server.adminAddress().isPresent()) {
                json.name("door").value(server.adminAddress().get());
              }
            }));
    out.flush();
  }

  private static String servers(int count) {
    return count == 1 ? "1 server" : count + " servers";
  }

  /**
   * Runs this when the process is told to stop. A JVM that a signal ends reports 128 and the
   * signal's number; for us a stop in order is a success, and halting with 0 as the very last step
   * is the one public way to say so.
   */
  private void onSignal(Runnable close) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    close.run();
                  } finally {
                    log.flush();
                    out.flush();
                    err.flush();
                    Runtime.getRuntime().halt(OK);
                  }
                },
                "tinyscale-stop"));
  }

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
