package io.tinyscale.config;

import io.tinyscale.bbb.LogLine;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The configuration is wrong. Carries all problems found, not only the first; the message lists
 * them one per line and is made for the operator. No problem shows a secret.
 */
public final class ConfigException extends RuntimeException {

  private final List<Problem> problems;

  /** The same problems with their keys. */
  private final transient List<Finding> findings;

  /** An exception with these problems, at least one. */
  public ConfigException(List<Problem> problems) {
    this(problems, problems.stream().map(problem -> new Finding(problem, Set.of())).toList());
  }

  private ConfigException(List<Problem> problems, List<Finding> findings) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("problems is empty");
    }
    this.problems = List.copyOf(problems);
    this.findings = List.copyOf(findings);
  }

  static ConfigException of(List<Finding> findings) {
    return new ConfigException(findings.stream().map(Finding::problem).toList(), findings);
  }

  /** Everything that is wrong, in the order it was found. */
  public List<Problem> problems() {
    return problems;
  }

  /** The problems with the keys they are about. */
  List<Finding> findings() {
    return findings;
  }

  /**
   * A problem and the keys it is about.
   *
   * @param keys one if a value is wrong by itself, several if values do not fit together
   */
  record Finding(Problem problem, Set<ConfigKey> keys) {}

  /**
   * One thing that is wrong.
   *
   * @param key which setting, such as {@code health.timeout} or {@code servers[2].secret}
   * @param value what was found, {@code missing} if there is nothing, {@code ***} for a secret
   * @param place where the value stands; empty if that says nothing new
   * @param expected what would be right; empty if the value says it
   * @param fix what to do, a sentence
   */
  public record Problem(String key, String value, String place, String expected, String fix) {

    private static final int LONGEST_VALUE = 200;

    /** Makes the value fit for one line of a log. */
    public Problem {
      key = printable(key);
      value = printable(value);
    }

    /** A problem whose place says nothing new. */
    public static Problem of(String key, String value, String expected, String fix) {
      return new Problem(key, value, "", expected, fix);
    }

    /** Values come from outside: they must not forge a second line or fill the screen. */
    static String printable(String text) {
      StringBuilder line = new StringBuilder();
      text.codePoints()
          .limit(LONGEST_VALUE)
          .forEach(
              c -> {
                if (LogLine.forbids(c)) {
                  line.append(String.format("\\u%04x", c));
                } else {
                  line.appendCodePoint(c);
                }
              });
      if (text.codePointCount(0, text.length()) > LONGEST_VALUE) {
        line.append("...");
      }
      return line.toString();
    }

    /** One line: key, value, place, expectation, fix. */
    @Override
    public String toString() {
      StringBuilder line = new StringBuilder(key).append(": ").append(value);
      if (!place.isEmpty()) {
        line.append(" in ").append(place);
      }
      if (!expected.isEmpty()) {
        line.append(" (expected: ").append(expected).append(')');
      }
      return line.append(". ").append(fix).toString();
    }
  }
}
