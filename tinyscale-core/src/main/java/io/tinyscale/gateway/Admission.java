package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiCall.Payload;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.BodyTooLargeException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What can be said against a call before its checksum is looked at, and the form in its body. */
final class Admission {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";
  private static final Set<String> XML = Set.of("application/xml", "text/xml");

  private final GatewayLimits limits;

  Admission(GatewayLimits limits) {
    this.limits = limits;
  }

  /** Whether the call can be made with this method. */
  static boolean takesMethod(ApiRequest request) {
    return switch (request.method()) {
      case "GET", "POST" -> true;
      case "HEAD" -> request.call().readOnly();
      default -> false;
    };
  }

  /** Why the call is refused, if it is. */
  Optional<ApiError> objection(ApiRequest request) {
    if (request.call().scope() == CallScope.REFUSED) {
      return Optional.of(ApiError.UNSUPPORTED);
    }
    if (request.query().raw().length() > limits.query()) {
      return Optional.of(ApiError.tooLarge("The query", limits.query()));
    }
    if (!request.query().isPrintableAscii()) {
      return Optional.of(ApiError.QUERY_CHARACTERS);
    }
    if (hasBody(request) && !contentTypeIsTaken(request)) {
      return Optional.of(ApiError.CONTENT_TYPE);
    }
    if (request.body().length() > limits.body()) {
      return Optional.of(ApiError.tooLarge("The request's body", limits.body()));
    }
    return Optional.empty();
  }

  /** The form in the body as it stands there; empty if the body is none. */
  CompletionStage<Form> form(ApiRequest request) {
    if (!hasBody(request) || !isForm(request)) {
      return CompletableFuture.completedStage(new Form.Read(QueryString.EMPTY));
    }
    return BodyCollector.collect(request.body(), limits.query())
        .handle((bytes, failure) -> failure == null ? read(bytes) : refuse(failure));
  }

  /** Whether there is a body that is not {@link #form}, whatever becomes of it. */
  static boolean hasOtherBody(ApiRequest request) {
    return hasBody(request) && !isForm(request);
  }

  /**
   * Whether the request has a body. Some libraries announce one of unknown length with every GET
   * and send nothing; such a body means nothing to any call, so it is taken for none, unread.
   */
  private static boolean hasBody(ApiRequest request) {
    return !request.body().isEmpty()
        && (request.method().equals("POST") || request.body().length() >= 0);
  }

  private static boolean isForm(ApiRequest request) {
    return request.method().equals("POST") && request.contentType().equals(FORM);
  }

  /** What is known of a form in the body. */
  sealed interface Form {

    /** It can be read. */
    record Read(QueryString parameters) implements Form {}

    /** It cannot. */
    record Refused(ApiError error) implements Form {}
  }

  private static Form read(byte[] bytes) {
    QueryString parameters = new QueryString(new String(bytes, StandardCharsets.ISO_8859_1));
    return parameters.isPrintableAscii()
        ? new Form.Read(parameters)
        : new Form.Refused(ApiError.FORM_BROKEN);
  }

  private Form refuse(Throwable failure) {
    return new Form.Refused(
        failure instanceof BodyTooLargeException
            ? ApiError.tooLarge("The form", limits.query())
            : ApiError.FORM_BROKEN);
  }

  /**
   * The body that goes on to a server: documents, an upload, or whatever a call unknown to us has.
   * A form's parameters go into the query instead, and no other body means anything to a server.
   */
  static Body passedOn(ApiRequest request) {
    boolean passes =
        request.method().equals("POST")
            && switch (request.call().payload()) {
              case DOCUMENTS -> XML.contains(request.contentType());
              case UPLOAD -> request.contentType().equals(MULTIPART);
              case FORM ->
                  request.call().scope() == CallScope.PASSED && !request.contentType().equals(FORM);
            };
    return passes ? request.body() : Body.EMPTY;
  }

  private static boolean contentTypeIsTaken(ApiRequest request) {
    ApiCall call = request.call();
    String type = request.contentType();
    if (call.scope() == CallScope.PASSED) {
      return true;
    }
    if (call.equals(ApiCall.INSERT_DOCUMENT)) {
      return XML.contains(type);
    }
    return type.equals(FORM)
        || type.equals(MULTIPART)
        || call.payload() == Payload.DOCUMENTS && XML.contains(type);
  }
}
