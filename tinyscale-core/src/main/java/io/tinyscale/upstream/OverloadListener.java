package io.tinyscale.upstream;

import io.tinyscale.server.Server;

/** Is told when calls to one server become too many; must neither block nor throw. */
public interface OverloadListener {

  /** As many calls as may be are under way to this server, and one more was refused. */
  void overloaded(Server server, int most);

  /**
   * There is room again for calls to this server.
   *
   * @param refused how many were refused meanwhile
   */
  void relieved(Server server, long refused);
}
