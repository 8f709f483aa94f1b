package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoreLineTest {

  private ServerSocket store;
  private StoreLine line;

  @BeforeEach
  void start() throws IOException {
    store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    line = new StoreLine(store.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    line.close();
    store.close();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), line.port());
  }

  private void assertPasses() throws IOException {
    try (Socket balancer = connect();
        Socket there = store.accept()) {
      balancer.getOutputStream().write('q');
      assertThat(there.getInputStream().read()).isEqualTo('q');
      there.getOutputStream().write('a');
      assertThat(balancer.getInputStream().read()).isEqualTo('a');
    }
  }

  private static boolean isBroken(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void passesOnWhatEitherSays() throws IOException {
    assertPasses();
  }

  @Test
  void breaksConnectionsWhenItIsCut() throws IOException {
    try (Socket balancer = connect();
        Socket there = store.accept()) {
      line.cut();

      assertThat(isBroken(balancer)).isTrue();
      assertThat(isBroken(there)).isTrue();
    }
  }

  @Test
  void breaksNewConnectionsUntilItIsMended() throws IOException {
    line.cut();
    try (Socket balancer = connect()) {
      assertThat(isBroken(balancer)).isTrue();
    }

    line.mend();

    assertPasses();
  }

  @Test
  void breaksTheConnectionToAStoreThatIsNotThere() throws IOException {
    store.close();

    try (Socket balancer = connect()) {
      assertThat(isBroken(balancer)).isTrue();
    }
  }
}
