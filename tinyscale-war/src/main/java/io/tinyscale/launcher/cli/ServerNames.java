package io.tinyscale.launcher.cli;

import java.util.Iterator;
import java.util.List;

/** What a shell completes the name of a server with: it asks a hidden command for the names. */
final class ServerNames implements Iterable<String> {

  static final String HOOK = "$(tinyscale completion-names 2>/dev/null)";

  @Override
  public Iterator<String> iterator() {
    return List.of(HOOK).iterator();
  }
}
