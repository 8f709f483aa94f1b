package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.config.AdminScope;
import io.tinyscale.config.AdminToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one listener hears. */
class EventStreamTest {

  private final List<String> heard = new ArrayList<>();
  private final AtomicInteger gone = new AtomicInteger();
  private final List<String> events = new ArrayList<>();
  private final EventStream stream =
      new EventStream(
          AdminToken.of("anna", AdminScope.READ, "a token of anna, which is long enough"),
          0,
          bytes("status 1"),
          0,
          this::after,
          gone::incrementAndGet);
  private boolean complete;
  private Flow.@Nullable Subscription subscription;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private EventStream.@Nullable Told after(long id) {
    return id >= events.size()
        ? null
        : new EventStream.Told(
            bytes(String.join(" ", events.subList((int) id, events.size()))), events.size());
  }

  private Flow.Subscription listen() {
    stream.subscribe(
        new Flow.Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
          }

          @Override
          public void onNext(ByteBuffer piece) {
            heard.add(StandardCharsets.UTF_8.decode(piece).toString());
          }

          @Override
          public void onError(Throwable cause) {
            throw new AssertionError(cause);
          }

          @Override
          public void onComplete() {
            complete = true;
          }
        });
    return subscription;
  }

  @Test
  void tellsTheStatusAtOnceAndThenEvents() {
    listen().request(10);
    events.add("one");
    events.add("two");
    stream.look(1, false);

    assertThat(heard).containsExactly("status 1", "one two");
  }

  @Test
  void aSlowListenerGetsTheNewestStatusAlone() {
    Flow.Subscription slow = listen();
    for (int i = 2; i < 100; i++) {
      stream.offer(bytes("status " + i));
      stream.look(i, true);
    }
    assertThat(heard).isEmpty();

    slow.request(1);

    assertThat(heard).containsExactly("status 99");
  }

  @Test
  void saysThatNothingIsNewOnlyIfNothingIs() {
    listen().request(10);
    stream.look(1, true);
    stream.offer(bytes("status 2"));
    stream.look(2, true);
    stream.look(3, false);

    assertThat(heard).containsExactly("status 1", ": still\n\n", "status 2");
  }

  @Test
  void endsOnceAndTellsNothingAfterwards() {
    listen().request(10);
    stream.end();
    stream.end();
    stream.offer(bytes("status 2"));
    stream.look(1, true);

    assertThat(complete).isTrue();
    assertThat(gone).hasValue(1);
    assertThat(heard).containsExactly("status 1");
  }

  @Test
  void endsBeforeTheListenerAsksForMore() {
    listen();
    stream.end();

    assertThat(complete).isTrue();
    assertThat(heard).isEmpty();
  }

  @Test
  void aListenerThatLeavesIsForgotten() {
    listen().cancel();
    stream.end();

    assertThat(gone).hasValue(1);
    assertThat(complete).isFalse();
  }

  @Test
  void knowsHowLongItsListenerTookNothing() {
    Flow.Subscription listener = listen();
    stream.look(5, true);
    assertThat(stream.silence(7)).isEqualTo(7);

    listener.request(1);

    assertThat(stream.silence(7)).isEqualTo(2);
    assertThat(stream.age(7)).isEqualTo(7);
  }
}
