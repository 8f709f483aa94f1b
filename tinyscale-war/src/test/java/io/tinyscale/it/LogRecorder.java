package io.tinyscale.it;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Writes one line for each record of a log, the logger's name first. */
final class LogRecorder extends Handler {

  private final PrintWriter out;

  LogRecorder(PrintWriter out) {
    this.out = out;
    setLevel(Level.ALL);
  }

  @Override
  public void publish(LogRecord record) {
    String text = new SimpleFormatter().formatMessage(record);
    out.println(record.getLoggerName() + ": " + text.replace("\n", "\\n"));
    if (record.getThrown() != null) {
      StringWriter trace = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(trace));
      out.println(record.getLoggerName() + ": " + trace.toString().replace("\n", "\\n"));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
