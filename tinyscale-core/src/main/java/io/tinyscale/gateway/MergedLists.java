package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lists of all servers as one: every server that may hold something is asked at once, and what has
 * come complete and sound by the deadline is merged. A server that fails is left out and counted in
 * {@code X-Tinyscale-Partial}; only when all of them fail, the call does.
 */
final class MergedLists {

  private static final String PARTIAL = "X-Tinyscale-Partial";

  /** The newest first, as people expect it; a stable order whatever the servers' own is. */
  private static final Comparator<ListedItem> NEWEST_FIRST =
      Comparator.comparingLong(ListedItem::startTime)
          .reversed()
          .thenComparing(ListedItem::recordId);

  private final ServerPool pool;
  private final ServerCalls calls;
  private final GatewayLimits limits;
  private final RecordingOwners owners;
  private final GatewayObserver observer;

  MergedLists(
      ServerPool pool,
      ServerCalls calls,
      GatewayLimits limits,
      RecordingOwners owners,
      GatewayObserver observer) {
    this.pool = pool;
    this.calls = calls;
    this.limits = limits;
    this.owners = owners;
    this.observer = observer;
  }

  CompletionStage<Answer> answer(AcceptedCall accepted, ListingKind kind) {
    List<ServerStatus> holders =
        pool.snapshot().stream().filter(ServerStatus::servesMeetings).toList();
    RecordingPage page = RecordingPage.of(kind, accepted.parameters());
    Deadline deadline = calls.in(limits.list());
    List<CompletableFuture<Part>> parts = new ArrayList<>();
    for (ServerStatus holder : holders) {
      if (holder.health().isUp()) {
        parts.add(ask(holder.server(), accepted, kind, page, deadline).toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                merge(
                    accepted,
                    kind,
                    page,
                    parts.stream().map(CompletableFuture::join).toList(),
                    holders.size()));
  }

  /** What one server gave: its items in its order, and its reply. */
  private record Part(List<ListedItem> items, Reply reply) {}

  private CompletionStage<Part> ask(
      Server server,
      AcceptedCall accepted,
      ListingKind kind,
      RecordingPage page,
      Deadline deadline) {
    List<ListedItem> items = new ArrayList<>();
    return calls
        .list(
            server,
            accepted.call(),
            kind,
            page.toServers(accepted.parameters()),
            items::add,
            deadline,
            accepted.caller())
        // A server that fails late may still be adding items: its list is not looked at.
        .thenApply(reply -> new Part(reply instanceof Reply.Said ? items : List.of(), reply));
  }

  private Answer merge(
      AcceptedCall accepted, ListingKind kind, RecordingPage page, List<Part> parts, int asked) {
    List<Part> sound = new ArrayList<>();
    for (Part part : parts) {
      if (part.reply() instanceof Reply.Said said && said.content().succeeded()) {
        sound.add(part);
      } else {
        report(accepted, part.reply());
      }
    }
    if (sound.isEmpty()) {
      return Answers.failed(accepted.call(), ApiError.INTERNAL);
    }
    int missing = asked - sound.size();
    if (missing > 0) {
      observer.listPartial(accepted.call(), missing, asked);
    }
    if (kind == ListingKind.RECORDINGS) {
      sound.forEach(
          part -> part.items().forEach(item -> owners.learn(item, part.reply().server())));
    }
    Collection<ListedItem> all =
        sound.stream()
            .flatMap(part -> part.items().stream())
            .sorted(kind == ListingKind.RECORDINGS ? NEWEST_FIRST : (a, b) -> 0)
            .collect(
                LinkedHashMap<String, ListedItem>::new,
                (once, item) -> once.putIfAbsent(kind.identity(item), item),
                Map::putAll)
            .values();
    List<String> items = page.cut(all.stream()).map(ListedItem::xml).toList();
    return new Answer.Document(
        ApiDocument.XML,
        headers(missing),
        Body.of(ApiDocument.list(kind, items, page.total(all.size()))));
  }

  /** The header fields of a list that lacks the parts of this many servers. */
  static List<Header> headers(int missing) {
    Header notCached = new Header("Cache-Control", "no-cache");
    return missing == 0
        ? List.of(notCached)
        : List.of(notCached, new Header(PARTIAL, Integer.toString(missing)));
  }

  private void report(AcceptedCall accepted, Reply reply) {
    if (reply instanceof Reply.WrongSecret wrong) {
      observer.serverRefusesSecret(wrong.server());
    } else if (!accepted.caller().isCancelled()) {
      String cause =
          reply instanceof Reply.Nothing nothing ? nothing.cause() : "it answered FAILED";
      observer.callFailed(accepted.call(), reply.server(), cause);
    }
  }
}
