package io.tinyscale.http;

import java.util.Enumeration;
import java.util.Optional;

/** The header fields of a request, looked up by name; names ignore case. */
@FunctionalInterface
public interface HeaderFields {

  /** All values of a field, in their order; nothing if the request does not have it. */
  Enumeration<String> all(String name);

  /** What they came by, such as {@code HTTP/1.1}; empty if that is not known. */
  default String protocol() {
    return "";
  }

  /** The first value of a field. */
  default Optional<String> first(String name) {
    Enumeration<String> values = all(name);
    return values.hasMoreElements() ? Optional.of(values.nextElement()) : Optional.empty();
  }
}
