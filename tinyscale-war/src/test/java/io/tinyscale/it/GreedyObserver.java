package io.tinyscale.it;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An extension that takes more memory than there is, in the way that the system property {@code
 * greedy} says.
 */
public final class GreedyObserver implements GatewayObserver {

  /** The ways. */
  enum Way {
    /** The call that places a meeting wants the whole heap, and gives it back. */
    IN_A_CALL,
    /** Another thread takes the whole heap and keeps it. */
    ASIDE
  }

  private final Way way = Way.valueOf(System.getProperty("greedy"));

  /** For the service loader. */
  public GreedyObserver() {}

  /** A jar that offers this observer. */
  static Path jar(Path file) throws IOException {
    return ExtensionJar.of(file, GatewayObserver.class, List.of(GreedyObserver.class, Way.class));
  }

  @Override
  public void started(int up, int servers) {
    if (way == Way.ASIDE) {
      Thread aside = new Thread(GreedyObserver::takeAllAndKeepIt, "greedy");
      aside.setDaemon(true);
      aside.start();
    }
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    if (way == Way.IN_A_CALL) {
      List<byte[]> all = new ArrayList<>();
      while (true) {
        all.add(new byte[1 << 20]);
      }
    }
  }

  private static void takeAllAndKeepIt() {
    List<byte[]> all = new ArrayList<>(1 << 16);
    for (int size = 1 << 20; size > 0; size >>= 2) {
      try {
        while (true) {
          all.add(new byte[size]);
        }
      } catch (OutOfMemoryError error) {
        // Smaller pieces may find room.
      }
    }
    while (!all.isEmpty()) {
      LockSupport.park();
    }
  }
}
