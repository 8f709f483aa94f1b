package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Front ends that open rooms and ask about them until they are told to stop. */
final class Traffic implements AutoCloseable {

  private static final int FRONT_ENDS = 3;
  private static final String SLIDES = "<modules><module name=\"presentation\"/></modules>";

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final boolean withBodies;
  private volatile boolean over;

  private Traffic(boolean withBodies) {
    this.withBodies = withBodies;
  }

  /**
   * Starts the front ends.
   *
   * @param withBodies whether some creates have a body, too
   */
  static Traffic start(Supplier<FrontEnd> frontEnds, boolean withBodies) {
    Traffic traffic = new Traffic(withBodies);
    for (int i = 0; i < FRONT_ENDS; i++) {
      FrontEnd frontEnd = frontEnds.get();
      String name = "traffic-" + i + "-";
      Thread thread = new Thread(() -> traffic.run(frontEnd, name), name);
      traffic.threads.add(thread);
      thread.start();
    }
    return traffic;
  }

  private void run(FrontEnd frontEnd, String name) {
    for (int room = 0; !over; room++) {
      String id = "meetingID=" + name + room;
      String create = "name=Room&" + id;
      call("create", () -> frontEnd.get(frontEnd.signed("create", create)));
      if (withBodies) {
        call(
            "create with a body",
            () -> frontEnd.post(frontEnd.signed("create", create), "application/xml", SLIDES));
      }
      call("getMeetingInfo", () -> frontEnd.get(frontEnd.signed("getMeetingInfo", id)));
      call("isMeetingRunning", () -> frontEnd.get(frontEnd.signed("isMeetingRunning", id)));
      call("end", () -> frontEnd.get(frontEnd.signed("end", id)));
    }
  }

  private void call(String call, Supplier<HttpResponse<String>> answer) {
    String said;
    try {
      HttpResponse<String> response = answer.get();
      said = response.statusCode() + " " + response.body();
    } catch (AssertionError noAnswer) {
      said = noAnswer.toString();
    }
    answered.incrementAndGet();
    if (!said.startsWith("200 ") || !said.contains("<returncode>SUCCESS<")) {
      failures.add(call + ": " + said);
    }
  }

  /** How many calls are over. */
  int answered() {
    return answered.get();
  }

  /** Ends it, and fails if a call failed. */
  void assertNoCallFailed() {
    close();
    assertThat(failures).as("of " + answered + " calls").isEmpty();
  }

  @Override
  public void close() {
    over = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
