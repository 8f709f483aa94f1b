package io.tinyscale.body;

/**
 * One header field of a message, of those that may cross the balancer.
 *
 * @param name the field's name, in any case
 * @param value its value, without line breaks
 */
public record Header(String name, String value) {

  /** Whether this is the field of that name; names ignore case. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
