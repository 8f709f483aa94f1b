package io.tinyscale.launcher;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OutOfMemory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Ends the process when the JVM has run out of memory. Some threads would be dead then and others
 * not: a process that goes on may accept calls and answer none. A service manager can start a new
 * process only if this one ends.
 *
 * <p>Hears of the error from the balancer, from the web server, from threads that die, and from the
 * log, where the libraries leave errors that they catch. Takes no memory itself. Thread-safe.
 */
final class OutOfMemoryExit implements GatewayObserver, Thread.UncaughtExceptionHandler {

  /** The exit code. */
  static final int CODE = 70;

  private final byte[] message =
      ("tinyscale: out of memory. Give it more heap (java -Xmx... -jar tinyscale.war), or let it"
              + " answer fewer calls at a time (limit.calls).\n")
          .getBytes(StandardCharsets.UTF_8);
  private final AtomicBoolean ended = new AtomicBoolean();
  private final OutputStream err;
  private final IntConsumer halt;

  /** For this process. */
  OutOfMemoryExit() {
    // Shutdown hooks may need memory, or wait for a thread that needs some.
    this(new FileOutputStream(FileDescriptor.err), Runtime.getRuntime()::halt);
  }

  /** With another standard error and another way to end. */
  OutOfMemoryExit(OutputStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  /** Hears of threads that die and of errors that are logged, from now on. */
  void install() {
    // A class that is loaded and a text that is used for the first time take memory.
    OutOfMemory.behind(new OutOfMemoryError("a rehearsal"));
    Thread.setDefaultUncaughtExceptionHandler(this);
    // First, because another handler needs memory to write the line.
    Logger root = Logger.getLogger("");
    Handler[] others = root.getHandlers();
    Stream.of(others).forEach(root::removeHandler);
    root.addHandler(loggedErrors());
    Stream.of(others).forEach(root::addHandler);
  }

  /** Looks at every error that is logged. */
  Handler loggedErrors() {
    return new LoggedErrors();
  }

  @Override
  public void outOfMemory(OutOfMemoryError error) {
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      try {
        err.write(message);
        err.flush();
      } catch (IOException nobodyReads) {
        // The exit code tells the same.
      } finally {
        halt.accept(CODE);
      }
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    if (OutOfMemory.behind(thrown) != null || isOfAClassWithoutMemory(thrown)) {
      end();
      return;
    }
    try {
      // As the JDK does it.
      System.err.print("Exception in thread \"" + thread.getName() + "\" ");
      thrown.printStackTrace();
    } catch (OutOfMemoryError error) {
      end();
    }
  }

  /**
   * Whether a class cannot be used because there was no memory when it was used first. Of that
   * error the JVM keeps the text alone.
   */
  private static boolean isOfAClassWithoutMemory(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof NoClassDefFoundError
        && cause != null
        && String.valueOf(cause.getMessage()).contains("java.lang.OutOfMemoryError");
  }

  /** Looks at what was thrown and logs nothing. */
  private final class LoggedErrors extends Handler {

    LoggedErrors() {
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord record) {
      if (OutOfMemory.behind(record.getThrown()) != null) {
        end();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
