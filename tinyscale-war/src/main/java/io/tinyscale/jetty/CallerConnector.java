package io.tinyscale.jetty;

import io.tinyscale.body.HeldBytes;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OutOfMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, and bounds the memory that all heads of requests take, together with what
 * else is held before a checksum is known. Jetty bounds each head alone: without this, strangers
 * who send most of a long head and then wait fill a small heap. Thread-safe.
 */
final class CallerConnector extends ServerConnector {

  private final HeldBytes all;
  private final GatewayObserver observer;

  /**
   * A connector with one thread that accepts.
   *
   * @param all the memory for all heads, and for forms; a connection that finds no room is closed
   * @param observer is told of work that found no memory
   */
  CallerConnector(
      Server server,
      int selectors,
      HttpConfiguration http,
      HeldBytes all,
      GatewayObserver observer) {
    super(server, 1, selectors, CallerConnection.factory(http));
    this.all = all;
    this.observer = observer;
  }

  /** How many bytes are held now, those of forms included. */
  long held() {
    return all.held();
  }

  /** Each answer from now on is the last of its connection, and says so to the caller. */
  void endConnections() {
    getConnectionFactory(HttpConnectionFactory.class)
        .getHttpConfiguration()
        .setPersistentConnectionsEnabled(false);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    CallerEndPoint endPoint = new CallerEndPoint(channel, selector, key);
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    super.onEndPointClosed(endPoint);
    if (endPoint instanceof CallerEndPoint caller) {
      caller.forget();
    }
  }

  /** One caller's connection. One thread at a time reads from it; any thread may close it. */
  private final class CallerEndPoint extends SocketChannelEndPoint
      implements CallerConnection.HeadHolder {

    /** Jetty keeps a head as text, in an array that doubles when it is full. */
    private static final long BYTES_HELD_PER_BYTE = 2;

    // Both are guarded by this.
    private long held;
    private boolean closed;

    CallerEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
      super(channel, selector, key, CallerConnector.this.getScheduler());
    }

    /**
     * Asks for room before it reads more of a head that did not come at once: a connection that is
     * closed keeps what it has read until the selector has forgotten it.
     */
    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      CallerConnection connection = connection();
      int length = connection.lengthWithoutBody();
      if (length > 0
          && connection.isReadingFields()
          && !hold((length + buffer.capacity()) * BYTES_HELD_PER_BYTE)) {
        close();
        return -1;
      }
      try {
        return super.fill(buffer);
      } catch (OutOfMemoryError error) {
        // Jetty takes it for a caller who has left.
        observer.outOfMemory(error);
        throw error;
      }
    }

    /** All that is there has been read; the next call, or more of its head, is awaited. */
    @Override
    public void fillInterested(Callback callback) {
      boolean roomForAll = holdWhatHasArrived();
      super.fillInterested(callback);
      if (!roomForAll) {
        close();
      }
    }

    /** All that is there has been read; more of a body, or of the fields behind it, is awaited. */
    @Override
    public boolean tryFillInterested(Callback callback) {
      boolean roomForAll = holdWhatHasArrived();
      boolean awaited = super.tryFillInterested(callback);
      if (!roomForAll) {
        close();
      }
      return awaited;
    }

    /** While a body arrives, the head keeps its room, and no more is asked for. */
    private boolean holdWhatHasArrived() {
      CallerConnection connection = connection();
      return !connection.isReadingFields()
          || hold(connection.lengthWithoutBody() * BYTES_HELD_PER_BYTE);
    }

    @Override
    public void headIsComplete(int length) {
      // Each read has asked for room for all that it might bring.
      shrink(length * BYTES_HELD_PER_BYTE);
    }

    private CallerConnection connection() {
      return (CallerConnection) getConnection();
    }

    /** Makes so many bytes the ones that are held; false if there is no room for them. */
    private synchronized boolean hold(long bytes) {
      if (closed) {
        return true;
      }
      if (bytes > held && !all.take(bytes - held)) {
        return false;
      }
      if (bytes < held) {
        all.giveBack(held - bytes);
      }
      held = bytes;
      return true;
    }

    /** Holds at most so many bytes from now on. */
    private synchronized void shrink(long bytes) {
      if (bytes < held) {
        all.giveBack(held - bytes);
        held = bytes;
      }
    }

    /** Gives back what is held; nothing is held from now on. */
    synchronized void forget() {
      closed = true;
      all.giveBack(held);
      held = 0;
    }

    @Override
    public void onClose(@Nullable Throwable failure) {
      OutOfMemoryError error = OutOfMemory.behind(failure);
      if (error != null) {
        observer.outOfMemory(error);
      }
      super.onClose(failure);
    }
  }
}
