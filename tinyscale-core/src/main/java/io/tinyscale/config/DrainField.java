package io.tinyscale.config;

import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import java.time.Instant;
import java.util.Optional;

/** Reads what the pool file asks for beyond a cordon. */
final class DrainField {

  private DrainField() {}

  /**
   * Reads the field {@code drain} of a server.
   *
   * @param entry the server; hears of mistakes
   * @return empty if there is no such field, or it is wrong
   */
  static Optional<Drain> read(JsonFields entry, AdminState state) {
    Optional<JsonFields> given = entry.object("drain");
    if (given.isEmpty()) {
      return Optional.empty();
    }
    JsonFields fields = given.get();
    Optional<Instant> deadline = fields.instant("deadline");
    boolean end = fields.flag("end");
    Drain.Then then =
        fields
            .choice("then", Drain.Then::named, "cordoned, disabled, removed")
            .orElse(Drain.Then.CORDONED);
    String message = fields.text("message").orElse("");
    fields.refuseUnknownFields();
    if (state != AdminState.CORDONED) {
      entry.wrong(
          "drain",
          "on a server that is " + state,
          "a drain only beside \"state\": \"cordoned\"",
          "Cordon the server, or remove its drain.");
      return Optional.empty();
    }
    if (end && deadline.isEmpty()) {
      if (!fields.has("deadline")) {
        fields.wrong(
            "end", "without a deadline", "", "Add the time at which its meetings shall be ended.");
      }
      return Optional.empty();
    }
    if (message.length() > Drain.LONGEST_MESSAGE) {
      fields.wrong(
          "message",
          message.length() + " characters",
          "at most " + Drain.LONGEST_MESSAGE,
          "Shorten it.");
      return Optional.empty();
    }
    return Optional.of(new Drain(deadline.orElse(null), end, then, message));
  }
}
