package io.tinyscale.listing;

import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.call.CallLimits;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.observe.DamagedLists;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.FanOut;
import io.tinyscale.upstream.FanOut.Replies;
import io.tinyscale.upstream.Reply;
import io.tinyscale.upstream.ServerCalls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists of all servers as one: every server that may hold something is asked at once, and what has
 * come complete and sound by the deadline is merged. A server that fails is left out and counted in
 * {@code X-Tinyscale-Partial}; only when all of them fail, the call does.
 *
 * <p>A list is put aside until it is complete, for its end may show that it is unsound; memory
 * holds the items' keys and places, not their texts.
 */
public final class ListHandler implements CallHandler {

  /** The newest first, as people expect it; a stable order whatever the servers' own is. */
  private static final Comparator<SpooledList.Item> NEWEST_FIRST =
      Comparator.comparingLong(SpooledList.Item::startTime)
          .reversed()
          .thenComparing(SpooledList.Item::key);

  private final ServerCalls calls;
  private final FanOut fanOut;
  private final CallLimits limits;
  private final MeetingDirectory directory;
  private final BiConsumer<String, Server> recordings;
  private final CallbackUrls callbackUrls;
  private final GatewayObserver observer;
  private final DamagedLists damages;
  private final Executor work;

  /**
   * Merges the lists of all servers.
   *
   * @param limits tells the time for a whole list
   * @param directory says which copy of a meeting callers get
   * @param recordings is told the id of each listed recording, and its server
   * @param callbackUrls what items show for the URLs of callbacks
   * @param work merges
   */
  public ListHandler(
      ServerCalls calls,
      FanOut fanOut,
      CallLimits limits,
      MeetingDirectory directory,
      BiConsumer<String, Server> recordings,
      CallbackUrls callbackUrls,
      GatewayObserver observer,
      Executor work) {
    this.calls = calls;
    this.fanOut = fanOut;
    this.limits = limits;
    this.directory = directory;
    this.recordings = recordings;
    this.callbackUrls = callbackUrls;
    this.observer = observer;
    this.damages = new DamagedLists(observer);
    this.work = work;
  }

  @Override
  public CompletionStage<Answer> answer(AcceptedCall accepted) {
    ListingKind kind = ListingKind.of(accepted.call()).orElseThrow();
    RecordingPage page = RecordingPage.of(kind, accepted.parameters());
    QueryString parameters = page.toServers(accepted.parameters());
    Map<Server, SpooledList> lists = new HashMap<>();
    return fanOut
        .ask(
            accepted.call(),
            accepted.trace(),
            kind == ListingKind.RECORDINGS ? limits.recordings() : limits.list(),
            accepted.caller(),
            (server, deadline) -> {
              SpooledList list = new SpooledList(server, kind, callbackUrls::inItem);
              lists.put(server, list);
              return ask(server, accepted, parameters, list, deadline);
            })
        .thenApplyAsync(replies -> merge(accepted, kind, page, replies, lists), work);
  }

  private CompletionStage<Reply> ask(
      Server server,
      AcceptedCall accepted,
      QueryString parameters,
      SpooledList list,
      Deadline deadline) {
    return calls
        .list(
            server,
            accepted.call(),
            list.kind(),
            parameters,
            list,
            accepted.trace(),
            deadline,
            accepted.caller())
        .thenApply(
            reply -> {
              if (!(reply instanceof Reply.Said said) || !said.content().succeeded()) {
                // A server that fails late may still be adding items: its list is closed.
                list.close();
              } else {
                damages.read(server, accepted.call(), list.damage());
              }
              return reply;
            });
  }

  private Answer merge(
      AcceptedCall accepted,
      ListingKind kind,
      RecordingPage page,
      Replies replies,
      Map<Server, SpooledList> lists) {
    if (replies.succeeded().isEmpty()) {
      return Answers.failed(accepted.call(), replies.error());
    }
    List<SpooledList> sound =
        replies.succeeded().stream()
            .map(said -> Objects.requireNonNull(lists.get(said.server())))
            .toList();
    int missing = replies.failed();
    if (missing > 0) {
      observer.listPartial(accepted.call(), missing, replies.asked());
    }
    try {
      List<SpooledList.Item> all = once(kind, sound);
      List<SpooledList.Item> items = page.cut(all.stream()).toList();
      return Answers.list(
          SpooledBody.of(
              ApiDocument.beforeItems(kind),
              items,
              ApiDocument.behindItems(kind, items.isEmpty(), page.total(all.size())),
              sound,
              work),
          missing);
    } catch (RuntimeException bug) {
      sound.forEach(SpooledList::close);
      throw bug;
    }
  }

  /**
   * Each thing once: as the first server of the pool has it, or as the directory says. What one
   * server lists twice is not a duplicate of itself.
   */
  private List<SpooledList.Item> once(ListingKind kind, List<SpooledList> lists) {
    if (kind == ListingKind.SESSIONS) {
      // One per user of a meeting, and users of the same name cannot be told apart.
      return lists.stream().flatMap(list -> list.complete().stream()).toList();
    }
    Map<String, List<SpooledList.Item>> once = new LinkedHashMap<>();
    for (SpooledList list : lists) {
      Map<String, List<SpooledList.Item>> ofServer = new LinkedHashMap<>();
      for (SpooledList.Item item : list.complete()) {
        ofServer.computeIfAbsent(item.key(), key -> new ArrayList<>(1)).add(item);
      }
      ofServer.forEach(
          (key, items) -> once.merge(key, items, (kept, more) -> both(kind, kept, more)));
      if (kind == ListingKind.RECORDINGS) {
        ofServer.keySet().forEach(id -> recordings.accept(id, list.server()));
      }
    }
    List<SpooledList.Item> all =
        once.values().stream()
            .flatMap(List::stream)
            .collect(Collectors.toCollection(ArrayList::new));
    if (kind == ListingKind.RECORDINGS) {
      all.sort(NEWEST_FIRST);
    }
    return all;
  }

  /** What is listed of a thing that a further server lists, too. */
  private List<SpooledList.Item> both(
      ListingKind kind, List<SpooledList.Item> kept, List<SpooledList.Item> more) {
    if (kind == ListingKind.MEETINGS) {
      return isKept(more.get(0)) ? more : kept;
    }
    if (kind != ListingKind.RECORDINGS) {
      return kept;
    }
    // Servers may have a recording in different formats: none of them may be lost.
    Set<String> known =
        kept.stream().flatMap(item -> item.formats().stream()).collect(Collectors.toSet());
    return Stream.concat(
            kept.stream(), more.stream().filter(item -> !known.containsAll(item.formats())))
        .toList();
  }

  /** Whether callers who ask for this meeting are sent to the server that listed it here. */
  private boolean isKept(SpooledList.Item item) {
    return directory
        .remembered(new MeetingId(item.key()))
        .filter(server -> server.name().equals(item.list().server().name()))
        .isPresent();
  }
}
