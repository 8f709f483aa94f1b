package io.tinyscale.admin;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.config.AdminScope;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.ServerFields;
import io.tinyscale.config.ServerFields.Field;
import io.tinyscale.health.ServerCheck;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The servers of the pool: to look at, to add, to change and to remove. */
final class ServersApi {

  private static final String ONE = "/servers/{name}";
  private static final String STATES = "enabled, cordoned or disabled";
  private static final String ALGORITHMS = "sha1, sha256, sha384 or sha512";

  private final Balancer balancer;
  private final Snapshots snapshots;
  private final Changes changes;
  private final Logins logins;

  ServersApi(Balancer balancer, Snapshots snapshots, Changes changes, Logins logins) {
    this.logins = logins;
    this.balancer = balancer;
    this.snapshots = snapshots;
    this.changes = changes;
  }

  List<Operation> operations() {
    return List.of(
        new Operation("GET", "/servers", AdminScope.READ, request -> all()),
        new Operation("GET", ONE, AdminScope.READ, this::one),
        new Operation("PUT", ONE, AdminScope.ADMIN, this::put),
        new Operation("PATCH", ONE, AdminScope.ADMIN, this::merge),
        new Operation("POST", ONE, AdminScope.ADMIN, this::merge),
        new Operation("DELETE", ONE, AdminScope.ADMIN, this::remove));
  }

  private CompletionStage<HttpAnswer> all() {
    Snapshot now = snapshots.now();
    return Answers.now(Answers.json(json -> ServerJson.writeAll(json, now)));
  }

  private CompletionStage<HttpAnswer> one(AdminRequest request) {
    return Answers.now(Changes.server(200, request.variable(), snapshots.now(), request));
  }

  /** The server that the pool file has under a name. */
  private static Optional<OfServer> inFile(Snapshot now, String name) {
    return now.server(name).filter(server -> !server.status().leaving());
  }

  private CompletionStage<HttpAnswer> put(AdminRequest request) throws Refusal {
    JsonBody body = request.json("host", "secret", "weight", "tags", "state", "checksum", "force");
    Optional<OfServer> known = inFile(snapshots.now(), request.variable());
    body.require("host");
    if (known.isPresent() && request.createsOnly()) {
      throw new Refusal(
          new Problem(
              412,
              "pool-changed",
              "The pool has changed",
              "The pool has a server " + request.variable() + " already."));
    }
    return known.isPresent() ? replace(request, body, known.get()) : add(request, body);
  }

  private CompletionStage<HttpAnswer> add(AdminRequest request, JsonBody body) throws Refusal {
    body.require("secret");
    ServerFields fields = fields(body, true);
    String host = body.text("host").orElse("");
    Optional<Secret> secret = secret(body);
    body.flag("force");
    body.refuseErrors();
    PoolEdit.Add add = new PoolEdit.Add(request.variable(), host, secret.orElseThrow(), fields);
    return checked(request, add, () -> edited(request, add, 201));
  }

  /** Everything but the state goes back to its default unless it is given. */
  private CompletionStage<HttpAnswer> replace(AdminRequest request, JsonBody body, OfServer known)
      throws Refusal {
    ServerFields fields = fields(body, true);
    String host = body.text("host").orElse("");
    Optional<Secret> secret = secret(body);
    Optional<AdminState> state = body.choice("state", AdminState::named, STATES);
    final boolean force = body.flag("force");
    body.refuseErrors();
    PoolEdit.Add asked =
        new PoolEdit.Add(
            request.variable(), host, secret.orElse(known.status().server().secret()), fields);
    if (!force) {
      requireForce(known, asked);
      if (state.isPresent()) {
        Guards.requireForce(snapshots.now(), known, state.get());
      }
    }
    ServerFields all = secret.isPresent() ? fields.secret(secret.get()) : fields;
    PoolEdit change = Guards.change(request.variable(), all.host(host), force);
    return checked(request, asked, () -> edited(request, change, 200));
  }

  /** An address that is wrong is refused by the edit, in full. */
  private static void requireForce(OfServer known, PoolEdit.Add asked) throws Refusal {
    Optional<Server> moved = asked.described();
    if (moved.isPresent()) {
      Guards.requireForce(known, moved.get());
    }
  }

  private CompletionStage<HttpAnswer> merge(AdminRequest request) throws Refusal {
    JsonBody body = request.json("host", "secret", "weight", "tags", "checksum", "force");
    OfServer known =
        inFile(snapshots.now(), request.variable())
            .orElseThrow(() -> new Refusal(Problem.serverUnknown(request.variable())));
    Server server = known.status().server();
    ServerFields fields = fields(body, false);
    String host = body.text("host").orElse(server.api().toString());
    Optional<Secret> secret = secret(body);
    for (String needed : List.of("host", "secret")) {
      if (body.isNull(needed)) {
        body.wrong(needed, "a text; it has no default");
      }
    }
    final boolean force = body.flag("force");
    body.refuseErrors();
    ServerFields named = body.has("host") ? fields.host(host) : fields;
    PoolEdit change =
        new PoolEdit.Change(
            request.variable(), secret.isPresent() ? named.secret(secret.get()) : named);
    if (!body.has("host") && !body.has("secret") && !body.has("checksum")) {
      return edited(request, change, 200);
    }
    ServerFields asChecked = body.has("checksum") ? fields : fields.checksum(server.algorithm());
    PoolEdit.Add asked =
        new PoolEdit.Add(request.variable(), host, secret.orElse(server.secret()), asChecked);
    if (!force) {
      requireForce(known, asked);
    }
    return checked(request, asked, () -> edited(request, change, 200));
  }

  /**
   * The fields of a body, host and secret apart.
   *
   * @param all whether a field that is missing goes back to its default; the state stays
   */
  private static ServerFields fields(JsonBody body, boolean all) {
    ServerFields fields = ServerFields.NONE;
    Optional<Integer> weight = body.number("weight");
    Optional<List<String>> tags = body.texts("tags");
    Optional<AdminState> state = body.choice("state", AdminState::named, STATES);
    Optional<ChecksumAlgorithm> checksum =
        body.choice("checksum", ChecksumAlgorithm::named, ALGORITHMS);
    if (weight.isPresent() && (weight.get() < 1 || weight.get() > 1000)) {
      body.wrong("weight", "a whole number from 1 to 1000");
    } else if (weight.isPresent()) {
      fields = fields.weight(weight.get());
    } else if (all || body.has("weight")) {
      fields = fields.without(Field.WEIGHT);
    }
    if (tags.isPresent()) {
      fields = fields.tags(tags.get());
    } else if (all || body.has("tags")) {
      fields = fields.without(Field.TAGS);
    }
    if (state.isPresent()) {
      fields = fields.state(state.get());
    }
    if (checksum.isPresent()) {
      fields = fields.checksum(checksum.get());
    } else if (all || body.has("checksum")) {
      fields = fields.without(Field.CHECKSUM);
    }
    return fields;
  }

  private Optional<Secret> secret(JsonBody body) {
    Optional<String> text = body.text("secret");
    if (text.isPresent() && logins.isToken(text.get())) {
      body.wrong("secret", "a text that is not the token of an administrator");
      return Optional.empty();
    }
    if (text.isPresent() && text.get().isBlank()) {
      body.wrong("secret", "the server's secret, as of `bbb-conf --secret`");
      return Optional.empty();
    }
    return text.map(Secret::of);
  }

  private CompletionStage<HttpAnswer> edited(AdminRequest request, PoolEdit edit, int status) {
    return changes.edit(
        request, edit, now -> Changes.server(status, request.variable(), now, request));
  }

  /** Asks the server first, unless the caller does not want that. */
  private CompletionStage<HttpAnswer> checked(
      AdminRequest request, PoolEdit.Add asked, Supplier<CompletionStage<HttpAnswer>> edit)
      throws Refusal {
    if (!request.unlessFalse("check")) {
      return edit.get();
    }
    return balancer
        .check(asked)
        .thenCompose(
            check ->
                switch (check.result()) {
                  // The edit says in full what is wrong with the fields.
                  case PASSED, INVALID -> edit.get();
                  case UNREACHABLE, NOT_BBB, SECRET_REFUSED, LIST_UNREAD ->
                      Answers.now(failed(check).answer(request.id()));
                });
  }

  private static Problem failed(ServerCheck check) {
    String cause = word(check.result());
    return new Problem(
            422,
            "server-check-failed",
            "The server's check failed",
            switch (check.result()) {
              case UNREACHABLE -> "Nothing answers at this address: " + check.cause() + ".";
              case NOT_BBB -> "What answers there is no BigBlueButton server.";
              case SECRET_REFUSED -> "The server refuses the secret or the kind of checksum.";
              default -> "The server does not tell its meetings: " + check.cause() + ".";
            })
        .with(json -> json.name("cause").value(cause));
  }

  /** The result of a check in one word. */
  static String word(ServerCheck.Result result) {
    return result == ServerCheck.Result.PASSED
        ? "complete"
        : result.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private CompletionStage<HttpAnswer> remove(AdminRequest request) {
    return changes.edit(
        request,
        new PoolEdit.Remove(request.variable()),
        now ->
            now.server(request.variable())
                .filter(server -> Snapshot.meetings(server) > 0 || server.meetings() > 0)
                .map(ServersApi::leaving)
                .orElseGet(ServersApi::gone));
  }

  private static HttpAnswer leaving(OfServer server) {
    return Answers.json(
        202,
        "application/json",
        json ->
            json.name("status").value("leaving").name("meetings").value(Snapshot.meetings(server)));
  }

  private static HttpAnswer gone() {
    return Answers.answer(204, "application/json", Body.EMPTY);
  }
}
