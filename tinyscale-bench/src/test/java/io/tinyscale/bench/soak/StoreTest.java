package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bench.engine.StoreProcess;
import io.tinyscale.bench.soak.Act.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real redis-server, as the soak program starts it and lets it fail. */
@Timeout(120)
class StoreTest {

  private static final int A_WHILE_MILLIS = 300;

  @TempDir private Path folder;

  private Store store;

  @BeforeEach
  void start() throws IOException {
    store = new Store(StoreProcess.program().orElseThrow(), folder, List.of("a", "b"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static Act act(Kind kind, String balancer) {
    return new Act(kind, Act.NO_SERVER, 0, 1, balancer);
  }

  /** One balancer's connection to the store, in Redis' protocol for people. */
  private final class Connection implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader answers;

    Connection(String balancer) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), store.port(balancer));
      answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    void say(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    String hear() throws IOException {
      return String.valueOf(answers.readLine());
    }

    String ask(String command) throws IOException {
      say(command);
      return hear();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private String ask(String balancer, String command) throws IOException {
    try (Connection connection = new Connection(balancer)) {
      return connection.ask(command);
    }
  }

  @Test
  void isSharedByAllBalancers() throws IOException {
    assertThat(ask("a", "SET room bbb1")).isEqualTo("+OK");
    assertThat(ask("b", "EXISTS room")).isEqualTo(":1");
  }

  @Test
  void tellsEachBalancerItsNameAndItsOwnWayToTheStore() {
    assertThat(store.port("a")).isNotEqualTo(store.port("b"));
    assertThat(store.environment("a"))
        .containsAllEntriesOf(Timing.storeEnvironment())
        .containsEntry("TINYSCALE_BALANCERS_ID", "a")
        .containsEntry("TINYSCALE_BALANCERS_STORE", "redis://127.0.0.1:" + store.port("a"));
  }

  @Test
  void comesBackEmptyAfterAKill() throws IOException {
    ask("a", "SET room bbb1");

    store.begin(act(Kind.KILL_STORE, ""));
    store.end(act(Kind.KILL_STORE, ""));

    assertThat(ask("a", "EXISTS room")).isEqualTo(":0");
  }

  @Test
  void answersNothingWhileItIsFrozen() throws IOException {
    try (Connection connection = new Connection("a")) {
      assertThat(connection.ask("PING")).isEqualTo("+PONG");
      store.begin(act(Kind.FREEZE_STORE, ""));
      connection.say("PING");
      connection.socket.setSoTimeout(A_WHILE_MILLIS);
      assertThatThrownBy(connection::hear).isInstanceOf(SocketTimeoutException.class);

      store.end(act(Kind.FREEZE_STORE, ""));

      connection.socket.setSoTimeout(0);
      assertThat(connection.hear()).isEqualTo("+PONG");
    }
  }

  @Test
  void oneBalancerAloneIsCutOff() throws IOException {
    store.begin(act(Kind.CUT_FROM_STORE, "a"));

    assertThatTheStoreIsOutOfReachFor("a");
    assertThat(ask("b", "PING")).isEqualTo("+PONG");

    store.end(act(Kind.CUT_FROM_STORE, "a"));

    assertThat(ask("a", "PING")).isEqualTo("+PONG");
  }

  @Test
  void allBalancersAreCutOff() throws IOException {
    store.begin(act(Kind.CUT_STORE, ""));

    assertThatTheStoreIsOutOfReachFor("a");
    assertThatTheStoreIsOutOfReachFor("b");

    store.end(act(Kind.CUT_STORE, ""));

    assertThat(ask("a", "PING")).isEqualTo("+PONG");
    assertThat(ask("b", "PING")).isEqualTo("+PONG");
  }

  private void assertThatTheStoreIsOutOfReachFor(String balancer) {
    try {
      assertThat(ask(balancer, "PING")).isEqualTo("null");
    } catch (IOException broken) {
      assertThat(broken).hasMessageMatching("(?i).*(reset|broken|abort|closed).*");
    }
  }
}
