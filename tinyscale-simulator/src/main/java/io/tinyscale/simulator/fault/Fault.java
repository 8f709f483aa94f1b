package io.tinyscale.simulator.fault;

import java.time.Duration;

/**
 * A way to fail. {@link Delay}, {@link Slow}, {@link Cut}, {@link Damaged}, {@link BreakOff} and
 * {@link ActThenDrop} perform the call; all others leave the server's state unchanged. All faults
 * read the body of the request, except {@link Drop} and {@link Reset} with a limit.
 */
public sealed interface Fault {

  /** Answers after that time. */
  record Delay(Duration duration) implements Fault {}

  /** Reads the request and never answers; the connection stays open until the caller gives up. */
  record Stall() implements Fault {}

  /** Reads at most that much of the body and closes the connection in an orderly way. */
  record Drop(long afterBodyBytes) implements Fault {}

  /** Reads at most that much of the body and breaks the connection with a TCP reset. */
  record Reset(long afterBodyBytes) implements Fault {}

  /** Answers one byte at a time. Sends the header at once, unless {@code headToo}. */
  record Slow(Duration pause, boolean headToo) implements Fault {}

  /** Answers 200 and {@code text/xml} with that many random bytes. */
  record Garbage(int bytes) implements Fault {}

  /** Answers with an HTML page, as a web server does when its application is gone. */
  record Html(int status) implements Fault {}

  /** Answers with a well-formed document of that size, in chunks. */
  record Oversized(long bytes) implements Fault {}

  /** Announces more than it sends, then closes. */
  record Cut() implements Fault {}

  /** Answers a document in which one meeting cannot be read as XML or as UTF-8. */
  record Damaged(Damage damage) implements Fault {}

  /**
   * Answers a list that ends behind {@code <parentMeetingID>} in the middle of its meetings, as the
   * server does when its template fails there. The answer is complete for HTTP.
   */
  record BreakOff() implements Fault {}

  /** Redirects with status 302 to that place. */
  record Redirect(String location) implements Fault {}

  /** Answers every signed call as if the server had another secret. */
  record WrongSecret() implements Fault {}

  /** Answers 200 without a body, as the real server does in a rare race in create. */
  record EmptyBody() implements Fault {}

  /** Answers with that status and an HTML error page. */
  record ServerError(int status) implements Fault {}

  /** Performs the call, then closes the connection without answering. */
  record ActThenDrop() implements Fault {}

  /** Another fault, limited to that many requests. */
  record Limited(Fault fault, int times) implements Fault {
    public Limited {
      if (times < 1) {
        throw new IllegalArgumentException("times: " + times + " (expected: 1 or more)");
      }
      if (fault instanceof Limited) {
        throw new IllegalArgumentException("fault: already limited");
      }
    }
  }

  /** This fault, limited to the next {@code n} requests. */
  default Fault times(int n) {
    return new Limited(this, n);
  }

  static Fault delay(Duration duration) {
    return new Delay(duration);
  }

  static Fault stall() {
    return new Stall();
  }

  static Fault drop() {
    return new Drop(Long.MAX_VALUE);
  }

  /** Closes in the middle of a longer body. The caller may see this as a reset. */
  static Fault dropAfter(long bodyBytes) {
    return new Drop(bodyBytes);
  }

  static Fault reset() {
    return new Reset(Long.MAX_VALUE);
  }

  static Fault resetAfter(long bodyBytes) {
    return new Reset(bodyBytes);
  }

  /** One byte of the body per second. */
  static Fault slow() {
    return slow(Duration.ofSeconds(1));
  }

  static Fault slow(Duration pause) {
    return new Slow(pause, false);
  }

  /** One byte at a time, starting with the status line. */
  static Fault slowHead(Duration pause) {
    return new Slow(pause, true);
  }

  static Fault garbage() {
    return new Garbage(4096);
  }

  /** The 502 page of a web server whose application is gone. */
  static Fault html() {
    return new Html(502);
  }

  static Fault html(int status) {
    return new Html(status);
  }

  static Fault oversized(long bytes) {
    return new Oversized(bytes);
  }

  static Fault cut() {
    return new Cut();
  }

  static Fault damaged(Damage damage) {
    return new Damaged(damage);
  }

  static Fault breakOff() {
    return new BreakOff();
  }

  static Fault redirect(String location) {
    return new Redirect(location);
  }

  static Fault wrongSecret() {
    return new WrongSecret();
  }

  static Fault emptyBody() {
    return new EmptyBody();
  }

  static Fault serverError() {
    return new ServerError(500);
  }

  static Fault serverError(int status) {
    return new ServerError(status);
  }

  static Fault actThenDrop() {
    return new ActThenDrop();
  }

  /**
   * Reads a fault from text such as {@code delay:500ms}, {@code drop}, {@code html:200} or {@code
   * error:503*2}; a number after {@code *} limits the fault to that many requests.
   *
   * @throws IllegalArgumentException if the text is not a fault
   */
  static Fault parse(String text) {
    return FaultText.parse(text);
  }
}
