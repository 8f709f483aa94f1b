package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.SimulatedMeeting;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rooms that several front ends open at the same moment, through several balancers. */
final class ManyRooms {

  private static final Pattern INTERNAL_ID =
      Pattern.compile("<internalMeetingID>([^<]+)</internalMeetingID>");

  /** Rooms that are opened at the same time. */
  private static final int AT_ONCE = 10;

  /** Front ends that open each room. */
  private static final int CALLERS = 4;

  private final SimulatedPool pool;
  private final List<FrontEnd> balancers;
  private final int number;

  /** The internal ids that the answers of each room had. */
  private final Map<String, Set<String>> ids = new HashMap<>();

  /** That many rooms on these servers. */
  ManyRooms(SimulatedPool pool, List<FrontEnd> balancers, int number) {
    this.pool = pool;
    this.balancers = balancers;
    this.number = number;
  }

  private static String room(int number) {
    return "room-" + number;
  }

  private List<String> rooms() {
    return IntStream.range(0, number).mapToObj(ManyRooms::room).toList();
  }

  /**
   * Opens all rooms, each by several front ends at once, and takes the answers. First it opens
   * other rooms: balancers that run for the first time need longer for the question to all servers
   * than that question waits.
   */
  void open() {
    for (int i = 0; i < AT_ONCE; i++) {
      for (FrontEnd balancer : balancers) {
        internalId(create(balancer, "warm-up-" + i).join());
      }
    }
    for (int from = 0; from < number; from += AT_ONCE) {
      Map<String, List<CompletableFuture<String>>> creates = new HashMap<>();
      IntStream.range(from, Math.min(number, from + AT_ONCE))
          .mapToObj(ManyRooms::room)
          .forEach(room -> creates.put(room, open(room)));
      creates.forEach(
          (room, answers) ->
              answers.forEach(
                  answer ->
                      ids.computeIfAbsent(room, first -> new HashSet<>())
                          .add(internalId(answer.join()))));
    }
  }

  private List<CompletableFuture<String>> open(String room) {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      answers.add(create(balancers.get(caller % balancers.size()), room));
    }
    return answers;
  }

  /** The answer to a create of a room through one balancer. */
  static CompletableFuture<String> create(FrontEnd balancer, String room) {
    return balancer
        .getAsync(
            balancer.signed("create", "name=Room&attendeePW=ap&moderatorPW=mp&meetingID=" + room))
        .thenApply(HttpResponse::body);
  }

  /** The internal id in an answer, which must be there. */
  static String internalId(String answer) {
    Matcher id = INTERNAL_ID.matcher(answer);
    assertThat(id.find()).as(answer).isTrue();
    return id.group(1);
  }

  /** One person joins each room through each balancer, and follows the redirect. */
  void joinEach() {
    for (String room : rooms()) {
      for (int i = 0; i < balancers.size(); i++) {
        join(balancers.get(i), room, "Person" + i);
      }
    }
  }

  /** A person joins a room through one balancer, and follows the redirect. */
  static void join(FrontEnd balancer, String room, String person) {
    HttpResponse<String> redirect =
        balancer.get(
            balancer.signed("join", "role=VIEWER&meetingID=" + room + "&fullName=" + person));
    assertThat(redirect.statusCode()).as(redirect.body()).isEqualTo(302);
    HttpResponse<String> arrival =
        balancer.get(URI.create(redirect.headers().firstValue("location").orElseThrow()));
    assertThat(arrival.body()).doesNotContain("FAILED");
  }

  /** How many rooms had their creates sent to more than one server. */
  long onSeveralServers() {
    Map<String, Set<String>> servers = new HashMap<>();
    for (SimulatedServer server : pool.servers()) {
      server.requests().stream()
          .filter(request -> request.call().equals("create"))
          .filter(create -> create.parameter("meetingID").orElseThrow().startsWith("room-"))
          .forEach(
              create ->
                  servers
                      .computeIfAbsent(
                          create.parameter("meetingID").orElseThrow(), room -> new HashSet<>())
                      .add(server.name()));
    }
    assertThat(servers).as("rooms in the servers' logs").hasSize(number);
    return servers.values().stream().filter(all -> all.size() > 1).count();
  }

  /** The copies of a room; two that were made in the same millisecond have the same id. */
  private List<SimulatedMeeting> copies(String room) {
    return pool.servers().stream()
        .flatMap(server -> server.meetings().get(room).stream())
        .collect(Collectors.toMap(SimulatedMeeting::internalId, one -> one, (one, same) -> one))
        .values()
        .stream()
        .toList();
  }

  /**
   * All answers of a room have one id, and soon the room with that id is the only one. A second
   * copy is empty, and goes once two sweeps and a question have found it so.
   */
  void assertEachIsOne() {
    assertEachIsOneInTheEnd(0);
  }

  /**
   * The same, but so many rooms may have got two ids. One of them is that of the only copy.
   *
   * @param twoIds the most rooms
   */
  void assertEachIsOneInTheEnd(int twoIds) {
    assertThat(ids).hasSize(number);
    assertThat(ids.values())
        .filteredOn(all -> all.size() != 1)
        .as("rooms that got several ids")
        .hasSizeLessThanOrEqualTo(twoIds);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> rooms().stream().allMatch(room -> copies(room).size() == 1));
    ids.forEach(
        (room, all) ->
            assertThat(copies(room))
                .extracting(SimulatedMeeting::internalId)
                .as(room)
                .hasSize(1)
                .isSubsetOf(all));
  }

  /** Everybody who joined is in the only copy of the room. */
  void assertEverybodyIsThere() {
    List<String> people =
        IntStream.range(0, balancers.size()).mapToObj(person -> "Person" + person).toList();
    for (String room : rooms()) {
      assertThat(copies(room))
          .singleElement()
          .satisfies(
              copy ->
                  assertThat(copy.fullNames())
                      .as(room)
                      .containsExactlyInAnyOrderElementsOf(people));
    }
  }
}
