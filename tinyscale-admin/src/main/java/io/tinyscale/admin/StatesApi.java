package io.tinyscale.admin;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.body.Header;
import io.tinyscale.config.AdminScope;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.ServerFields;
import io.tinyscale.config.ServerFields.Field;
import io.tinyscale.config.Units;
import io.tinyscale.health.ServerCheck;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the operator wants of servers: their states, their drains, the end of their meetings. */
final class StatesApi {

  private static final String DEADLINE = "a time to come, such as 2026-11-25T22:00:00Z, 90s or 2h";

  private final Balancer balancer;
  private final Snapshots snapshots;
  private final Changes changes;
  private final Operations operations;

  StatesApi(Balancer balancer, Snapshots snapshots, Changes changes, Operations operations) {
    this.balancer = balancer;
    this.snapshots = snapshots;
    this.changes = changes;
    this.operations = operations;
  }

  List<Operation> operations() {
    return List.of(
        new Operation("PUT", "/servers/{name}/state", AdminScope.OPERATE, this::state),
        new Operation("PUT", "/servers/{name}/drain", AdminScope.OPERATE, this::drain),
        new Operation("DELETE", "/servers/{name}/drain", AdminScope.OPERATE, this::forgetDrain),
        new Operation("POST", "/servers/{name}/end-meetings", AdminScope.OPERATE, this::endAll),
        new Operation("POST", "/servers/{name}/probe", AdminScope.OPERATE, this::probe));
  }

  private OfServer inFile(Snapshot now, String name) throws Refusal {
    return now.server(name)
        .filter(server -> !server.status().leaving())
        .orElseThrow(() -> new Refusal(Problem.serverUnknown(name)));
  }

  private CompletionStage<HttpAnswer> state(AdminRequest request) throws Refusal {
    JsonBody body = request.json("state", "endMeetings", "force", "persist");
    body.require("state");
    Optional<AdminState> state =
        body.choice("state", AdminState::named, "enabled, cordoned or disabled");
    boolean ends = body.flag("endMeetings");
    final boolean force = body.flag("force");
    if (body.has("persist") && !body.flag("persist")) {
      body.wrong("persist", "true; a state is always written into the pool file");
    }
    if (ends && state.isPresent() && state.get() == AdminState.ENABLED) {
      body.wrong("endMeetings", "false for a server that is enabled");
    }
    body.refuseErrors();
    Snapshot now = snapshots.now();
    OfServer server = inFile(now, request.variable());
    AdminState wanted = state.orElseThrow();
    if (!force) {
      Guards.requireForce(now, server, wanted);
    }
    return changes.edit(
        request,
        Guards.change(request.variable(), ServerFields.NONE.state(wanted), force),
        after -> answer(request, after, ends));
  }

  private HttpAnswer answer(AdminRequest request, Snapshot after, boolean ends) {
    Optional<Operations.Ending> ending =
        ends ? operations.endAll(request.variable(), request.token().name()) : Optional.empty();
    Optional<OfServer> server = after.server(request.variable());
    if (server.isEmpty()) {
      return Problem.serverUnknown(request.variable()).answer(request.id());
    }
    return Answers.json(
        json -> {
          ServerJson.write(json, server.get(), after);
          if (ending.isPresent()) {
            json.name("operation").beginObject();
            ending.get().write(json);
            json.endObject();
          }
        });
  }

  private CompletionStage<HttpAnswer> drain(AdminRequest request) throws Refusal {
    JsonBody body = request.json("deadline", "end", "then", "message", "force");
    Instant time = snapshots.time();
    Optional<Instant> deadline = body.text("deadline").flatMap(text -> deadline(text, time));
    boolean end = body.flag("end");
    if (body.text("deadline").isPresent()
        && deadline.filter(until -> until.isAfter(time)).isEmpty()) {
      body.wrong("deadline", DEADLINE);
    } else if (end && deadline.isEmpty()) {
      body.wrong("end", "false without a deadline");
    }
    Drain.Then then =
        body.choice("then", Drain.Then::named, "cordoned, disabled or removed")
            .orElse(Drain.Then.CORDONED);
    String message = body.text("message").orElse("");
    if (message.length() > Drain.LONGEST_MESSAGE) {
      body.wrong("message", "at most " + Drain.LONGEST_MESSAGE + " characters");
    }
    final boolean force = body.flag("force");
    body.refuseErrors();
    Snapshot now = snapshots.now();
    OfServer server = inFile(now, request.variable());
    if (!force) {
      Guards.requireForce(now, server, AdminState.CORDONED);
    }
    return begin(request, new Drain(deadline.orElse(null), end, then, message), force);
  }

  private CompletionStage<HttpAnswer> begin(AdminRequest request, Drain drain, boolean force) {
    ServerFields fields = ServerFields.NONE.state(AdminState.CORDONED);
    boolean isCordonAlone =
        drain.deadline() == null
            && drain.then() == Drain.Then.CORDONED
            && drain.message().isEmpty();
    if (isCordonAlone) {
      return edited(request, Guards.change(request.variable(), fields.without(Field.DRAIN), force));
    }
    snapshots
        .drainings()
        .begin(request.variable(), drain, request.token().name(), snapshots.time());
    return edited(request, Guards.change(request.variable(), fields.drain(drain), force));
  }

  /** A length of time from now, or a time. */
  private static Optional<Instant> deadline(String text, Instant now) {
    Instant whole = now.truncatedTo(ChronoUnit.SECONDS);
    try {
      Optional<Duration> length =
          text.startsWith("P") ? Optional.of(Duration.parse(text)) : Units.duration(text);
      return length.isPresent()
          ? Optional.of(whole.plus(length.get()))
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private CompletionStage<HttpAnswer> edited(AdminRequest request, PoolEdit edit) {
    return changes.edit(
        request, edit, after -> Changes.server(200, request.variable(), after, request));
  }

  private CompletionStage<HttpAnswer> forgetDrain(AdminRequest request) {
    return edited(
        request, new PoolEdit.Change(request.variable(), ServerFields.NONE.without(Field.DRAIN)));
  }

  private CompletionStage<HttpAnswer> endAll(AdminRequest request) throws Refusal {
    request.json();
    Operations.Ending ending =
        operations
            .endAll(request.variable(), request.token().name())
            .orElseThrow(() -> new Refusal(Problem.serverUnknown(request.variable())));
    return Answers.now(
        Answers.with(
            Answers.json(202, "application/json", ending::write),
            // Relative to the request's path, whatever the door's own path is.
            List.of(new Header("Location", "../../operations/" + ending.id()))));
  }

  private CompletionStage<HttpAnswer> probe(AdminRequest request) throws Refusal {
    request.json();
    return balancer
        .check(request.variable())
        .orElseThrow(() -> new Refusal(Problem.serverUnknown(request.variable())))
        .thenApply(StatesApi::probed);
  }

  private static HttpAnswer probed(ServerCheck check) {
    return Answers.json(
        json -> {
          json.name("result").value(ServersApi.word(check.result()));
          json.name("millis").value(check.took().toMillis());
          json.name("meetings");
          if (check.meetings() < 0) {
            json.nullValue();
          } else {
            json.value(check.meetings());
          }
          json.name("cause").value(check.cause().isEmpty() ? null : check.cause());
        });
  }
}
