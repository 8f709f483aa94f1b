package io.tinyscale.jetty;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Reads one caller's calls, and tells what of a call is arriving. The counters of Jetty's
 * connection do not tell it: an answer may begin before the body has arrived, and {@code 100
 * Continue} counts as an answer. Any thread may ask.
 *
 * <p>Extends a class that is internal to Jetty, for its parser: no public class tells how much of a
 * head has arrived. A new version of Jetty may change the class; {@code HeadMemoryTest} and {@code
 * SlowCallersTest} notice that.
 */
final class CallerConnection extends HttpConnection {

  /** Each field takes 150 bytes or more, even if only four bytes arrived for it. */
  private static final int MOST_FIELDS = 100;

  /**
   * A connection with a longer head closes after its answer, because Jetty keeps the room for the
   * longest head as long as the connection is open.
   */
  static final int LONG_HEAD = 8 << 10;

  private CallerConnection(HttpConfiguration http, Connector connector, EndPoint endPoint) {
    super(http, connector, endPoint);
  }

  /** Holds memory for a head. */
  interface HeadHolder {

    /**
     * Holds no more than what a complete head takes until its call is answered.
     *
     * @param length bytes; 0 for a head that takes only what every connection has
     */
    void headIsComplete(int length);
  }

  /** Makes such connections. */
  static HttpConnectionFactory factory(HttpConfiguration http) {
    return new HttpConnectionFactory(http) {
      @Override
      public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(new CallerConnection(http, connector, endPoint), connector, endPoint);
      }
    };
  }

  /** Whether fields arrive: those of a head, or those behind a body. */
  boolean isReadingFields() {
    HttpParser parser = getParser();
    return parser.inHeaderState() || parser.isState(HttpParser.State.TRAILER);
  }

  /** How many bytes of the call have arrived without its body; 0 between two calls. */
  int lengthWithoutBody() {
    return getParser().getHeaderLength();
  }

  /** Whether a head has begun to arrive and is not complete. */
  boolean isInsideHead() {
    return getParser().inHeaderState() && lengthWithoutBody() > 0;
  }

  /** Whether no call is read any more, whatever arrives. */
  boolean isOver() {
    return getParser().isTerminated();
  }

  @Override
  protected RequestHandler newRequestHandler() {
    return new Fields();
  }

  /** Bounds the number of fields; Jetty bounds their length. */
  private final class Fields extends RequestHandler {

    private int count;

    @Override
    public void messageBegin() {
      count = 0;
      super.messageBegin();
    }

    @Override
    public void parsedHeader(HttpField field) {
      count();
      super.parsedHeader(field);
    }

    @Override
    public void parsedTrailer(HttpField field) {
      count();
      super.parsedTrailer(field);
    }

    private void count() {
      if (++count > MOST_FIELDS) {
        throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
      }
    }

    @Override
    public boolean headerComplete() {
      boolean handle = super.headerComplete();
      int length = lengthWithoutBody();
      if (length > LONG_HEAD) {
        getGenerator().setPersistent(false);
      }
      if (getEndPoint() instanceof HeadHolder holder) {
        holder.headIsComplete(length > LONG_HEAD ? length : 0);
      }
      return handle;
    }
  }
}
