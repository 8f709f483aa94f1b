package io.tinyscale.launcher.demo;

import io.tinyscale.balancer.BalancerStatus;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens in a demo that runs: the school, what is told of killed servers, and the keys. Its
 * threads keep no process alive.
 */
final class DemoPlay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DemoPlay.class);

  private static final long TICK_MILLIS = 200;

  /**
   * As many people can load a page at once; a create that waits for a dead server is one of them.
   */
  private static final int BROWSERS = 16;

  /** Every demo has the same people, so that one demo can be compared with the next. */
  private static final long SEED = 8;

  private static final ServerWatch.Listener NOBODY =
      new ServerWatch.Listener() {
        @Override
        public void died(String server, Duration when) {}

        @Override
        public void restarted(String server) {}

        @Override
        public void returned(String server) {}
      };

  private final long start = System.nanoTime();
  private final DemoServers servers;
  private final Supplier<BalancerStatus> balancer;
  private final Story story;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "tinyscale-demo"));
  private final ThreadPoolExecutor browsers =
      new ThreadPoolExecutor(
          BROWSERS,
          BROWSERS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> daemon(task, "tinyscale-demo-browser"));

  /**
   * Makes the play.
   *
   * @param balancer what tinyscale knows of the servers
   */
  DemoPlay(DemoServers servers, Supplier<BalancerStatus> balancer, PrintStream out) {
    this.servers = servers;
    this.balancer = balancer;
    this.story = new Story(out);
    browsers.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Tells of the servers alone. */
  void begin() {
    repeat(() -> {}, NOBODY);
  }

  /**
   * Opens the school, too.
   *
   * @param signed gives the address of a call, signed, by its name and its query
   */
  void beginWithSchool(BinaryOperator<String> signed) {
    School school =
        new School(
            new Timetable(new Random(SEED)),
            new BrowserCalls(signed, servers::at, browsers),
            story,
            this::now,
            thread);
    repeat(school::tick, school);
  }

  private void repeat(Runnable tick, ServerWatch.Listener listener) {
    ServerWatch watch = new ServerWatch(story, this::isUp, listener);
    thread.scheduleWithFixedDelay(
        () -> {
          try {
            watch.tick(now(), servers.all().stream().map(server -> server.life(start)).toList());
            tick.run();
          } catch (RuntimeException e) {
            // A task that throws would not be repeated: the story would end without a word.
            LOG.error("A moment of the demo failed. The demo goes on.", e);
          }
        },
        0,
        TICK_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** Reads keys until there are none left. */
  void readKeys(InputStream input, Runnable quit) {
    DemoKeys keys = new DemoKeys(servers, this::people, story, quit);
    daemon(() -> new KeyReader(keys).read(input), "tinyscale-demo-keys").start();
  }

  private Duration now() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private boolean isUp(String server) {
    return status(server).filter(status -> status.status().health().isUp()).isPresent();
  }

  private long people(String server) {
    return status(server).map(status -> status.load().users()).orElse(0L);
  }

  private Optional<BalancerStatus.OfServer> status(String server) {
    return balancer.get().servers().stream()
        .filter(status -> status.status().server().name().equals(server))
        .findFirst();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    browsers.shutdownNow();
  }
}
