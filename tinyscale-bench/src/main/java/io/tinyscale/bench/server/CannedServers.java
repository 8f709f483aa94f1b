package io.tinyscale.bench.server;

import io.tinyscale.bench.http.Message;
import io.tinyscale.bench.http.MessageReader;
import io.tinyscale.bench.http.MessageWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Many servers in one thread. Each has a port, and all answer from memory and count the calls.
 * {@code /bench/counts} returns the counts, {@code /bench/forget} removes the created meetings.
 */
final class CannedServers implements AutoCloseable {

  private static final int BACKLOG = 4096;
  private static final int READ_BUFFER = 256 << 10;
  private static final String CONTROL = "/bench/";

  private final CannedAnswers answers;
  private final long delayNanos;
  private final Selector selector;
  private final List<Integer> ports = new ArrayList<>();
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BUFFER);

  /** All answers wait equally long, so they leave in the order of arrival. */
  private final Queue<Delayed> delayed = new ArrayDeque<>();

  private record Delayed(long due, Caller caller, Message answer) {}

  /** Opens the ports. */
  CannedServers(int servers, CannedAnswers answers, Duration delay) throws IOException {
    this.answers = answers;
    this.delayNanos = delay.toNanos();
    this.selector = Selector.open();
    for (int server = 0; server < servers; server++) {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT, server);
      ports.add(listener.socket().getLocalPort());
    }
  }

  List<Integer> ports() {
    return ports;
  }

  /** Serves until the thread is interrupted. */
  void run() throws IOException {
    while (!Thread.currentThread().isInterrupted()) {
      select();
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.attachment() instanceof Integer server) {
          accept(key, server);
        } else {
          ((Caller) key.attachment()).ready();
        }
      }
      selector.selectedKeys().clear();
      sendDue();
    }
  }

  /** Number of requests of a call so far. */
  long count(String call) {
    return counts.getOrDefault(call, new LongAdder()).sum();
  }

  /** Closes all ports and connections; call this when {@link #run} has ended. */
  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  private void select() throws IOException {
    Delayed next = delayed.peek();
    if (next == null) {
      selector.select();
      return;
    }
    long wait = next.due() - System.nanoTime();
    if (wait <= 0) {
      selector.selectNow();
    } else {
      selector.select(Math.max(1, wait / 1_000_000));
    }
  }

  private void sendDue() {
    long now = System.nanoTime();
    while (!delayed.isEmpty() && delayed.element().due() - now <= 0) {
      Delayed next = delayed.remove();
      next.caller().answer(next.answer());
    }
  }

  private void accept(SelectionKey listener, int server) throws IOException {
    SocketChannel channel;
    while ((channel = ((ServerSocketChannel) listener.channel()).accept()) != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Caller(server, channel, key));
    }
  }

  private Message control(String command) {
    if (command.equals("forget")) {
      answers.forgetCreated();
    }
    StringBuilder text = new StringBuilder();
    counts.forEach((call, count) -> text.append(call).append(' ').append(count.sum()).append('\n'));
    return Message.of("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", text.toString(), 0, "");
  }

  /** One connection. */
  private final class Caller {

    private final int server;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final MessageReader reader = new MessageReader();
    private final MessageWriter writer = new MessageWriter();
    private @Nullable ByteBuffer waiting;
    private boolean answering;

    Caller(int server, SocketChannel channel, SelectionKey key) {
      this.server = server;
      this.channel = channel;
      this.key = key;
    }

    void ready() {
      try {
        if (key.isValid() && key.isWritable()) {
          write();
        }
        if (key.isValid() && key.isReadable()) {
          read();
        }
      } catch (IOException gone) {
        close();
      }
    }

    private void read() throws IOException {
      in.clear();
      int length = channel.read(in);
      if (length < 0) {
        close();
        return;
      }
      in.flip();
      take(in);
    }

    /** Requests wait until the request before them is answered. */
    private void take(ByteBuffer bytes) throws IOException {
      while (!answering && reader.read(bytes)) {
        request(reader.target());
      }
      waiting = null;
      if (bytes.hasRemaining()) {
        waiting = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
      }
    }

    private void request(String target) throws IOException {
      answering = true;
      int end = target.indexOf('?') < 0 ? target.length() : target.indexOf('?');
      String call = target.substring(target.lastIndexOf('/', end) + 1, end);
      if (target.startsWith(CONTROL)) {
        begin(control(call));
        return;
      }
      counts.computeIfAbsent(call, name -> new LongAdder()).increment();
      String query = end == target.length() ? "" : target.substring(end + 1);
      Message answer = answers.answer(server, call, query);
      // The sweeps of a balancer are not measured.
      if (delayNanos > 0 && !call.equals("getMeetings")) {
        delayed.add(new Delayed(System.nanoTime() + delayNanos, this, answer));
      } else {
        begin(answer);
      }
    }

    void answer(Message message) {
      try {
        if (key.isValid()) {
          begin(message);
        }
      } catch (IOException gone) {
        close();
      }
    }

    private void begin(Message message) throws IOException {
      writer.begin(message);
      write();
    }

    private void write() throws IOException {
      boolean written = writer.write(channel);
      key.interestOps(written ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
      if (written) {
        answering = false;
        ByteBuffer next = waiting;
        if (next != null) {
          waiting = null;
          take(next);
        }
      }
    }

    private void close() {
      key.cancel();
      try {
        channel.close();
      } catch (IOException e) {
        // The connection is gone in any case.
      }
    }
  }
}
