package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.bbb.ListingKind;
import io.tinyscale.body.Body;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListingReaderTest {

  private final List<Throwable> reported = new CopyOnWriteArrayList<>();
  private final ExecutorService work =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((dead, thrown) -> reported.add(thrown));
            return thread;
          });

  @AfterEach
  void stop() {
    work.shutdownNow();
  }

  @Test
  void aListForWhichThereIsNoMemoryFailsAtOnceAndIsReported() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    ListingReader reader =
        new ListingReader(
            ListingKind.MEETINGS,
            item -> {
              throw error;
            },
            work);
    byte[] list =
        "<response><meetings><meeting><meetingID>m</meetingID></meeting></meetings></response>"
            .getBytes(StandardCharsets.UTF_8);

    Body.of(list).content().subscribe(reader);

    await().untilAsserted(() -> assertThat(reported).containsExactly(error));
    assertThat(reader.result().toCompletableFuture()).isCompletedExceptionally();
  }
}
