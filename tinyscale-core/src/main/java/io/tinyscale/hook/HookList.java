package io.tinyscale.hook;

import io.tinyscale.bbb.Hook;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Reply;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The webhooks of one server, as far as it told them.
 *
 * @param hooks by their common ids; of a webhook that is there in several forms, the one that is
 *     relayed
 * @param others the other forms: the server calls the front end itself, or an earlier URL of the
 *     relay; not those of its configuration
 * @param reply what the server said beside them
 */
record HookList(Server server, Map<String, Hook> hooks, List<Hook> others, Reply reply) {

  /** The other forms of a webhook. */
  Stream<Hook> others(String commonId) {
    return others.stream().filter(hook -> hook.commonId().equals(commonId));
  }

  /** Whether these are all webhooks of the server. */
  boolean isComplete() {
    return reply instanceof Reply.Said said && said.content().succeeded();
  }
}
