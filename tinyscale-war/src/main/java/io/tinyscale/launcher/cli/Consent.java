package io.tinyscale.launcher.cli;

import picocli.CommandLine.Option;

/** What a command wants before it ends the meetings of a server. */
final class Consent {

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  /**
   * Whether the caller agrees, who is asked unless the command line says so.
   *
   * @param deed what is done with the meetings, such as {@code End}
   * @throws CommandException if there is no terminal to ask at
   */
  boolean given(Console console, AdminClient client, NamedServer name, String deed) {
    if (yes) {
      return true;
    }
    ServerText server =
        new ServerText(client.get(name.path("")).body(), new Times(console.clock()));
    boolean agreed =
        console.confirms(
            String.format(
                "%s %s with %s on %s?",
                deed,
                ServerText.meetings(server.meetings()),
                ServerText.people(server.users()),
                server.name()));
    if (!agreed) {
      console.err().println("Nothing was done.");
    }
    return agreed;
  }
}
