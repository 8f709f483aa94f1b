package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists that are too long for memory, over real sockets. */
@Tag("slow")
class LongListsTest {

  private static final Pattern ID = Pattern.compile("<meetingID>([^<]+)</meetingID>");

  /** Meetings on each server: their list is longer than the buffers of the system. */
  private static final int MEETINGS = 500;

  private static final int ATTENDEES = 20;

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two", "three");

  private final TreeSet<String> ids = new TreeSet<>();

  @BeforeEach
  void createManyMeetings() {
    for (SimulatedServer server : pool.servers()) {
      for (int i = 0; i < MEETINGS; i++) {
        String id = server.name() + "-" + i;
        server.meetings().create(id);
        for (int attendee = 0; attendee < ATTENDEES; attendee++) {
          server.meetings().join(id, "Zoë " + attendee, "VIEWER");
        }
        ids.add(id);
      }
    }
  }

  private static List<String> ids(String document) {
    return ID.matcher(document).results().map((MatchResult found) -> found.group(1)).toList();
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void mergesLongListsAndLeavesACutListOut(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, "timeout.list", "30s")) {
      FrontEnd moodle = filter.frontEnd();

      HttpResponse<String> all = moodle.get(moodle.signed("getMeetings", ""));
      assertThat(all.body()).hasSizeGreaterThan(5 << 20);
      assertThat(all.headers().firstValue("X-Tinyscale-Partial")).isEmpty();
      assertThat(all.body()).endsWith("</meetings></response>");
      assertThat(ids(all.body())).containsExactlyInAnyOrderElementsOf(ids);

      pool.server("two").fault("getMeetings", Fault.cut());

      HttpResponse<String> rest = moodle.get(moodle.signed("getMeetings", ""));
      assertThat(rest.headers().firstValue("X-Tinyscale-Partial")).contains("1");
      ids.removeIf(id -> id.startsWith("two-"));
      assertThat(ids(rest.body())).containsExactlyInAnyOrderElementsOf(ids);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  @EnabledOnOs(OS.LINUX)
  void leavesNoFileBehindWhenTheCallerLeaves(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, "timeout.list", "30s")) {
      URI list = filter.frontEnd().signed("getMeetings", "");

      Peer caller = Peer.connect(filter.port());
      caller.write(
          "GET " + list.getPath() + "?" + list.getRawQuery() + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(caller.readHead()).startsWith("HTTP/1.1 200");
      assertThat(openSpools()).isEqualTo(3);
      caller.close();

      await().untilAsserted(() -> assertThat(openSpools()).isZero());
      // The files never had a name, so a crash would leave none.
      try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .noneMatch(name -> name.startsWith("tinyscale") && name.endsWith(".part"));
      }
    }
  }

  private static long openSpools() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(LongListsTest::isSpool).count();
    }
  }

  private static boolean isSpool(Path descriptor) {
    try {
      String file = Files.readSymbolicLink(descriptor).getFileName().toString();
      return file.startsWith("tinyscale") && file.contains(".part");
    } catch (IOException | RuntimeException closedMeanwhile) {
      return false;
    }
  }
}
