package io.tinyscale.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How large the meetings of a server are. */
class RoomSizesTest {

  private static RoomSizes of(int... sizes) {
    RoomSizes.Counter counter = new RoomSizes.Counter();
    IntStream.of(sizes).forEach(counter::add);
    return counter.sizes();
  }

  @Test
  void countsASizeUpToItsBound() {
    RoomSizes sizes = of(0, 1, 2, 5, 6, 500, 501);

    assertThat(sizes.rooms()).containsExactly(1, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1);
    assertThat(sizes.sum()).isEqualTo(1015);
  }

  @Test
  void takesASizeThatIsNotKnownForNothing() {
    RoomSizes sizes = of(-1);

    assertThat(sizes.rooms().get(0)).isOne();
    assertThat(sizes.sum()).isZero();
  }

  @Test
  void noMeetingIsNoSize() {
    assertThat(of()).isEqualTo(RoomSizes.NONE);
  }
}
