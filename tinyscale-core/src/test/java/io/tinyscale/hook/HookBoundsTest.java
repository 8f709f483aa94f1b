package io.tinyscale.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HookBoundsTest {

  private final TestBalancer balancer = new TestBalancer(2);

  private static String list(String kind, String item, int items) {
    return IntStream.range(0, items)
        .mapToObj(i -> item.replace("#", Integer.toString(i)))
        .collect(
            Collectors.joining(
                "",
                "<response><returncode>SUCCESS</returncode><" + kind + ">",
                "</" + kind + "></response>"));
  }

  @Test
  void leavesOutAListOfTooManyWebhooks() {
    balancer.bbb(1).withWebhooks();
    balancer.bbb(2).withPermanentHook("https://moodle.example.org/hook");
    balancer
        .bbb(1)
        .answers(
            "hooks/list",
            list(
                "hooks",
                "<hook><hookID>#</hookID><callbackURL>https://e.org/#</callbackURL></hook>",
                HookHandler.MOST_HOOKS + 1));

    assertThat(TestBalancer.text(balancer.call("hooks/list", "")))
        .contains("https://moodle.example.org/hook")
        .doesNotContain("https://e.org/");
    assertThat(balancer.events).contains("failed hooks/list on bbb1: too many webhooks");
  }
}
