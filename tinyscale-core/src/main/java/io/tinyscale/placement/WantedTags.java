package io.tinyscale.placement;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The tags that a create asks for, in the language that Scalelite's front ends know: tags separated
 * by semicolons, any of which will do; {@code none} for servers without tags; an exclamation mark
 * at the end if no other server will do. Letters count as they are, and so do blanks.
 *
 * @param text what the front end wrote; empty if the create asks for no tag
 * @param tags what the server may have, at least one of them
 * @param required whether no other server will do
 */
record WantedTags(String text, Set<String> tags, boolean required) {

  /** In a create: servers without tags. */
  private static final String UNTAGGED = "none";

  private static final String SEPARATOR = ";";
  private static final String REQUIRED = "!";

  /** A create that asks for no tag goes to servers without tags. */
  static final WantedTags NONE = new WantedTags("", Set.of(UNTAGGED), false);

  /** Whether a call asks for tags, or for servers without tags: no call but a create does. */
  static boolean matterTo(PlacementRequest request) {
    return request.call().equals(ApiCall.CREATE);
  }

  static WantedTags of(PlacementRequest create) {
    return create.tags().map(WantedTags::read).orElse(NONE);
  }

  private static WantedTags read(String text) {
    boolean required = text.endsWith(REQUIRED);
    String list = required ? text.substring(0, text.length() - REQUIRED.length()) : text;
    return list.isBlank()
        ? NONE
        // Empty tags at the end vanish; other empty tags match no server.
        : new WantedTags(text, Set.copyOf(List.of(list.split(SEPARATOR))), required);
  }

  boolean match(Server server) {
    return server.tags().isEmpty()
        ? tags.contains(UNTAGGED)
        : server.tags().stream().anyMatch(tags::contains);
  }

  /** Whether a create that asked for tags did without them when it went to this server. */
  boolean areMissingOn(Server server) {
    return !text.isEmpty() && !match(server);
  }

  /**
   * Whether every enabled server has tags. Then creates without a tag, which would find no server,
   * may use all of them.
   */
  static boolean areEverywhere(Collection<Server> servers) {
    List<Server> enabled =
        servers.stream().filter(server -> server.state() == AdminState.ENABLED).toList();
    return !enabled.isEmpty() && enabled.stream().noneMatch(NONE::match);
  }
}
