package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HookTest {

  @Test
  void theCommonIdNeverChanges() {
    // Worked out apart: the first 16 bytes of SHA-256, with version 8 and the RFC's variant.
    assertThat(Hook.commonId("https://fe.example.org/hook"))
        .isEqualTo("be5b45d2-6792-8564-b824-4c8736cda291");
    assertThat(Hook.commonId(" https://fe.example.org/hook "))
        .isEqualTo(Hook.commonId("https://fe.example.org/hook"));
  }

  @Test
  void everyUrlHasAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      UUID id = UUID.fromString(Hook.commonId("https://fe.example.org/hook/" + i));
      assertThat(id.version()).isEqualTo(8);
      assertThat(id.variant()).isEqualTo(2);
      ids.add(id.toString());
    }

    assertThat(ids).hasSize(1000);
  }

  @Test
  void printsWithoutItsCallbackUrl() {
    Hook hook = new Hook("1", "https://fe.example.org/hook?token=geheim", "m1", "", false, false);

    assertThat(hook.toString()).doesNotContain("geheim").contains(hook.commonId());
  }
}
