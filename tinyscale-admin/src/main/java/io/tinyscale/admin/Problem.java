package io.tinyscale.admin;

import io.tinyscale.body.Header;
import io.tinyscale.http.HttpAnswer;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a request is not fulfilled, as RFC 9457 has it. Immutable.
 *
 * @param name of the type of problem
 * @param title the same for every problem of the type
 * @param detail what is wrong here; quotes nothing that may be a secret
 * @param more further members
 * @param headers further header fields
 */
record Problem(
    int status, String name, String title, String detail, Answers.Json more, List<Header> headers) {

  /** Copies the list. */
  Problem {
    headers = List.copyOf(headers);
  }

  /** A problem without further members. */
  Problem(int status, String name, String title, String detail) {
    this(status, name, title, detail, json -> {}, List.of());
  }

  /** The same with further members. */
  Problem with(Answers.Json members) {
    return new Problem(
        status,
        name,
        title,
        detail,
        json -> {
          more.write(json);
          members.write(json);
        },
        headers);
  }

  /** The same with a further header field. */
  Problem with(String header, String value) {
    List<Header> all = new ArrayList<>(headers);
    all.add(new Header(header, value));
    return new Problem(status, name, title, detail, more, all);
  }

  /** The same with a list of texts as a further member. */
  Problem with(String member, List<String> texts) {
    return with(json -> Answers.texts(json.name(member), texts));
  }

  /**
   * The answer that tells it.
   *
   * @param requestId stands in the header of the answer, too
   */
  HttpAnswer answer(String requestId) {
    HttpAnswer answer =
        Answers.json(
            status,
            "application/problem+json",
            json -> {
              json.name("type").value("urn:tinyscale:problem:" + name);
              json.name("title").value(title);
              json.name("status").value(status);
              json.name("detail").value(detail);
              json.name("instance").value(requestId);
              more.write(json);
            });
    return Answers.with(answer, headers);
  }

  static Problem notFound() {
    return new Problem(404, "not-found", "Not found", "There is nothing at this path.");
  }

  static Problem serverUnknown(String name) {
    return new Problem(
        404, "server-unknown", "No such server", "The pool has no server " + name + ".");
  }

  static Problem invalidBody(List<String> errors) {
    return new Problem(422, "invalid-body", "The request is wrong", String.join(" ", errors))
        .with("errors", errors);
  }

  static Problem bug() {
    return new Problem(
        500, "bug", "A mistake of tinyscale", "The log says where: please report it.");
  }

  static Problem stopping() {
    return new Problem(503, "stopping", "tinyscale is stopping", "It takes no changes any more.");
  }
}
