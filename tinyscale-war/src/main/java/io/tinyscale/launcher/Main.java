package io.tinyscale.launcher;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.balancer.PlacementPreview;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.ExecutableSettings.LogLevel;
import io.tinyscale.config.Spelling;
import io.tinyscale.health.StartupException;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.relay.HttpRelay;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The executable WAR: {@code java -jar tinyscale.war}. Exit codes: 0 stopped in order or all is
 * well, 2 wrong configuration or command line, 3 a server's check failed or no server would get the
 * meeting of {@code place}, 70 out of memory.
 */
public final class Main {

  static final int OK = 0;
  static final int WRONG_CONFIGURATION = 2;
  static final int SERVER_CHECK_FAILED = 3;

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
    spareJettyTheManagementBeans();
    LineLog log = LineLog.install();
    OutOfMemoryExit outOfMemory = new OutOfMemoryExit();
    outOfMemory.install();
    Main main =
        new Main(
            System.getProperties(),
            System.getenv(),
            log,
            outOfMemory,
            utf8(System.out),
            utf8(System.err));
    try {
      if (!main.run(arguments)) {
        System.exit(OK);
      }
    } catch (ConfigException e) {
      main.err.println(e.getMessage());
      System.exit(WRONG_CONFIGURATION);
    } catch (StartupException e) {
      main.err.println(e.getMessage());
      System.exit(SERVER_CHECK_FAILED);
    }
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
  private boolean run(String[] arguments) {
    Arguments options = new Arguments();
    PlaceArguments placing = new PlaceArguments();
    CommandLine place = parse(arguments, options, placing);
    if (place != null) {
      place(options, placing, place);
      return false;
    }
    if (options.help) {
      out.print(Help.text(commandLine(new Arguments(), new PlaceArguments())));
      return false;
    }
    if (options.version) {
      out.println("tinyscale " + version());
      return false;
    }
    if (options.check) {
      check(options);
      return false;
    }
    if (options.demo) {
      demo(options);
    } else {
      serve(options);
    }
    return true;
  }

  /** The command {@code place}, if that is what the arguments begin; else null. */
  private static @Nullable CommandLine parse(
      String[] arguments, Arguments options, PlaceArguments placing) {
    // Nothing to parse is the usual case, and the parser would be a tenth of the start.
    if (arguments.length == 0) {
      return null;
    }
    try {
      CommandLine.ParseResult parsed = commandLine(options, placing).parseArgs(arguments);
      return parsed.hasSubcommand() ? parsed.subcommand().commandSpec().commandLine() : null;
    } catch (ParameterException e) {
      throw new ConfigException(
          List.of(Problem.of("command line", String.valueOf(e.getMessage()), "", fixFor(e))));
    }
  }

  private static CommandLine commandLine(Arguments options, PlaceArguments placing) {
    return new CommandLine(options).addSubcommand(placing);
  }

  private static String fixFor(ParameterException problem) {
    String help = "`java -jar tinyscale.war --help` lists the options.";
    return problem instanceof UnmatchedArgumentException unmatched
        ? Spelling.nearest(
                unmatched.getUnmatched().get(0).replaceFirst("=.*", ""),
                problem.getCommandLine().getCommandSpec().optionsMap().keySet())
            .map(meant -> "Did you mean " + meant + "? " + help)
            .orElse(help)
        : help;
  }

  /** The settings that the command line gives. */
  private static ConfigSource settings(Arguments options) {
    String host = options.host;
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

  private void place(Arguments options, PlaceArguments placing, CommandLine command) {
    if (placing.help) {
      command.usage(out);
      return;
    }
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
    ready(server);
  }

  private void demo(Arguments options) {
    List<Problem> problems = new ArrayList<>();
    int wanted = Port.read(options, environment, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    Demo demo = Demo.start(out);
    EmbeddedServer server;
    try {
      // The relay of callbacks must know the port before it is opened.
      int port = wanted == 0 ? Port.free() : wanted;
      server = EmbeddedServer.start(port, demo.config(settings(options), port), outOfMemory);
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
    onSignal(
        () -> {
          server.close();
          demo.close();
        });
    ready(server);
    out.println(demo.instructions(server.address(), server.adminAddress()));
    out.flush();
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

  private static String servers(int count) {
    return count == 1 ? "1 server" : count + " servers";
  }

  /**
   * Closes this when the process is told to stop. A JVM that a signal ends reports 128 and the
   * signal's number; for us a stop in order is a success, and halting with 0 as the very last step
   * is the one public way to say so.
   */
  private void onSignal(Closing closing) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    closing.close();
                  } finally {
                    log.flush();
                    out.flush();
                    err.flush();
                    Runtime.getRuntime().halt(OK);
                  }
                },
                "tinyscale-stop"));
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** What has to be closed in the end. */
  @FunctionalInterface
  interface Closing {
    void close();
  }
}
