package io.tinyscale.simulator.fault;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads faults from a command line or a control request. */
public final class FaultText {
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m)");
  private static final Pattern SIZE = Pattern.compile("(\\d+)(|B|KB|KiB|MB|MiB)");
  private static final Pattern LIMIT = Pattern.compile("(.+)\\*(\\d{1,9})");

  /** The syntax, for usage texts. */
  public static final String FORMS =
      "delay:TIME stall drop[:SIZE] reset[:SIZE] slow[:TIME] slow-head[:TIME] garbage[:SIZE]"
          + " html[:STATUS] oversized:SIZE cut damaged:DAMAGE break-off redirect:URL wrong-secret"
          + " empty error[:STATUS] act-then-drop, each with an optional *N; DAMAGE: "
          + Damage.NAMES;

  private FaultText() {}

  static Fault parse(String text) {
    Matcher limit = LIMIT.matcher(text);
    if (limit.matches()) {
      return parse(limit.group(1)).times(Integer.parseInt(limit.group(2)));
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "delay" -> Fault.delay(duration(value, null));
      case "stall" -> Fault.stall();
      case "drop" -> Fault.dropAfter(size(value, Long.MAX_VALUE));
      case "reset" -> Fault.resetAfter(size(value, Long.MAX_VALUE));
      case "slow" -> Fault.slow(duration(value, Duration.ofSeconds(1)));
      case "slow-head" -> Fault.slowHead(duration(value, Duration.ofSeconds(1)));
      case "garbage" -> new Fault.Garbage((int) size(value, 4096));
      case "html" -> Fault.html(status(value, 502));
      case "oversized" -> Fault.oversized(size(value, -1));
      case "cut" -> Fault.cut();
      case "damaged" -> Fault.damaged(Damage.parse(value));
      case "break-off" -> Fault.breakOff();
      case "redirect" -> Fault.redirect(required(text, value));
      case "wrong-secret" -> Fault.wrongSecret();
      case "empty" -> Fault.emptyBody();
      case "error" -> Fault.serverError(status(value, 500));
      case "act-then-drop" -> Fault.actThenDrop();
      default ->
          throw new IllegalArgumentException("fault: " + text + " (expected: " + FORMS + ")");
    };
  }

  /** A time with its unit, such as {@code 500ms}, {@code 2s} or {@code 1m}. */
  public static Duration duration(String text, @Nullable Duration otherwise) {
    Matcher matcher = DURATION.matcher(text);
    if (text.isEmpty() && otherwise != null) {
      return otherwise;
    }
    if (!matcher.matches()) {
      throw new IllegalArgumentException("time: " + text + " (expected: such as 500ms or 2s)");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  private static long size(String text, long otherwise) {
    Matcher matcher = SIZE.matcher(text);
    if (text.isEmpty() && otherwise >= 0) {
      return otherwise;
    }
    if (!matcher.matches()) {
      throw new IllegalArgumentException("size: " + text + " (expected: such as 4096 or 10MB)");
    }
    long unit =
        switch (matcher.group(2)) {
          case "KB" -> 1000;
          case "KiB" -> 1024;
          case "MB" -> 1000_000;
          case "MiB" -> 1024 * 1024;
          default -> 1;
        };
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
  }

  private static int status(String text, int otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[2-5]\\d\\d")) {
      throw new IllegalArgumentException("status: " + text + " (expected: such as 502)");
    }
    return Integer.parseInt(text);
  }

  private static String required(String fault, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "fault: " + fault + " (expected: a value after the colon)");
    }
    return value;
  }
}
