package io.tinyscale.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class OutOfMemoryExitTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Integer> codes = new ArrayList<>();
  private final OutOfMemoryExit exit = new OutOfMemoryExit(err, codes::add);
  private final OutOfMemoryError error = new OutOfMemoryError("Java heap space");

  private void assertEnded() {
    assertThat(codes).containsExactly(70);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .startsWith("tinyscale: out of memory. ")
        .contains("-Xmx", "limit.calls");
  }

  @Test
  void endsTheProcessOnceWhoeverTells() {
    exit.outOfMemory(error);
    exit.outOfMemory(error);

    assertEnded();
  }

  @Test
  void endsTheProcessWhenAThreadDiesOfIt() {
    exit.uncaughtException(Thread.currentThread(), new CompletionException(error));

    assertEnded();
  }

  /** So the JVM tells of a class that found no memory when it was used first. */
  @Test
  void endsTheProcessWhenAClassCannotBeUsedBecauseOfIt() {
    NoClassDefFoundError unusable = new NoClassDefFoundError("Could not initialize class Some");
    unusable.initCause(
        new ExceptionInInitializerError(
            "Exception java.lang.OutOfMemoryError: Java heap space [in thread \"main\"]"));

    exit.uncaughtException(Thread.currentThread(), unusable);

    assertEnded();
  }

  @Test
  void endsTheProcessWhenALibraryLogsIt() {
    LogRecord record = new LogRecord(Level.WARNING, "Accept failed");
    Handler log = exit.loggedErrors();

    log.publish(record);
    assertThat(codes).isEmpty();
    record.setThrown(new IllegalStateException(error));
    log.publish(record);

    assertEnded();
  }
}
