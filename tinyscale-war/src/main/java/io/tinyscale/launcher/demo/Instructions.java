package io.tinyscale.launcher.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * What a demo prints when it is ready: what there is, what to do next, and what to expect.
 *
 * @param adminAddress of the admin door, if there is one
 * @param adminToken its token
 * @param servers the simulated servers
 * @param secret of the front ends
 * @param poolFile the list of servers
 */
record Instructions(
    Optional<String> adminAddress,
    String adminToken,
    List<DemoServer> servers,
    String secret,
    Path poolFile) {

  /** For a demo with a school. */
  String ofSchool() {
    return """
        %s
        A school opens its rooms behind tinyscale now, and people come for a minute. Its front end and its
        browsers use tinyscale as Moodle and yours would. These simulated BigBlueButton servers are there,
        each in a process of its own:
          %s
        The secret of this demo: %s

        %s
        A command kills a server as well:
          kill -9 %d
        Then watch the page and this terminal: the lines with ==> tell what becomes of the people. The other
        lines are the warnings of tinyscale's log.

        `--demo --quiet` starts servers that stay empty, and prints signed `curl` lines to paste.
        All processes end with the demo.
        """
        .formatted(page(), lines(), secret, DemoKeys.HELP, servers.get(0).pid());
  }

  /**
   * For a demo without a school.
   *
   * @param signed gives the address of a call, signed, by its name and its query
   * @param callbacks what a create says to have the demo's front end called
   */
  String ofEmptyServers(BinaryOperator<String> signed, String callbacks) {
    return """
        %s
        Simulated BigBlueButton servers stand behind it, each in a process of its own:
          %s
        The secret of this demo: %s

        Make a meeting:
          curl '%s'
        Join it (a redirect to the server that has it):
          curl -i '%s'
        List the meetings of all servers:
          curl '%s'
        End it, and see which callbacks reach the front end, which the demo plays, too:
          curl '%s'
        The server signs them with its own secret; tinyscale verifies them and signs them with the secret
        above. The log says callback.delivered, and the front end says what it got.

        Kill a server, and watch this log:
          kill -9 %d
        Within 10 seconds the log says server.down. Then `create` makes the meetings of the killed
        server on another server; until then `join` still leads to the killed one.
        %s

        Let a server take no new meetings: add "state": "cordoned" to its entry in
          %s
        The log says pool.changed. The server keeps the meetings that it has.

        All processes end with the demo.
        """
        .formatted(
            page(),
            lines(),
            secret,
            signed.apply("create", "name=Demo&meetingID=demo&record=true" + callbacks),
            signed.apply("join", "fullName=Ada&meetingID=demo&role=MODERATOR"),
            signed.apply("getMeetings", ""),
            signed.apply("end", "meetingID=demo"),
            servers.get(0).pid(),
            DemoKeys.HELP,
            poolFile);
  }

  private String lines() {
    return servers.stream().map(DemoServer::line).collect(Collectors.joining("\n  "));
  }

  /** A browser never sends what stands behind the #. */
  private String page() {
    return adminAddress
        .map(
            door ->
                """

                The status page, which shows what happens below as it happens:
                  %1$s/#token=%2$s
                The same by commands, in another terminal:
                  TINYSCALE_URL=%1$s TINYSCALE_TOKEN=%2$s java -jar tinyscale.war servers
                """
                    .formatted(door, adminToken))
        .orElse("");
  }
}
