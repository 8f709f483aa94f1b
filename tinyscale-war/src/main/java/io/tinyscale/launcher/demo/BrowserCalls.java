package io.tinyscale.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The school's calls over HTTP: signed ones to tinyscale as from any front end, and a browser for
 * each person, which follows the redirect of a join. Thread-safe.
 */
final class BrowserCalls implements SchoolCalls {

  /** Longer than tinyscale lets a create wait for the server that had the room. */
  private static final Duration FRONT_END_PATIENCE = Duration.ofSeconds(40);

  private static final Duration BROWSER_PATIENCE = Duration.ofSeconds(3);
  private static final String CLIENT = "/html5client/";
  private static final int LONGEST_BODY = 64 << 10;

  private final BinaryOperator<String> signed;
  private final Function<URI, Optional<String>> servers;
  private final Executor threads;

  /** A page as the browser has it after all redirects. */
  private record Page(URI address, int status, String body) {

    boolean isClient() {
      return status == HttpURLConnection.HTTP_OK && address.getPath().startsWith(CLIENT);
    }
  }

  /**
   * Makes the calls.
   *
   * @param signed gives the address of a call, signed, by its name and its query
   * @param servers gives the name of the server at an address
   * @param threads wait for the answers
   */
  BrowserCalls(
      BinaryOperator<String> signed, Function<URI, Optional<String>> servers, Executor threads) {
    this.signed = signed;
    this.servers = servers;
    this.threads = threads;
  }

  @Override
  public CompletionStage<Boolean> create(Lesson lesson) {
    String query = "name=" + encoded(lesson.name()) + "&" + meeting(lesson);
    return answers("create", query, body -> body.contains("<returncode>SUCCESS<"));
  }

  @Override
  public CompletionStage<Boolean> isOver(Lesson lesson) {
    return answers("isMeetingRunning", meeting(lesson), body -> body.contains("<running>false<"));
  }

  private CompletionStage<Boolean> answers(String call, String query, Predicate<String> expected) {
    return get(URI.create(signed.apply(call, query)), FRONT_END_PATIENCE)
        .thenApply(page -> page.filter(answer -> expected.test(answer.body())).isPresent());
  }

  @Override
  public CompletionStage<Optional<Seat>> join(Lesson lesson, Person person) {
    String query =
        "fullName="
            + encoded(person.name())
            + "&"
            + meeting(lesson)
            + "&role="
            + (person.teaches() ? "MODERATOR" : "VIEWER");
    return get(URI.create(signed.apply("join", query)), BROWSER_PATIENCE)
        .thenApply(page -> page.filter(Page::isClient).map(Page::address).flatMap(this::seat));
  }

  private Optional<Seat> seat(URI address) {
    return servers.apply(address).map(server -> new Seat(server, address));
  }

  @Override
  public CompletionStage<Boolean> holds(Seat seat) {
    return get(seat.page(), BROWSER_PATIENCE)
        .thenApply(page -> page.filter(Page::isClient).isPresent());
  }

  @Override
  public void leave(Seat seat) {
    URI page = seat.page();
    get(page.resolve("/bigbluebutton/api/signOut?" + page.getRawQuery()), BROWSER_PATIENCE);
  }

  /** What a browser gets; empty if there is no answer. */
  private CompletionStage<Optional<Page>> get(URI address, Duration patience) {
    return CompletableFuture.supplyAsync(() -> load(address, patience), threads);
  }

  private static Optional<Page> load(URI address, Duration patience) {
    try {
      HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
      connection.setConnectTimeout(Math.toIntExact(patience.toMillis()));
      connection.setReadTimeout(Math.toIntExact(patience.toMillis()));
      int status = connection.getResponseCode();
      InputStream error = connection.getErrorStream();
      try (InputStream body = error == null ? connection.getInputStream() : error) {
        String text = new String(body.readNBytes(LONGEST_BODY), StandardCharsets.UTF_8);
        return Optional.of(new Page(URI.create(connection.getURL().toString()), status, text));
      }
    } catch (IOException | IllegalArgumentException e) {
      // A dead server gives no answer, a broken one perhaps an address that is none.
      return Optional.empty();
    }
  }

  private static String meeting(Lesson lesson) {
    return "meetingID=" + encoded(lesson.meetingId());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
