package io.tinyscale.admin;

import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Cancellation;
import io.tinyscale.config.AdminToken;
import java.util.List;
import java.util.Optional;

/**
 * A request of the admin API whose caller may send it.
 *
 * @param variable what stands in the path for the variable part; empty if there is none
 * @param createsOnly whether the caller wants nothing that exists to be changed
 * @param token the caller's
 * @param caller is cancelled when nobody waits for the answer any more
 * @param id of the request
 */
record AdminRequest(
    String variable,
    QueryString query,
    byte[] body,
    boolean createsOnly,
    AdminToken token,
    Cancellation caller,
    String id) {

  /** The body as a JSON object with these fields at most. */
  JsonBody json(String... fields) throws Refusal {
    return JsonBody.read(body, List.of(fields));
  }

  /** A parameter that is a number of things. */
  int limit(int usual, int most) throws Refusal {
    return (int) number("limit", usual, most);
  }

  /** A parameter that is a whole number from 0. */
  long number(String name, long usual, long most) throws Refusal {
    Optional<String> text = query.first(name);
    if (text.isEmpty()) {
      return usual;
    }
    if (text.get().matches("[0-9]{1,18}")) {
      long number = Long.parseLong(text.get());
      if (number <= most) {
        return number;
      }
    }
    throw new Refusal(
        Problem.invalidBody(List.of(name + ": expected: a whole number up to " + most + ".")));
  }

  /** A parameter that is true unless it says false. */
  boolean unlessFalse(String name) throws Refusal {
    String text = query.first(name).orElse("true");
    if (!text.equals("true") && !text.equals("false")) {
      throw new Refusal(Problem.invalidBody(List.of(name + ": expected: true or false.")));
    }
    return text.equals("true");
  }
}
