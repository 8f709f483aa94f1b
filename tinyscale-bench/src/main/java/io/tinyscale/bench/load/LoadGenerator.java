package io.tinyscale.bench.load;

import io.tinyscale.bench.http.MessageReader;
import io.tinyscale.bench.http.MessageWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/**
 * Keeps a number of connections busy, to one port or to several in turn. It needs one thread and
 * little CPU, because it shares the machine with the engine that it measures. An answer is right if
 * it is a redirect, or 200 and SUCCESS.
 */
public final class LoadGenerator implements AutoCloseable {

  private static final int READ_BUFFER = 256 << 10;
  private static final byte[] SUCCESS = "<returncode>SUCCESS".getBytes(StandardCharsets.US_ASCII);
  private static final long LONGEST_LATENCY = Duration.ofMinutes(2).toNanos();
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(20);

  /** A selector's timeout has milliseconds; shorter pauses consist of sleeps of this length. */
  private static final long SLICE = 100_000;

  private static final long SHORT_PAUSE = 2_000_000;

  private final Selector selector;
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BUFFER);
  private final List<Connection> connections = new ArrayList<>();
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Histogram latencies = new Histogram(LONGEST_LATENCY, 3);
  private long answers;
  private long wrong;
  private String firstWrong = "";

  /** Opens the connections to one port. */
  public LoadGenerator(int port, int connections) throws IOException {
    this(List.of(port), connections);
  }

  /** Opens the connections, an equal share of them to each port. */
  public LoadGenerator(List<Integer> ports, int connections) throws IOException {
    this.selector = Selector.open();
    for (int i = 0; i < connections; i++) {
      Connection connection = new Connection(ports.get(i % ports.size()));
      connection.open();
      this.connections.add(connection);
      idle.add(connection);
    }
  }

  /**
   * Sends requests for a time and waits for the last answers.
   *
   * @param pace makes the pace from its start time
   */
  public Load run(RequestSource source, LongFunction<Pace> pace, Duration time) throws IOException {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    Pace rhythm = pace.apply(start);
    for (long now = start; now - end < 0; now = System.nanoTime()) {
      // A connection that fails at once is idle again at once; the loop must end nevertheless.
      for (int free = idle.size(); free > 0 && rhythm.due(now); free--) {
        idle.remove().send(source, rhythm.take(now));
      }
      await(idle.isEmpty() ? 0 : rhythm.pause(now), end - now);
    }
    finish(source, rhythm, end);
    for (Connection connection : connections) {
      if (connection.busy) {
        connection.fail("no answer until long after the end");
      }
    }
    return new Load(
        (System.nanoTime() - start) / 1e9, answers, wrong, firstWrong, latencies.copy());
  }

  /**
   * Sends the requests that an open loop still owes and waits for all answers. Without this the
   * slowest requests would not be counted.
   */
  private void finish(RequestSource source, Pace rhythm, long end) throws IOException {
    long latest = System.nanoTime() + PATIENCE_AT_END.toNanos();
    while (idle.size() < connections.size() || rhythm.owes(end)) {
      if (System.nanoTime() - latest >= 0) {
        return;
      }
      if (!idle.isEmpty() && rhythm.owes(end)) {
        idle.remove().send(source, rhythm.take(end));
      } else {
        select(PATIENCE_AT_END.toMillis());
      }
    }
  }

  private void await(long pause, long left) throws IOException {
    if (pause == 0) {
      select(Math.max(1, left / 1_000_000));
    } else if (pause > SHORT_PAUSE) {
      select(Math.max(1, (Math.min(pause, left) - SHORT_PAUSE / 2) / 1_000_000));
    } else {
      if (selector.selectNow() == 0) {
        LockSupport.parkNanos(Math.min(pause, SLICE));
        selector.selectNow();
      }
      handle();
    }
  }

  private void select(long millis) throws IOException {
    selector.select(millis);
    handle();
  }

  private void handle() {
    for (SelectionKey key : selector.selectedKeys()) {
      ((Connection) key.attachment()).ready(key);
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.channel.close();
    }
    selector.close();
  }

  /** One connection: idle, or with one request in flight. */
  private final class Connection {

    private final InetSocketAddress target;
    private SocketChannel channel = SocketChannel.open();
    private MessageReader reader = new MessageReader();
    private final MessageWriter writer = new MessageWriter();
    private long started;
    private boolean busy;

    Connection(int port) throws IOException {
      target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Blocks until it is connected. */
    void open() throws IOException {
      channel.close();
      channel = SocketChannel.open(target);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
      reader = new MessageReader();
    }

    void send(RequestSource source, long startTime) {
      started = startTime;
      busy = true;
      writer.begin(source.next());
      try {
        if (!channel.isOpen()) {
          open();
        }
        write();
      } catch (IOException e) {
        fail(String.valueOf(e));
      }
    }

    private void write() throws IOException {
      if (!writer.write(channel)) {
        channel.keyFor(selector).interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      } else if (channel.keyFor(selector).interestOps() != SelectionKey.OP_READ) {
        channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
      }
    }

    void ready(SelectionKey key) {
      try {
        if (key.isValid() && key.isWritable()) {
          write();
        }
        if (key.isValid() && key.isReadable()) {
          read();
        }
      } catch (IOException e) {
        fail(String.valueOf(e));
      }
    }

    private void read() throws IOException {
      in.clear();
      int length = channel.read(in);
      if (length < 0) {
        // A server may close a connection between two requests.
        if (busy) {
          fail("the connection was closed");
        } else {
          channel.close();
        }
        return;
      }
      if (reader.read(in.flip())) {
        answered();
      }
    }

    private void answered() throws IOException {
      boolean right =
          reader.status() == 302 || reader.status() == 200 && reader.bodyBeginsWithin(SUCCESS);
      if (!right) {
        failed("status " + reader.status() + ": " + reader.bodyStart());
      } else {
        answers++;
        latencies.recordValue(Math.min(System.nanoTime() - started, LONGEST_LATENCY));
      }
      if (reader.closes()) {
        channel.close();
      }
      busy = false;
      idle.add(this);
    }

    void fail(String why) {
      if (busy) {
        failed(why);
        busy = false;
        idle.add(this);
      }
      try {
        channel.close();
      } catch (IOException e) {
        // The connection is gone in any case.
      }
    }

    private void failed(String why) {
      wrong++;
      firstWrong = firstWrong.isEmpty() ? why : firstWrong;
    }
  }
}
