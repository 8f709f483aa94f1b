package io.tinyscale.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {

  private final Spool spool = new Spool();

  private byte[] filled(int size, int pieces) throws IOException {
    byte[] all = new byte[size];
    new Random(size).nextBytes(all);
    for (int i = 0; i < pieces; i++) {
      spool.add(
          Arrays.copyOfRange(
              all, (int) ((long) size * i / pieces), (int) ((long) size * (i + 1) / pieces)));
    }
    spool.complete();
    return all;
  }

  private byte[] read(long from, int length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length);
    spool.read(from, into);
    return into.array();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, Spool.MOST_IN_MEMORY, Spool.MOST_IN_MEMORY + 1, 3 * Spool.MOST_IN_MEMORY})
  void givesBackWhatWasAdded(int size) throws IOException {
    byte[] all = filled(size, 1 + size / 1000);

    assertThat(spool.size()).isEqualTo(size);
    assertThat(spool.inFile()).isEqualTo(size > Spool.MOST_IN_MEMORY);
    assertThat(read(0, size)).isEqualTo(all);
    for (int from = 0; from + 100 < size; from += 77_777) {
      assertThat(read(from, 100)).isEqualTo(Arrays.copyOfRange(all, from, from + 100));
    }
    spool.close();
  }

  @Test
  void takesOnePieceThatIsTooLargeForMemory() throws IOException {
    byte[] all = filled(5 * Spool.MOST_IN_MEMORY, 1);

    assertThat(read(0, all.length)).isEqualTo(all);
    spool.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, Spool.MOST_IN_MEMORY + 1})
  void holdsNothingOnceClosed(int size) throws IOException {
    filled(size, 3);

    spool.close();
    spool.close();

    assertThatThrownBy(() -> read(0, 1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> spool.add(new byte[1])).isInstanceOf(IOException.class);
    assertThat(spool.inFile()).isFalse();
  }
}
