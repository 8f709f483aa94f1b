package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HookTest {

  @Test
  void theCommonIdNeverChanges() {
    // Computed separately: the first 8 bytes of SHA-256, modulo 9e14, plus 1e14.
    assertThat(Hook.commonId("https://fe.example.org/hook")).isEqualTo("733860070073700");
    assertThat(Hook.commonId(" https://fe.example.org/hook "))
        .isEqualTo(Hook.commonId("https://fe.example.org/hook"));
  }

  @Test
  void everyUrlHasAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ids.add(Hook.commonId("https://fe.example.org/hook/" + i));
    }

    assertThat(ids).hasSize(1000);
  }

  @Test
  void theCommonIdIsANumberThatEveryFrontEndCanRead() {
    for (int i = 0; i < 1000; i++) {
      String id = Hook.commonId("https://fe.example.org/hook/" + i);

      assertThat(id).matches("[1-9][0-9]{14}");
      // JavaScript and PHP's cast to int read the number like this.
      assertThat((long) Double.parseDouble(id)).hasToString(id);
    }
  }

  @Test
  void printsWithoutItsCallbackUrl() {
    Hook hook = new Hook("1", "https://fe.example.org/hook?token=geheim", "m1", "", false, false);

    assertThat(hook.toString()).doesNotContain("geheim").contains(hook.commonId());
  }
}
