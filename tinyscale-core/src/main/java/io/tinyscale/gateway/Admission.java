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
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.body.NoRoomException;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallLimits;
import io.tinyscale.call.Refusals;
import io.tinyscale.tenant.Authenticator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides in one visit whether a call is let in: its method, its sizes, the form in its body, its
 * checksum. What is let in holds nothing that the checksum does not cover, but for the body that
 * goes on to a server. Thread-safe.
 */
final class Admission {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";
  private static final Set<String> XML = Set.of("application/xml", "text/xml");

  private final Authenticator authenticator;
  private final CallLimits limits;
  private final Refusals refusals;
  private final WrongSecrets wrongSecrets;

  /** What all forms, and perhaps other parts of requests, hold before their checksums are known. */
  private final HeldBytes held;

  Admission(
      Authenticator authenticator,
      CallLimits limits,
      Refusals refusals,
      WrongSecrets wrongSecrets,
      HeldBytes held) {
    this.authenticator = authenticator;
    this.limits = limits;
    this.refusals = refusals;
    this.wrongSecrets = wrongSecrets;
    this.held = held;
  }

  /** Whether a call is let in. */
  sealed interface Admitted {

    /** What this case says. */
    <T> T fold(Function<AcceptedCall, T> accepted, Function<Answer, T> refused);

    /** The checksum holds. */
    record Accepted(AcceptedCall call) implements Admitted {

      @Override
      public <T> T fold(Function<AcceptedCall, T> accepted, Function<Answer, T> refused) {
        return accepted.apply(call);
      }
    }

    /** It is not let in, and this is why. */
    record Refused(Answer answer) implements Admitted {

      @Override
      public <T> T fold(Function<AcceptedCall, T> accepted, Function<Answer, T> refused) {
        return refused.apply(answer);
      }
    }
  }

  /**
   * Decides about one call.
   *
   * @param caller to be cancelled when nobody waits for the answer any more
   */
  CompletionStage<Admitted> admit(ApiRequest request, Cancellation caller) {
    if (!takesMethod(request)) {
      return decided(new Admitted.Refused(refusals.methodNotAllowed(request)));
    }
    Optional<ApiError> objection = objection(request);
    if (objection.isPresent()) {
      return decided(refused(request, objection.get()));
    }
    boolean hasBody = hasBody(request);
    if (!hasBody || !isForm(request)) {
      return decided(authenticated(request, QueryString.EMPTY, hasBody, caller));
    }
    if (!request.query().without("checksum").isEmpty()) {
      return authenticated(request, QueryString.EMPTY, true, caller)
          .fold(
              accepted -> drained(request, accepted),
              answer -> decided(new Admitted.Refused(answer)));
    }
    return form(request, caller)
        .thenApply(
            form ->
                form.fold(
                    parameters -> authenticated(request, parameters, false, caller),
                    () -> withoutForm(request, caller),
                    error -> refused(request, error),
                    () -> new Admitted.Refused(refusals.noRoomForForm(request))));
  }

  /** Decides about a call whose body is no form: such a body has no effect beside a checksum. */
  private Admitted withoutForm(ApiRequest request, Cancellation caller) {
    return request.query().all("checksum").isEmpty()
        ? refused(request, ApiError.FORM_BROKEN)
        : authenticated(request, QueryString.EMPTY, true, caller);
  }

  private Admitted authenticated(
      ApiRequest request, QueryString form, boolean hasOtherBody, Cancellation caller) {
    return authenticator
        .authenticate(request.call(), request.query(), form, hasOtherBody)
        .fold(
            accepted ->
                new Admitted.Accepted(
                    new AcceptedCall(
                        request.withQuery(accepted.parameters()).withBody(passedOn(request)),
                        accepted.tenant(),
                        caller)),
            rejected -> {
              if (rejected.error().equals(ApiError.CHECKSUM_WRONG)) {
                wrongSecrets.refused(request);
              }
              return refused(request, rejection(request.call(), rejected.error()));
            });
  }

  /** putRecordingTextTrack reports a missing checksum as a missing parameter. */
  private static ApiError rejection(ApiCall call, ApiError error) {
    return call.equals(ApiCall.PUT_RECORDING_TEXT_TRACK) && error.equals(ApiError.CHECKSUM_MISSING)
        ? ApiError.paramMissing("checksum")
        : error;
  }

  private Admitted refused(ApiRequest request, ApiError error) {
    return new Admitted.Refused(refusals.refusal(request, error));
  }

  private static CompletionStage<Admitted> decided(Admitted admitted) {
    return CompletableFuture.completedStage(admitted);
  }

  /** Whether the call can be made with this method. */
  private static boolean takesMethod(ApiRequest request) {
    return switch (request.method()) {
      case "GET", "POST" -> true;
      case "HEAD" -> request.call().readOnly();
      default -> false;
    };
  }

  /** Why the call is refused, if it is. */
  private Optional<ApiError> objection(ApiRequest request) {
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

  /** The form in the body as it stands there. */
  private CompletionStage<Form> form(ApiRequest request, Cancellation caller) {
    return BodyCollector.collect(request.body(), limits.query(), held, caller)
        .handle((bytes, failure) -> failure == null ? read(bytes) : refuse(failure));
  }

  /**
   * Lets a call in once its body has been read and forgotten. Beside parameters in the URL a form
   * has no effect and need not even be one: front ends send slides' XML under a form's type.
   */
  private CompletionStage<Admitted> drained(ApiRequest request, AcceptedCall accepted) {
    return BodyCollector.drain(request.body(), limits.body())
        .<Admitted>handle(
            (done, failure) -> {
              if (failure == null) {
                return new Admitted.Accepted(accepted);
              }
              return refused(
                  request,
                  failure instanceof BodyTooLargeException
                      ? ApiError.tooLarge("The request's body", limits.body())
                      : ApiError.FORM_BROKEN);
            });
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
  private sealed interface Form {

    /** What this case says. */
    <T> T fold(
        Function<QueryString, T> read,
        Supplier<T> none,
        Function<ApiError, T> refused,
        Supplier<T> noRoom);

    /** It can be read. */
    record Read(QueryString parameters) implements Form {

      @Override
      public <T> T fold(
          Function<QueryString, T> read,
          Supplier<T> none,
          Function<ApiError, T> refused,
          Supplier<T> noRoom) {
        return read.apply(parameters);
      }
    }

    /** It is none, whatever its type says: no form has such characters. */
    record None() implements Form {

      @Override
      public <T> T fold(
          Function<QueryString, T> read,
          Supplier<T> none,
          Function<ApiError, T> refused,
          Supplier<T> noRoom) {
        return none.get();
      }
    }

    /** It found no room. */
    record NoRoom() implements Form {

      @Override
      public <T> T fold(
          Function<QueryString, T> read,
          Supplier<T> none,
          Function<ApiError, T> refused,
          Supplier<T> noRoom) {
        return noRoom.get();
      }
    }

    /** It is too long or broke off. */
    record Refused(ApiError error) implements Form {

      @Override
      public <T> T fold(
          Function<QueryString, T> read,
          Supplier<T> none,
          Function<ApiError, T> refused,
          Supplier<T> noRoom) {
        return refused.apply(error);
      }
    }
  }

  private static Form read(byte[] bytes) {
    QueryString parameters = new QueryString(new String(bytes, StandardCharsets.ISO_8859_1));
    return parameters.isPrintableAscii() ? new Form.Read(parameters) : new Form.None();
  }

  private Form refuse(Throwable failure) {
    if (failure instanceof NoRoomException) {
      return new Form.NoRoom();
    }
    return new Form.Refused(
        failure instanceof BodyTooLargeException
            ? ApiError.tooLarge("The form", limits.query())
            : ApiError.FORM_BROKEN);
  }

  /**
   * The body that goes on to a server: documents, an upload, or whatever a call unknown to us has.
   * A form's parameters go into the query instead, and no other body means anything to a server.
   */
  private static Body passedOn(ApiRequest request) {
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
