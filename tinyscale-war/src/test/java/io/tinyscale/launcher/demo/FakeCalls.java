package io.tinyscale.launcher.demo;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Three servers behind a balancer, all of them in memory. */
final class FakeCalls implements SchoolCalls {

  private final List<String> servers = new ArrayList<>(List.of("bbb1", "bbb2", "bbb3"));
  private final Map<String, String> serverOfRoom = new TreeMap<>();
  private final Map<URI, String> roomOfPage = new HashMap<>();
  private final List<String> creates = new ArrayList<>();
  private boolean isNoticed = true;
  private int pages;
  private CompletionStage<Void> untilPagesLoad = CompletableFuture.completedStage(null);
  private CompletionStage<Void> untilAnswersArrive = CompletableFuture.completedStage(null);

  /** Kills a server; its rooms cannot be made elsewhere until {@link #notice}. */
  void kill(String server) {
    servers.remove(server);
    roomOfPage.values().removeIf(room -> server.equals(serverOfRoom.get(room)));
    isNoticed = false;
  }

  /** From now on the rooms of dead servers are made anew. */
  void notice() {
    serverOfRoom.values().removeIf(server -> !servers.contains(server));
    isNoticed = true;
  }

  /** Ends a room, as an administrator does. */
  void end(String room) {
    serverOfRoom.remove(room);
    roomOfPage.values().removeIf(room::equals);
  }

  /** From now on no page loads until the returned stage is complete. */
  CompletableFuture<Void> delayPages() {
    CompletableFuture<Void> loading = new CompletableFuture<>();
    untilPagesLoad = loading;
    return loading;
  }

  /** From now on nobody hears whether a room is over until the returned stage is complete. */
  CompletableFuture<Void> delayAnswers() {
    CompletableFuture<Void> arrival = new CompletableFuture<>();
    untilAnswersArrive = arrival;
    return arrival;
  }

  /** How many people are on a server. */
  int people(String server) {
    return (int)
        roomOfPage.values().stream().filter(room -> server.equals(serverOfRoom.get(room))).count();
  }

  int people() {
    return roomOfPage.size();
  }

  int peopleIn(String room) {
    return (int) roomOfPage.values().stream().filter(room::equals).count();
  }

  List<String> roomsOn(String server) {
    return serverOfRoom.keySet().stream()
        .filter(room -> server.equals(serverOfRoom.get(room)))
        .toList();
  }

  /** The rooms of all creates. */
  List<String> creates() {
    return creates;
  }

  private static <T> CompletionStage<T> answer(T answer) {
    return CompletableFuture.completedStage(answer);
  }

  @Override
  public CompletionStage<Boolean> create(Lesson lesson) {
    creates.add(lesson.meetingId());
    if (!serverOfRoom.containsKey(lesson.meetingId())) {
      serverOfRoom.put(lesson.meetingId(), servers.get(serverOfRoom.size() % servers.size()));
    }
    return answer(servers.contains(serverOfRoom.get(lesson.meetingId())));
  }

  @Override
  public CompletionStage<Optional<Seat>> join(Lesson lesson, Person person) {
    String server = serverOfRoom.get(lesson.meetingId());
    if (server == null || !servers.contains(server)) {
      return answer(Optional.empty());
    }
    URI page = URI.create("http://" + server + "/" + pages++);
    roomOfPage.put(page, lesson.meetingId());
    return answer(Optional.of(new Seat(server, page)));
  }

  @Override
  public CompletionStage<Boolean> isOver(Lesson lesson) {
    boolean isOver = isNoticed && !serverOfRoom.containsKey(lesson.meetingId());
    return untilAnswersArrive.thenApply(nothing -> isOver);
  }

  @Override
  public CompletionStage<Boolean> holds(Seat seat) {
    return untilPagesLoad.thenApply(nothing -> roomOfPage.containsKey(seat.page()));
  }

  @Override
  public void leave(Seat seat) {
    roomOfPage.remove(seat.page());
  }
}
