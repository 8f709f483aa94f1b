package io.tinyscale.servlet;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.http.CallerBody;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The body of a request as a servlet container gives it. */
final class RequestBody extends CallerBody implements ReadListener {

  private final AsyncContext async;
  private final ServletInputStream in;
  private final boolean chunked;

  private RequestBody(AsyncContext async, ServletInputStream in, long length, long limit) {
    super(length, limit, true);
    this.async = async;
    this.in = in;
    this.chunked = length < 0;
  }

  /**
   * The body of this request. Call it on the container's thread and after {@code startAsync}: the
   * listener set here must be known before the filter returns. A request that announces no body
   * gets {@link Body#EMPTY}; its stream is not touched.
   *
   * @param limit bytes; the first one beyond it ends the body with {@link BodyTooLargeException}
   */
  static Body of(HttpServletRequest request, long limit) throws IOException {
    long length = request.getContentLengthLong();
    if (length == 0 || length < 0 && !announced(request)) {
      return Body.EMPTY;
    }
    RequestBody content =
        new RequestBody(request.getAsyncContext(), request.getInputStream(), length, limit);
    content.in.setReadListener(content);
    return content.body();
  }

  private static boolean announced(HttpServletRequest request) {
    if (request.getProtocol().startsWith("HTTP/1")) {
      return request.getHeader("Transfer-Encoding") != null;
    }
    return !request.getMethod().equals("GET"); // HTTP/2 frames its bodies without a header field
  }

  @Override
  protected @Nullable ByteBuffer read(int most) throws IOException {
    if (in.isFinished() || !in.isReady()) {
      // The end may show only now. Tomcat, asked on a thread that is not its own, then says "not
      // ready" and calls nobody.
      if (in.isFinished()) {
        allRead();
      }
      return null;
    }
    byte[] bytes = new byte[most];
    int n = in.read(bytes);
    if (n < 0) {
      allRead();
      return null;
    }
    return ByteBuffer.wrap(bytes, 0, n);
  }

  /**
   * Has what is there read, if its end is not known on a thread that is not handling this call of
   * the container. Where Tomcat 10.1 and 11 come upon the last chunk while they handle one, they
   * take the connection for idle and read on it for a next request: beside this one, and if the
   * caller has closed its side, to the effect that this one's answer is lost.
   */
  @Override
  public void onDataAvailable() {
    if (chunked) {
      async.start(this::readable);
    } else {
      readable();
    }
  }

  @Override
  public void onAllDataRead() {
    allRead();
  }

  @Override
  public void onError(Throwable cause) {
    broken(cause);
  }
}
