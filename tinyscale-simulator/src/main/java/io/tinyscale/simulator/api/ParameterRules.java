package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules that parameters must meet. A real server checks all rules and reports any of those that
 * failed; this class reports the first.
 */
final class ParameterRules {
  private static final Set<String> FORMS =
      Set.of("application/x-www-form-urlencoded", "multipart/form-data");
  private static final Set<String> XML = Set.of("application/xml", "text/xml");

  private ParameterRules() {}

  /** If a body is announced, the call must accept its type. */
  static Optional<Failure> contentType(ApiRequest request) {
    RequestHead head = request.http().head();
    String type = head.mediaType();
    boolean accepted =
        switch (request.call()) {
          case "create" -> FORMS.contains(type) || XML.contains(type);
          case "insertDocument" -> XML.contains(type);
          default -> FORMS.contains(type);
        };
    return !head.announcesBody() || accepted ? Optional.empty() : Optional.of(Failure.CONTENT_TYPE);
  }

  static Optional<Failure> meetingId(ApiRequest request) {
    Optional<String> id = request.filled("meetingID");
    if (id.isEmpty()) {
      return failure("missingParamMeetingID", "You must provide a meeting ID");
    }
    if (id.get().contains(",")) {
      return failure("validationError", "Meeting ID cannot contain ','");
    }
    int length = id.get().length();
    return length < 2 || length > 256
        ? failure("sizeError", "Meeting ID must be between 2 and 256 characters")
        : Optional.empty();
  }

  static Optional<Failure> meetingName(ApiRequest request) {
    Optional<String> name = request.parameter("name");
    if (name.isEmpty()) {
      return failure("nullError", "You must provide a meeting name");
    }
    if (name.get().isEmpty()) {
      return failure("emptyError", "You must provide a meeting name");
    }
    int length = name.get().length();
    return length < 2 || length > 256
        ? failure("sizeError", "Meeting name must be between 2 and 256 characters")
        : Optional.empty();
  }

  static Optional<Failure> passwords(ApiRequest request) {
    for (String name : List.of("attendeePW", "moderatorPW")) {
      int length = request.filled(name).map(String::length).orElse(2);
      if (length < 2 || length > 64) {
        return failure("sizeError", "Password must be between 2 and 64 characters");
      }
    }
    return Optional.empty();
  }

  static Optional<Failure> booleans(ApiRequest request, List<String> names) {
    for (String name : names) {
      if (request.filled(name).filter(v -> !v.matches("(?i)true|false")).isPresent()) {
        return failure("validationError", name + " must be a boolean value (true or false)");
      }
    }
    return Optional.empty();
  }

  static Optional<Failure> integers(ApiRequest request, List<String> names) {
    for (String name : names) {
      if (request.filled(name).filter(v -> !v.matches("\\d{1,9}")).isPresent()) {
        return failure("validationError", name + " must be an integral value");
      }
    }
    return Optional.empty();
  }

  static Optional<Failure> failure(String key, String message) {
    return Optional.of(new Failure(key, message));
  }
}
