package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.config.AdminScope;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.observe.RecentEvents;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** What the balancer tells of itself: status, past, events, operations, and its pool file. */
final class StatusApi {

  private static final int USUAL_EVENTS = 200;

  private final Balancer balancer;
  private final Snapshots snapshots;
  private final Operations operations;
  private final EventStreams streams;

  StatusApi(Balancer balancer, Snapshots snapshots, Operations operations, EventStreams streams) {
    this.balancer = balancer;
    this.snapshots = snapshots;
    this.operations = operations;
    this.streams = streams;
  }

  List<Operation> operations() {
    return List.of(
        new Operation("GET", "/status", AdminScope.READ, request -> status()),
        new Operation("GET", "/token", AdminScope.READ, StatusApi::token),
        new Operation("GET", "/history", AdminScope.READ, request -> history()),
        new Operation("GET", "/events", AdminScope.READ, this::events),
        new Operation(
            "GET", "/stream", AdminScope.READ, request -> Answers.now(streams.open(request))),
        new Operation("GET", "/operations", AdminScope.READ, request -> list()),
        new Operation("GET", "/operations/{id}", AdminScope.READ, this::operation),
        new Operation("POST", "/pool/reload", AdminScope.OPERATE, this::reload));
  }

  private CompletionStage<HttpAnswer> status() {
    Snapshot now = snapshots.now();
    return Answers.now(Answers.json(json -> snapshots.writeStatus(json, now)));
  }

  private static CompletionStage<HttpAnswer> token(AdminRequest request) {
    return Answers.now(
        Answers.json(
            json ->
                json.name("name")
                    .value(request.token().name())
                    .name("scope")
                    .value(request.token().scope().toString())));
  }

  private CompletionStage<HttpAnswer> history() {
    return Answers.now(Answers.json(snapshots.history()::write));
  }

  private CompletionStage<HttpAnswer> events(AdminRequest request) throws Refusal {
    int limit = request.limit(USUAL_EVENTS, RecentEvents.MOST);
    String kind = request.query().first("kind").orElse("");
    boolean isAfter = request.query().first("after").isPresent();
    long after = request.number("after", 0, Long.MAX_VALUE);
    Predicate<RecentEvents.Event> wanted =
        event -> kind.isEmpty() || event.name().equals(kind) || event.name().startsWith(kind + ".");
    List<RecentEvents.Event> all =
        balancer.recentEvents().after(after, RecentEvents.MOST).stream().filter(wanted).toList();
    // Without a beginning the caller wants the newest.
    List<RecentEvents.Event> shown =
        isAfter
            ? all.subList(0, Math.min(limit, all.size()))
            : all.subList(Math.max(0, all.size() - limit), all.size());
    return Answers.now(
        Answers.json(
            json -> {
              json.name("events").beginArray();
              for (RecentEvents.Event event : shown) {
                json.beginObject();
                EventJson.write(json, event);
                json.endObject();
              }
              json.endArray();
            }));
  }

  private CompletionStage<HttpAnswer> list() {
    List<Operations.Ending> newest = operations.newest();
    return Answers.now(
        Answers.json(
            json -> {
              json.name("operations").beginArray();
              for (Operations.Ending ending : newest) {
                json.beginObject();
                ending.write(json);
                json.endObject();
              }
              json.endArray();
            }));
  }

  private CompletionStage<HttpAnswer> operation(AdminRequest request) throws Refusal {
    Operations.Ending ending =
        operations
            .find(request.variable())
            .orElseThrow(
                () ->
                    new Refusal(
                        new Problem(
                            404,
                            "operation-unknown",
                            "No such operation",
                            "There is no operation " + request.variable() + " any more.")));
    return Answers.now(Answers.json(ending::write));
  }

  private CompletionStage<HttpAnswer> reload(AdminRequest request) throws Refusal {
    request.json();
    Map<String, Server> before = inFile();
    return balancer
        .reloadPool()
        .handle(
            (mistakes, failure) -> {
              if (failure != null) {
                return Changes.answerOf(failure, request);
              }
              return mistakes.isEmpty()
                  ? Answers.json(json -> writeChange(json, before, inFile()))
                  : new Problem(
                          422,
                          "pool-file-invalid",
                          "The pool file has mistakes",
                          String.join(" ", mistakes))
                      .with("errors", mistakes)
                      .answer(request.id());
            });
  }

  private Map<String, Server> inFile() {
    Map<String, Server> servers = new TreeMap<>();
    for (OfServer server : snapshots.now().status().servers()) {
      if (!server.status().leaving()) {
        servers.put(server.status().server().name(), server.status().server());
      }
    }
    return servers;
  }

  private static void writeChange(
      JsonWriter json, Map<String, Server> before, Map<String, Server> after) throws IOException {
    Answers.texts(
        json.name("added"),
        after.keySet().stream().filter(name -> !before.containsKey(name)).toList());
    Answers.texts(
        json.name("removed"),
        before.keySet().stream().filter(name -> !after.containsKey(name)).toList());
    Answers.texts(
        json.name("changed"),
        after.entrySet().stream()
            .filter(
                entry ->
                    before.containsKey(entry.getKey())
                        && !entry.getValue().equals(before.get(entry.getKey())))
            .map(Map.Entry::getKey)
            .toList());
  }
}
