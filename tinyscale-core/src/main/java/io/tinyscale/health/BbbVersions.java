package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;

/**
 * Which BigBlueButton each server has, as its API root tells. A server is asked a moment after it
 * is up. Many servers do not tell. Thread-safe.
 */
public final class BbbVersions implements GatewayObserver, AutoCloseable {

  /** Nothing waits for the answer: calls come first. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,31}");

  private final ServerPool pool;
  private final ServerCalls calls;
  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Has asked nobody.
   *
   * @param calls tell nobody how the servers do: a server without an answer is not judged by that
   */
  public BbbVersions(ServerPool pool, ServerCalls calls) {
    this.pool = pool;
    this.calls = calls;
  }

  /** The version of a server; empty if the server has not told it. */
  public String of(Server server) {
    return versions.getOrDefault(server.name(), "");
  }

  @Override
  public void serverUp(Server server, int meetings) {
    try {
      calls.at(calls.in(PAUSE), () -> ask(server));
    } catch (RejectedExecutionException stopped) {
      closed = true;
    }
  }

  private void ask(Server server) {
    if (!closed) {
      calls
          .ask(server, ApiCall.ROOT, QueryString.EMPTY, calls.in(PATIENCE), new Cancellation())
          .thenAccept(reply -> take(server, reply));
    }
  }

  private void take(Server server, Reply reply) {
    versions.keySet().removeIf(name -> pool.status(name).isEmpty());
    if (reply instanceof Reply.Said said && pool.status(server.name()).isPresent()) {
      String told = said.content().text("bbbVersion");
      versions.put(server.name(), VERSION.matcher(told).matches() ? told : "");
    }
  }

  /** Asks no more. */
  @Override
  public void close() {
    closed = true;
  }
}
