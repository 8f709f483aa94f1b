package io.tinyscale.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DestroyedHooksTest {

  private final DestroyedHooks hooks = new DestroyedHooks();

  @Test
  void remembersADestroyedHookWhileAServerMayHaveIt() {
    hooks.add("a", List.of("bbb1", "bbb2"));

    hooks.removeFrom("bbb1", "a");
    assertThat(hooks.mayBeOn("a", "bbb1")).isFalse();
    assertThat(hooks.mayBeOn("a", "bbb2")).isTrue();
    hooks.retainOn("bbb2", Set.of("a"));
    assertThat(hooks.contains("a")).isTrue();

    hooks.retainOn("bbb2", Set.of("b"));
    assertThat(hooks.contains("a")).isFalse();
  }

  @Test
  void forgetsTheOldestOfTooMany() {
    for (int i = 0; i <= 1_000; i++) {
      hooks.add("hook-" + i, List.of("bbb1"));
    }

    assertThat(hooks.contains("hook-0")).isFalse();
    assertThat(hooks.contains("hook-1")).isTrue();
    assertThat(hooks.contains("hook-1000")).isTrue();
  }
}
