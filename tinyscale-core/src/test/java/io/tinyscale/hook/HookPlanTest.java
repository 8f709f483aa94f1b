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
        List.of(),
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

  // Webhooks that are relayed.

  private static Hook relayed(String id, String url) {
    Hook hook = hook(id, url, false);
    String relay = "https://lb.example.org/h1." + url;
    return new Hook(id, hook.callbackUrl(), "", "", false, false, relay, relay);
  }

  /** Relayed by a URL that the relay had before. */
  private static Hook earlier(String id, String url) {
    Hook now = relayed(id, url);
    String before = "https://old.example.org/h1." + url;
    return new Hook(id, now.callbackUrl(), "", "", false, false, before, now.relayUrl());
  }

  private static HookList withOthers(HookList list, Hook... others) {
    return new HookList(list.server(), list.hooks(), List.of(others), list.reply());
  }

  private List<HookPlan.Reason> reasons(HookList list, HookList other) {
    return HookPlan.actions(list, List.of(list, other), destroyed).stream()
        .map(HookPlan.Action::reason)
        .toList();
  }

  @Test
  void aRelayedWebhookIsPreferredWhicheverServerHasIt() {
    HookList bare = list(bbb1, hook("1", "a", false));
    HookList relayed = list(bbb2, relayed("7", "a"));

    assertThat(plan(bare, relayed)).containsExactly("register 7", "destroy 1");
    assertThat(reasons(bare, relayed))
        .containsExactly(HookPlan.Reason.LACKING, HookPlan.Reason.REPLACED);
    assertThat(plan(relayed, bare)).isEmpty();
    assertThat(HookPlan.actions(bare, List.of(relayed, bare), destroyed)).hasSize(2);
  }

  @Test
  void aServerThatLacksAWebhookGetsItRelayedIfAnyServerHasItSo() {
    HookList empty = list(bbb1);
    HookList bare = list(bbb2, hook("7", "a", false));
    HookList relayed = list(servers.add("bbb3").server(), relayed("9", "a"));

    assertThat(HookPlan.actions(empty, List.of(empty, bare, relayed), destroyed))
        .singleElement()
        .satisfies(action -> assertThat(action.hook().id()).isEqualTo("9"));
  }

  @Test
  void olderFormsAreDestroyedWhereTheWebhookIsRelayed() {
    HookList one =
        withOthers(list(bbb1, relayed("3", "a")), hook("1", "a", false), earlier("2", "a"));

    assertThat(plan(one, list(bbb2, relayed("7", "a")))).containsExactly("destroy 1", "destroy 2");
    assertThat(reasons(one, list(bbb2, relayed("7", "a")))).containsOnly(HookPlan.Reason.REPLACED);
  }

  @Test
  void olderFormsStayWhereNobodyRelaysTheWebhook() {
    HookList one = withOthers(list(bbb1, earlier("2", "a")), hook("1", "a", false));

    assertThat(plan(one, list(bbb2, hook("7", "a", false)))).isEmpty();
  }

  @Test
  void allOlderFormsAreReplacedByTheRelayedWebhook() {
    HookList one = withOthers(list(bbb1, earlier("2", "a")), hook("1", "a", false));

    assertThat(plan(one, list(bbb2, relayed("7", "a"))))
        .containsExactly("register 7", "destroy 2", "destroy 1");
  }

  @Test
  void aPermanentWebhookStaysBesideTheRelayedOne() {
    HookList one = list(bbb1, hook("1", "a", true));

    assertThat(plan(one, list(bbb2, relayed("7", "a")))).containsExactly("register 7");
  }

  @Test
  void everyFormOfADestroyedWebhookIsDestroyed() {
    HookList one = withOthers(list(bbb1, earlier("2", "a")), hook("1", "a", false));
    destroyed.add(hook("1", "a", false).commonId(), List.of("bbb1"));

    assertThat(plan(one, list(bbb2))).containsExactly("destroy 1", "destroy 2");
    assertThat(reasons(one, list(bbb2)))
        .containsExactly(HookPlan.Reason.REPLACED, HookPlan.Reason.DESTROYED);
  }
}
