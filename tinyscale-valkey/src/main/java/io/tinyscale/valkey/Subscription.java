package io.tinyscale.valkey;

import io.tinyscale.store.Notice;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Hears the notices, on a thread and a connection of its own. Connects again if the connection
 * breaks: after a second, and later after five. Thread-safe.
 */
final class Subscription implements AutoCloseable {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final long CLOSE_MILLIS = 500;

  private final Links links;
  private final Consumer<Notice> notices;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::work, "tinyscale-store-notices");
  private volatile Heard heard = new Heard();

  /** Starts to hear. */
  Subscription(Links links, Consumer<Notice> notices) {
    this.links = links;
    this.notices = notices;
    thread.setDaemon(true);
    thread.start();
  }

  /** What is heard on one connection. */
  private final class Heard extends JedisPubSub {
    private volatile boolean begun;

    @Override
    public void onSubscribe(String channel, int channels) {
      begun = true;
    }

    @Override
    public void onMessage(String channel, String text) {
      NoticeText.read(text).ifPresent(notices);
    }
  }

  private void work() {
    Duration pause = FIRST_PAUSE;
    try {
      do {
        heard = new Heard();
        hear(heard);
        pause = heard.begun ? FIRST_PAUSE : pause;
        Duration next = pause.multipliedBy(2);
        if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
      } while (closed.getCount() > 0);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hears until the connection breaks. */
  private void hear(Heard heard) {
    try (Link link = links.open()) {
      link.store().subscribe(heard, Keys.NOTICES);
    } catch (RuntimeException broken) {
      // Beats fail then, too, and the balancer tells it. A mistake of the listener ends nothing.
    }
  }

  /** Makes the store say something, so that a connection that leads nowhere breaks. */
  void stir() {
    Heard now = heard;
    try {
      if (now.isSubscribed()) {
        now.ping();
      }
    } catch (JedisException broken) {
      // The thread that reads sees it, too.
    }
  }

  /** Ends the thread. The connection must have been closed. */
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
