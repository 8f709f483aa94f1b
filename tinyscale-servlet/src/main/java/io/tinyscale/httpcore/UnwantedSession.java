package io.tinyscale.httpcore;

import java.nio.ByteBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;

/** Closes a connection that came too late: another address of the name was faster. */
final class UnwantedSession implements IOEventHandler {

  @Override
  public void connected(IOSession session) {
    session.close(CloseMode.IMMEDIATE);
  }

  @Override
  public void inputReady(IOSession session, ByteBuffer bytes) {
    session.close(CloseMode.IMMEDIATE);
  }

  @Override
  public void outputReady(IOSession session) {
    session.close(CloseMode.IMMEDIATE);
  }

  @Override
  public void timeout(IOSession session, Timeout timeout) {
    session.close(CloseMode.IMMEDIATE);
  }

  @Override
  public void exception(IOSession session, Exception cause) {
    session.close(CloseMode.IMMEDIATE);
  }

  @Override
  public void disconnected(IOSession session) {
    // As it should be.
  }
}
