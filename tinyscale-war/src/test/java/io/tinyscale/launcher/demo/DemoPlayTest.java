package io.tinyscale.launcher.demo;

import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DemoPlayTest {

  @Test
  void goesOnAfterAMomentThatFailed() {
    AtomicInteger moments = new AtomicInteger();
    try (DemoServers servers = DemoServers.start(List.of("bbb1"));
        DemoPlay play =
            new DemoPlay(
                servers,
                () -> {
                  moments.incrementAndGet();
                  throw new IllegalStateException("a fault of the demo");
                },
                new PrintStream(OutputStream.nullOutputStream()))) {
      play.begin();

      await().until(() -> moments.get() > 1);
    }
  }
}
