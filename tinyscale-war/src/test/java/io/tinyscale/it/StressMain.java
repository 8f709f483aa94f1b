package io.tinyscale.it;

import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.httpcore.TestUpstreams;
import io.tinyscale.servlet.FakeServer;
import io.tinyscale.servlet.FakeServer.Peer;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Many large bodies up and down at once, through one container, in a process of its own with a
 * small heap. Every combination of framings comes up, with slow readers and writers on either side,
 * with servers that answer after the request and servers that answer while they read. Every byte is
 * compared. Exits with 0 if all is well, with 2 and a thread dump if no byte moves for 20 s.
 */
public final class StressMain {

  private static final int STALL_SECONDS = 20;

  /** The bytes of bodies; the length is a prime, so that buffers start at different places. */
  private static final byte[] BLOCK = new byte[999_983];

  static {
    new Random(42).nextBytes(BLOCK);
  }

  private final AtomicLong moved = new AtomicLong();
  private final AtomicInteger done = new AtomicInteger();
  private final Set<Plan> unfinished = ConcurrentHashMap.newKeySet();
  private final long size;

  private StressMain(long size) {
    this.size = size;
  }

  private static TestContainer start(TestContainer.Kind kind, RelayEndpoint relay)
      throws Exception {
    return kind.start(relay.everywhere(), Long.MAX_VALUE, relay);
  }

  /** Arguments: container, IO threads, transfers, bytes, concurrency. */
  public static void main(String[] args) throws Exception {
    TestContainer.Kind kind = TestContainer.Kind.valueOf(args[0]);
    int transfers = Integer.parseInt(args[2]);
    StressMain stress = new StressMain(Long.parseLong(args[3]));
    long start = System.nanoTime();
    try (HttpCoreUpstream upstream = TestUpstreams.plain(Integer.parseInt(args[1]));
        FakeServer server = new FakeServer(stress::serve);
        TestContainer container = start(kind, new RelayEndpoint(upstream, server.port()))) {
      stress.watch();
      stress.run(container.port(), transfers, Integer.parseInt(args[4]));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s: %d transfers, %d MB moved, %.1f s, heap used at most %d MB of %d%n",
        kind,
        stress.done.get(),
        stress.moved.get() >> 20,
        seconds,
        Runtime.getRuntime().totalMemory() >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
    System.exit(0); // even if threads are left
  }

  private void run(int port, int transfers, int concurrency) throws Exception {
    ExecutorService workers = Executors.newCachedThreadPool();
    AtomicInteger next = new AtomicInteger();
    Future<?>[] running = new Future<?>[concurrency];
    for (int i = 0; i < concurrency; i++) {
      running[i] =
          workers.submit(
              () -> {
                Peer caller = Peer.connect(port);
                int number;
                while ((number = next.getAndIncrement()) < transfers) {
                  Plan plan = new Plan(number);
                  unfinished.add(plan);
                  if (!transfer(caller, plan, workers)) {
                    caller.close();
                    caller = Peer.connect(port);
                  }
                  unfinished.remove(plan);
                  done.incrementAndGet();
                }
                caller.close();
                return null;
              });
    }
    for (Future<?> worker : running) {
      worker.get();
    }
    workers.shutdown();
  }

  /** Whether the connection may be used again; Tomcat closes it after an early answer. */
  private boolean transfer(Peer caller, Plan plan, ExecutorService workers) throws Exception {
    caller.write(
        "POST /bigbluebutton/api/x?n="
            + plan.number
            + " HTTP/1.1\r\nHost: x\r\n"
            + framing(plan.chunkedUp)
            + "\r\n");
    Future<?> upload =
        workers.submit(
            () -> {
              send(caller.out, plan.number, plan.chunkedUp, plan.slowCallerWrites, null);
              return null;
            });
    String head = caller.readHead();
    if (!head.startsWith("HTTP/1.1 200")) {
      throw new IOException(plan + ": " + head);
    }
    if (!Peer.field(head, "Content-Type").startsWith("text/xml")) {
      throw new IOException(plan + ": " + new String(caller.readBody(head)));
    }
    boolean chunked = Peer.field(head, "Transfer-Encoding").equals("chunked");
    if (chunked != plan.chunkedDown) {
      throw new IOException(plan + ": framed the other way: " + head);
    }
    receive(caller, head, plan.number + 1, plan.slowCallerReads);
    upload.get();
    return !Peer.field(head, "Connection").equals("close");
  }

  private void serve(Peer peer) throws IOException {
    while (true) {
      String head = peer.readHead();
      Plan plan = new Plan(Integer.parseInt(head.split("n=| HTTP")[1]));
      String answer =
          "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n" + framing(plan.chunkedDown) + "\r\n";
      if (!plan.duplex) {
        receive(peer, head, plan.number, plan.slowServerReads);
        peer.write(answer);
        send(peer.out, plan.number + 1, plan.chunkedDown, plan.slowServerWrites, null);
        continue;
      }
      // The end of the answer waits for the end of the request, or the rest of it is given up.
      CountDownLatch received = new CountDownLatch(1);
      peer.write(answer);
      Thread sender =
          new Thread(
              () -> {
                try {
                  send(
                      peer.out, plan.number + 1, plan.chunkedDown, plan.slowServerWrites, received);
                } catch (IOException e) {
                  fail(plan + ": " + e);
                }
              });
      sender.start();
      receive(peer, head, plan.number, plan.slowServerReads);
      received.countDown();
      try {
        sender.join();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private String framing(boolean chunked) {
    return chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + size + "\r\n";
  }

  private void send(
      OutputStream out, int seed, boolean chunked, boolean slow, CountDownLatch beforeLast)
      throws IOException {
    Random random = new Random(seed);
    long sent = 0;
    long nextPause = slow ? size / 4 : Long.MAX_VALUE;
    while (sent < size) {
      int n = (int) Math.min(size - sent, 1 + random.nextInt(random.nextInt(8) == 0 ? 60 : 60_000));
      if (beforeLast != null && sent + n >= size) {
        await(beforeLast);
      }
      if (chunked) {
        out.write((Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
      writeBlock(out, position(seed, sent), n);
      if (chunked) {
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      sent += n;
      moved.addAndGet(n);
      if (sent >= nextPause) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        nextPause += size / 4;
      }
    }
    if (chunked) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static int position(int seed, long offset) {
    return (int) ((seed * 7919L + offset) % BLOCK.length);
  }

  private static void writeBlock(OutputStream out, int from, int length) throws IOException {
    int first = Math.min(length, BLOCK.length - from);
    out.write(BLOCK, from, first);
    out.write(BLOCK, 0, length - first);
  }

  private void receive(Peer peer, String head, int seed, boolean slow) throws IOException {
    if (slow) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200)); // until every buffer is full
    }
    long[] received = {0, slow ? size / 4 : Long.MAX_VALUE};
    peer.readBody(
        head,
        (bytes, offset, length) -> {
          compare(bytes, offset, length, position(seed, received[0]));
          received[0] += length;
          moved.addAndGet(length);
          if (received[0] >= received[1]) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            received[1] += size / 4;
          }
        });
    if (received[0] != size) {
      throw new EOFException(received[0] + " of " + size);
    }
  }

  private static void compare(byte[] bytes, int offset, int length, int from) throws IOException {
    int first = Math.min(length, BLOCK.length - from);
    if (Arrays.mismatch(bytes, offset, offset + first, BLOCK, from, from + first) >= 0
        || Arrays.mismatch(bytes, offset + first, offset + length, BLOCK, 0, length - first) >= 0) {
      throw new IOException("wrong bytes");
    }
  }

  private void watch() {
    Thread watchdog =
        new Thread(
            () -> {
              long last = -1;
              int still = 0;
              while (true) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                long now = moved.get();
                still = now == last ? still + 1 : 0;
                last = now;
                if (still >= STALL_SECONDS) {
                  fail("no byte moved for " + STALL_SECONDS + " s");
                }
              }
            },
            "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private void fail(String what) {
    System.out.println(what + "; " + done.get() + " transfers done, running: " + unfinished);
    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
      System.out.println(thread.getKey());
      for (StackTraceElement frame : thread.getValue()) {
        System.out.println("    at " + frame);
      }
    }
    Runtime.getRuntime().halt(2);
  }

  /** The kind of the transfer with this number; both ends compute it. */
  private static final class Plan {

    final int number;
    final boolean chunkedUp;
    final boolean chunkedDown;
    final boolean slowCallerReads;
    final boolean slowCallerWrites;
    final boolean slowServerReads;
    final boolean slowServerWrites;
    final boolean duplex;

    Plan(int number) {
      this.number = number;
      chunkedUp = (number & 1) != 0;
      chunkedDown = (number & 2) != 0;
      duplex = (number & 4) != 0;
      int pace = number / 8 % 8;
      slowCallerReads = pace == 1;
      slowCallerWrites = pace == 2;
      slowServerReads = pace == 3;
      slowServerWrites = pace == 4;
    }

    @Override
    public String toString() {
      return "transfer "
          + number
          + (chunkedUp ? " chunked" : " length")
          + (chunkedDown ? "/chunked" : "/length")
          + (duplex ? " duplex" : "");
    }
  }
}
