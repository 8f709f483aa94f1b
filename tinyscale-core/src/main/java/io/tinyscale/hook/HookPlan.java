package io.tinyscale.hook;

import io.tinyscale.bbb.Hook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What servers lack, and what they have too much, by the lists of all of them. */
final class HookPlan {

  private HookPlan() {}

  /** One thing to do on one server: to register the webhook, or to destroy it. */
  record Action(Hook hook, boolean destroys) {}

  /**
   * What is to be done on one server so that it has the webhooks that the others have.
   *
   * @param list the webhooks of that server
   * @param all complete lists, that server's included
   * @param destroyed the webhooks that servers may have kept while they were away
   */
  static List<Action> actions(HookList list, List<HookList> all, DestroyedHooks destroyed) {
    String server = list.server().name();
    List<Action> actions = new ArrayList<>();
    list.hooks()
        .forEach(
            (id, hook) -> {
              if (!hook.permanent() && destroyed.mayBeOn(id, server)) {
                actions.add(new Action(hook, true));
              }
            });
    wanted(all, destroyed)
        .forEach(
            (id, hook) -> {
              if (!list.hooks().containsKey(id)) {
                actions.add(new Action(hook, false));
              }
            });
    return actions;
  }

  /**
   * Whatever any server has, all get. A permanent webhook is part of its server's configuration.
   */
  private static Map<String, Hook> wanted(List<HookList> all, DestroyedHooks destroyed) {
    Map<String, Hook> wanted = new LinkedHashMap<>();
    for (HookList list : all) {
      list.hooks()
          .forEach(
              (id, hook) -> {
                if (!hook.permanent() && !destroyed.contains(id)) {
                  wanted.putIfAbsent(id, hook);
                }
              });
    }
    return wanted;
  }
}
