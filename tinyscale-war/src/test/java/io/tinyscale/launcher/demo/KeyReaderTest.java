package io.tinyscale.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyReaderTest {

  private static final String END = "(the end)";

  private final List<String> seen = new ArrayList<>();
  private final KeyReader reader =
      new KeyReader(
          new KeyReader.Keys() {
            @Override
            public void pressed(String line) {
              seen.add(line);
            }

            @Override
            public void ended() {
              seen.add(END);
            }
          });

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyLineIsAKey() {
    reader.read(input("k\n r \r\n\nq\n"));

    assertThat(seen).containsExactly("k", "r", "", "q", END);
  }

  @Test
  void whatNobodyConfirmedWithEnterIsNoKey() {
    reader.read(input("k\nq"));

    assertThat(seen).containsExactly("k", END);
  }

  @Test
  void ofALongLineTheBeginningCounts() {
    reader.read(input("x".repeat(100_000) + "\nq\n"));

    assertThat(seen).hasSize(3).contains("q");
    assertThat(seen.get(0)).hasSizeLessThan(100).startsWith("xxx");
  }

  @Test
  void aTerminalThatIsGoneEndsTheKeys() {
    reader.read(
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("hung up");
          }
        });

    assertThat(seen).containsExactly(END);
  }
}
