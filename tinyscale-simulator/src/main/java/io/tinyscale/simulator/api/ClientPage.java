package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Query;
import io.tinyscale.simulator.http.Response;
import java.util.Locale;

/** The page that a browser sees after join: it names the server, the meeting and the user. */
final class ClientPage {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>%2$s</title>
      <style>body{font-family:sans-serif;margin:4em auto;max-width:36em}
      dt{color:#666}dd{margin:0 0 1em;font-size:1.4em}</style></head>
      <body>
      <h1>You are in.</h1>
      <dl>
      <dt>Server</dt><dd>%1$s</dd>
      <dt>Meeting</dt><dd>%2$s</dd>
      <dt>You</dt><dd>%3$s (%4$s)</dd>
      <dt>Also here</dt><dd>%5$s</dd>
      </dl>
      <p>This is a simulated BigBlueButton server: there is nothing more to see.</p>
      </body>
      </html>
      """;

  private final String serverName;
  private final SimulatedMeetings meetings;

  ClientPage(String serverName, SimulatedMeetings meetings) {
    this.serverName = serverName;
    this.meetings = meetings;
  }

  Response answer(HttpRequest request) {
    return Query.parse(request.rawQuery())
        .first("sessionToken")
        .flatMap(meetings::session)
        .map(this::page)
        .orElseGet(
            () ->
                Response.html(
                    401,
                    "<!doctype html><title>No session</title><h1>No session</h1>"
                        + "<p>The meeting is over, or the link is not from this server.</p>"));
  }

  private Response page(SimulatedMeetings.Session session) {
    String others =
        session.meeting().attendees().stream()
            .filter(a -> a != session.attendee())
            .map(Attendee::fullName)
            .reduce((a, b) -> a + ", " + b)
            .orElse("nobody");
    return Response.html(
            200,
            PAGE.formatted(
                escape(serverName),
                escape(session.meeting().name()),
                escape(session.attendee().fullName()),
                escape(session.attendee().role().toLowerCase(Locale.ROOT)),
                escape(others)))
        .with("Cache-Control", "no-store");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
