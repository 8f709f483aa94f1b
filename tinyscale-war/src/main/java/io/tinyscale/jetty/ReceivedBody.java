package io.tinyscale.jetty;

import io.tinyscale.body.Body;
import io.tinyscale.http.CallerBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The body of a request as Jetty gives it. */
final class ReceivedBody extends CallerBody {

  /**
   * How many reads may follow each other before another thread goes on. A caller and a server that
   * are both fast would keep a thread of the web server, or of the client, for the whole body.
   */
  private static final int TURN = 16;

  private final Request request;

  /** Reads since the last change of threads; only the one thread that reads uses it. */
  private int reads;

  private ReceivedBody(Request request, long length, long limit) {
    super(length, limit, false);
    this.request = request;
  }

  /** The body of this request; {@link Body#EMPTY} if it announces none. */
  static Body of(Request request, long limit) {
    boolean announced =
        request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    return announced ? new ReceivedBody(request, request.getLength(), limit).body() : Body.EMPTY;
  }

  @Override
  protected @Nullable ByteBuffer read(int most) throws IOException {
    if (++reads > TURN) {
      reads = 0;
      readOnAnotherThread();
      return null;
    }
    Content.Chunk chunk = request.read();
    if (chunk == null) {
      reads = 0;
      request.demand(this::readable);
      return null;
    }
    if (Content.Chunk.isFailure(chunk)) {
      throw new IOException("the request could not be read", chunk.getFailure());
    }
    byte[] bytes = new byte[chunk.remaining()];
    chunk.getByteBuffer().get(bytes);
    boolean last = chunk.isLast();
    chunk.release();
    if (last && bytes.length == 0) {
      allRead();
      return null;
    }
    return ByteBuffer.wrap(bytes);
  }

  private void readOnAnotherThread() throws IOException {
    try {
      request.getComponents().getExecutor().execute(this::readable);
    } catch (RejectedExecutionException e) {
      throw new IOException("stopping", e);
    }
  }
}
