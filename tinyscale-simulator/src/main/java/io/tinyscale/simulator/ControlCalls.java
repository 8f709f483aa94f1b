package io.tinyscale.simulator;

import io.tinyscale.simulator.api.SimulatedMeetings;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.simulator.fault.Faults;
import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Query;
import io.tinyscale.simulator.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Commands below {@code /simulator/} for tests that run the server as a process of its own. All
 * parameters are in the URL. Answers are plain text; a bad command is answered with status 400.
 *
 * <ul>
 *   <li>{@code POST fault?spec=…&call=…}, {@code POST clear}: faults, see {@link Fault}
 *   <li>{@code POST create?meetingID=…}, {@code POST end?meetingID=…}, {@code POST
 *       join?meetingID=…&fullName=…&role=…}, {@code POST leave?meetingID=…&fullName=…}, {@code POST
 *       crash}: what happens to meetings without a call of the API
 *   <li>{@code POST recording?meetingID=…&state=…&meta_…=…}: adds a recording and answers its id
 *   <li>{@code POST publish?recordID=…}: publishes a recording and announces it at its
 *       recording-ready URL, each time anew
 *   <li>{@code POST analytics?meetingID=…}: sends the analytics of a meeting that has ended once
 *       more
 *   <li>{@code GET meetings}, {@code GET recordings}, {@code GET counters}, {@code GET requests},
 *       {@code POST reset}: what the server holds and what it received
 * </ul>
 */
final class ControlCalls {
  private final Faults faults;
  private final RequestLog log;
  private final SimulatedMeetings meetings;

  ControlCalls(Faults faults, RequestLog log, SimulatedMeetings meetings) {
    this.faults = faults;
    this.log = log;
    this.meetings = meetings;
  }

  Response answer(HttpRequest request, String command) {
    Query query = Query.parse(request.rawQuery());
    String line = request.head().method() + " " + command;
    try {
      return switch (line) {
        case "POST fault" -> fault(query);
        case "POST clear" -> done(faults::clear);
        case "POST reset" -> done(log::reset);
        case "POST create" -> done(() -> meetings.create(required(query, "meetingID"), query));
        case "POST join" -> join(query);
        case "POST leave" ->
            found(meetings.leave(required(query, "meetingID"), required(query, "fullName")));
        case "POST end" -> found(meetings.end(required(query, "meetingID")));
        case "POST crash" -> done(meetings::crash);
        case "POST recording" -> recording(query);
        case "POST publish" -> found(meetings.publishRecording(required(query, "recordID")));
        case "POST analytics" -> found(meetings.sendAnalytics(required(query, "meetingID")));
        case "GET counters" -> counters();
        case "GET requests" -> requests();
        case "GET meetings" -> meetings();
        case "GET recordings" -> recordings();
        default -> Response.html(404, "<h1>No such command</h1>");
      };
    } catch (IllegalArgumentException e) {
      return plain(400, String.valueOf(e.getMessage()));
    }
  }

  private Response fault(Query query) {
    Fault fault = Fault.parse(required(query, "spec"));
    Optional<String> call = query.first("call").filter(name -> !name.isEmpty());
    return done(
        () -> call.ifPresentOrElse(name -> faults.add(name, fault), () -> faults.add(fault)));
  }

  private Response join(Query query) {
    return Response.text(
        meetings.join(
                required(query, "meetingID"),
                required(query, "fullName"),
                query.first("role").orElse("VIEWER"))
            + "\n");
  }

  private Response recording(Query query) {
    Map<String, String> metadata = new LinkedHashMap<>();
    query.parameters().stream()
        .filter(parameter -> parameter.name().startsWith("meta_"))
        .forEach(
            parameter ->
                metadata.put(
                    parameter.name().substring(5).toLowerCase(Locale.ROOT), parameter.value()));
    return Response.text(
        meetings
                .addRecording(
                    required(query, "meetingID"),
                    query.first("state").orElse("published"),
                    metadata)
                .recordId()
            + "\n");
  }

  private Response counters() {
    return Response.text(
        log.counts().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  private Response requests() {
    return Response.text(
        log.requests().stream()
            .map(r -> r.method() + " " + r.call() + " " + r.rawQuery() + "\n")
            .collect(Collectors.joining()));
  }

  private Response meetings() {
    return Response.text(
        meetings.all().stream()
            .map(m -> m.meetingId() + " " + m.internalId() + " " + m.fullNames().size() + "\n")
            .collect(Collectors.joining()));
  }

  private Response recordings() {
    return Response.text(
        meetings.recordings().stream()
            .map(r -> r.meetingId() + " " + r.recordId() + " " + r.state() + "\n")
            .collect(Collectors.joining()));
  }

  private static String required(Query query, String name) {
    return query
        .first(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new IllegalArgumentException(name + ": missing"));
  }

  private static Response done(Runnable command) {
    command.run();
    return Response.text("done\n");
  }

  private static Response found(boolean found) {
    return found ? Response.text("done\n") : plain(404, "no such meeting, user or recording");
  }

  private static Response plain(int status, String message) {
    byte[] bytes = (message + "\n").getBytes(StandardCharsets.UTF_8);
    return Response.of(status, "text/plain;charset=utf-8", out -> out.write(bytes));
  }
}
