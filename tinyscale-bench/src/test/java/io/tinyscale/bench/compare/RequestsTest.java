package io.tinyscale.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.QueryString;
import io.tinyscale.bench.http.Message;
import io.tinyscale.bench.http.MessageReader;
import io.tinyscale.bench.load.RequestSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestsTest {

  /** Far more than calls are ever under way: the answer to the create is there. */
  private static final int APART = 1_000;

  private static final int CYCLE = 20_000;

  private final Requests requests = new Requests();

  @Test
  void theMixHasItsShares() throws IOException {
    Map<String, Integer> counts = new HashMap<>();

    RequestSource mix = requests.mix().get();
    for (int i = 0; i < CYCLE; i++) {
      counts.merge(call(mix.next()), 1, Integer::sum);
    }

    assertThat(counts.get("isMeetingRunning")).isEqualTo(CYCLE * 80 / 100);
    assertThat(counts.get("getMeetingInfo")).isEqualTo(CYCLE * 10 / 100);
    assertThat(counts.get("join")).isEqualTo(CYCLE * 5 / 100);
    assertThat(counts.get("create") + counts.get("end")).isEqualTo(CYCLE * 5 / 100);
    assertThat(counts.get("create")).isEqualTo(counts.get("end"));
  }

  @Test
  void theMixEndsWhatItCreatedLongBefore() throws IOException {
    Map<String, Integer> alive = new HashMap<>();
    Map<String, Integer> ended = new HashMap<>();

    RequestSource mix = requests.mix().get();
    for (int i = 0; i < 2 * CYCLE; i++) {
      Message message = mix.next();
      String id = meetingId(message);
      if (call(message).equals("create")) {
        assertThat(alive.put(id, i)).as("%s is created once", id).isNull();
        assertThat(i - ended.getOrDefault(id, -APART)).isGreaterThanOrEqualTo(APART);
      } else if (call(message).equals("end")) {
        Integer created = alive.remove(id);
        assertThat(created).as("%s is there", id).isNotNull();
        assertThat(i - created).isGreaterThanOrEqualTo(APART);
        ended.put(id, i);
      }
    }

    assertThat(alive).isEmpty();
  }

  @Test
  void noMeetingIsCreatedTwice() throws IOException {
    Set<String> ids = new HashSet<>();

    for (int source = 0; source < 3; source++) {
      RequestSource creates = requests.create().get();
      for (int i = 0; i < 100; i++) {
        ids.add(meetingId(creates.next()));
      }
    }

    assertThat(ids).hasSize(300);
  }

  @Test
  void distinctCallsNeverRepeatWithinTheirCycle() throws IOException {
    Set<String> targets = new HashSet<>();

    RequestSource source = requests.runningDistinct(10, 7).get();
    for (int i = 0; i < 70; i++) {
      targets.add(target(source.next()));
    }

    assertThat(targets).hasSize(70);
  }

  @Test
  void eachSourceBeginsFromTheStart() throws IOException {
    var running = requests.running(5);

    running.get().next();

    assertThat(meetingId(running.get().next())).isEqualTo("m0");
  }

  private static String call(Message message) throws IOException {
    String target = target(message);
    return target.substring(target.lastIndexOf('/') + 1, target.indexOf('?'));
  }

  private static String meetingId(Message message) throws IOException {
    String target = target(message);
    return new QueryString(target.substring(target.indexOf('?') + 1))
        .first("meetingID")
        .orElseThrow();
  }

  private static String target(Message message) throws IOException {
    MessageReader reader = new MessageReader();
    assertThat(reader.read(ByteBuffer.wrap(message.start()))).isTrue();
    return reader.target();
  }
}
