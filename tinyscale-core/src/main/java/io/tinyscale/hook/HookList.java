package io.tinyscale.hook;

import io.tinyscale.bbb.Hook;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Reply;
import java.util.Map;

/**
 * The webhooks of one server, as far as it told them.
 *
 * @param hooks by their common ids
 * @param reply what the server said beside them
 */
record HookList(Server server, Map<String, Hook> hooks, Reply reply) {

  /** Whether these are all webhooks of the server. */
  boolean isComplete() {
    return reply instanceof Reply.Said said && said.content().succeeded();
  }
}
