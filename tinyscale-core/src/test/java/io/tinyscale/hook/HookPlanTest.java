package io.tinyscale.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Hook;
import io.tinyscale.body.Body;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HookPlanTest {

  private final FakeServers servers = new FakeServers();
  private final Server bbb1 = servers.add("bbb1").server();
  private final Server bbb2 = servers.add("bbb2").server();
  private final DestroyedHooks destroyed = new DestroyedHooks();

  private static Hook hook(String id, String url, boolean permanent) {
    return new Hook(id, "https://front.example.org/" + url, "", "", permanent, false);
  }

  private static HookList list(Server server, Hook... hooks) {
    Map<String, Hook> byId = new LinkedHashMap<>();
    for (Hook hook : hooks) {
      byId.put(hook.commonId(), hook);
    }
    return new HookList(
        server,
        byId,
        new Reply.Said(
            server, new ApiReply(Map.of("returncode", "SUCCESS")), List.of(), Body.EMPTY));
  }

  private List<String> plan(HookList list, HookList other) {
    return HookPlan.actions(list, List.of(list, other), destroyed).stream()
        .map(action -> (action.destroys() ? "destroy " : "register ") + action.hook().id())
        .toList();
  }

  @Test
  void serversWithEqualWebhooksHaveNothingToDo() {
    HookList one = list(bbb1, hook("1", "a", false));
    HookList two = list(bbb2, hook("7", "a", false));

    assertThat(plan(one, two)).isEmpty();
    assertThat(plan(two, one)).isEmpty();
  }

  @Test
  void aServerGetsTheWebhooksOfTheOthers() {
    HookList one = list(bbb1, hook("1", "a", false), hook("2", "b", false));
    HookList two = list(bbb2, hook("7", "b", false), hook("8", "c", false));

    assertThat(plan(one, two)).containsExactly("register 8");
    assertThat(plan(two, one)).containsExactly("register 1");
  }

  @Test
  void permanentWebhooksBelongToTheirServerAlone() {
    HookList one = list(bbb1, hook("1", "a", true));
    HookList two = list(bbb2);
    destroyed.add(hook("1", "a", true).commonId(), List.of("bbb1"));

    assertThat(plan(one, two)).isEmpty();
    assertThat(plan(two, one)).isEmpty();
  }

  @Test
  void aHookDestroyedInAServersAbsenceIsDestroyedThereAndNotCopied() {
    HookList one = list(bbb1, hook("1", "a", false));
    HookList two = list(bbb2);
    destroyed.add(hook("1", "a", false).commonId(), List.of("bbb1"));

    assertThat(plan(one, two)).containsExactly("destroy 1");
    assertThat(plan(two, one)).isEmpty();
  }

  @Test
  void aDestroyedHookIsLeftAloneOnAServerThatWasPresent() {
    HookList one = list(bbb1, hook("1", "a", false));
    HookList two = list(bbb2);
    destroyed.add(hook("1", "a", false).commonId(), List.of("bbb2"));

    assertThat(plan(one, two)).isEmpty();
    assertThat(plan(two, one)).isEmpty();
  }
}
