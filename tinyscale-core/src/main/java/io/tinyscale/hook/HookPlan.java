package io.tinyscale.hook;

import io.tinyscale.bbb.Hook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What servers lack, and what they have too much, by the lists of all of them. */
final class HookPlan {

  private HookPlan() {}

  /** Why something is done. */
  enum Reason {
    /** The server lacks the webhook. */
    LACKING,
    /** The webhook was destroyed while the server was away. */
    DESTROYED,
    /** The server has the same webhook relayed, or has it no longer in any form. */
    REPLACED
  }

  /** One thing to do on one server: to register the webhook, or to destroy it. */
  record Action(Hook hook, Reason reason) {

    boolean destroys() {
      return reason != Reason.LACKING;
    }
  }

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
              boolean isDestroyed = !hook.permanent() && destroyed.mayBeOn(id, server);
              if (isDestroyed || hook.isRelayed()) {
                list.others(id).forEach(other -> actions.add(new Action(other, Reason.REPLACED)));
              }
              if (isDestroyed) {
                actions.add(new Action(hook, Reason.DESTROYED));
              }
            });
    wanted(all, destroyed)
        .forEach(
            (id, hook) -> {
              Hook own = list.hooks().get(id);
              if (own == null) {
                actions.add(new Action(hook, Reason.LACKING));
              } else if (hook.isRelayed() && !own.isRelayed()) {
                actions.add(new Action(hook, Reason.LACKING));
                Stream.concat(Stream.of(own), list.others(id))
                    .filter(old -> !old.permanent())
                    .forEach(old -> actions.add(new Action(old, Reason.REPLACED)));
              }
            });
    return actions;
  }

  /**
   * Whatever any server has, all get: relayed, if any server has it so. A permanent webhook is part
   * of its server's configuration.
   */
  private static Map<String, Hook> wanted(List<HookList> all, DestroyedHooks destroyed) {
    Map<String, Hook> wanted = new LinkedHashMap<>();
    for (HookList list : all) {
      list.hooks()
          .forEach(
              (id, hook) -> {
                if (!hook.permanent() && !destroyed.contains(id)) {
                  wanted.merge(
                      id,
                      hook,
                      (first, more) -> first.isRelayed() || !more.isRelayed() ? first : more);
                }
              });
    }
    return wanted;
  }
}
