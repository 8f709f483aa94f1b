package io.tinyscale.server;

/**
 * Where meetings come from, as their front ends say.
 *
 * @param server the host of the front end; empty if unknown
 * @param name the kind of program that the front end is, such as {@code moodle}; empty if unknown
 */
public record Origin(String server, String name) {

  /** Stands for all that are not shown by themselves. */
  public static final Origin OTHER = new Origin("other", "other");
}
