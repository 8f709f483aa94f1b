package io.tinyscale.launcher;

import io.tinyscale.config.ExecutableSettings.LogFormat;
import io.tinyscale.config.ExecutableSettings.LogLevel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The executable's log: one line per event on standard output. An operator's own {@code
 * java.util.logging.config.file} takes its place.
 */
final class LineLog {

  private static final Map<LogLevel, Level> LEVELS =
      Map.of(
          LogLevel.ERROR, Level.SEVERE,
          LogLevel.WARN, Level.WARNING,
          LogLevel.INFO, Level.INFO,
          LogLevel.DEBUG, Level.FINE);
  private static final List<String> CHATTY = List.of("org.eclipse.jetty", "org.apache.hc");

  /** Held here: a logger that nobody holds is forgotten together with its level. */
  private final List<Logger> quiet = CHATTY.stream().map(Logger::getLogger).toList();

  private final Logger events = Logger.getLogger("tinyscale");
  private final boolean ours;

  private LineLog(boolean ours) {
    this.ours = ours;
  }

  /**
   * Must run before anything logs. The caller holds what it returns as long as the process runs.
   */
  static LineLog install() {
    boolean ours =
        Stream.of("config.file", "config.class", "manager")
            .allMatch(setting -> System.getProperty("java.util.logging." + setting) == null);
    if (ours) {
      System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    }
    LineLog log = new LineLog(ours);
    if (ours) {
      Logger.getLogger("").addHandler(new FlushingHandler());
      log.quiet.forEach(logger -> logger.setLevel(Level.WARNING));
    }
    // Two threads go on from here. While one of them sets SLF4J up, the other would get a logger
    // that never says anything.
    LoggerFactory.getILoggerFactory();
    return log;
  }

  /** Logs no event that is less important, unless an operator has a configuration of the JDK's. */
  void level(LogLevel least) {
    if (ours) {
      events.setLevel(LEVELS.get(least));
    }
  }

  /** Writes in this format from now on, unless an operator has a configuration of the JDK's. */
  void format(LogFormat format) {
    if (ours && format == LogFormat.JSON) {
      for (Handler handler : Logger.getLogger("").getHandlers()) {
        if (handler instanceof FlushingHandler) {
          handler.setFormatter(new JsonFormatter());
        }
      }
    }
  }

  /** A level as SLF4J has it. */
  static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** Writes out what is still buffered. */
  void flush() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.flush();
    }
  }

  /** Writes each line at once: what matters most is said last. */
  private static final class FlushingHandler extends StreamHandler {

    FlushingHandler() {
      super(System.out, new LineFormatter());
      try {
        setEncoding(StandardCharsets.UTF_8.name());
      } catch (UnsupportedEncodingException e) {
        throw new AssertionError("every JVM has UTF-8", e);
      }
      setLevel(Level.ALL);
    }

    @Override
    public synchronized void publish(LogRecord record) {
      super.publish(record);
      flush();
    }
  }

  /** Time, level, event. */
  static final class LineFormatter extends Formatter {

    @Override
    public String format(LogRecord record) {
      Instant time = record.getInstant().truncatedTo(ChronoUnit.MILLIS);
      StringBuilder line =
          new StringBuilder()
              .append(time)
              .append(' ')
              .append(String.format("%-5s", level(record.getLevel())))
              .append(' ')
              .append(formatMessage(record))
              .append(System.lineSeparator());
      Throwable thrown = record.getThrown();
      if (thrown != null) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        line.append(trace);
      }
      return line.toString();
    }
  }

  /**
   * A log manager that goes on logging while the process stops. The JDK's own closes every handler
   * as soon as a signal comes, and what is said while calls are drained would be lost.
   */
  public static final class LastingLogManager extends LogManager {

    /** For the JDK. */
    public LastingLogManager() {}

    @Override
    public void readConfiguration() {
      // The JDK's file would add a second handler.
    }

    @Override
    public void reset() {
      // Called by the JDK's own shutdown hook, while calls are drained.
    }
  }
}
