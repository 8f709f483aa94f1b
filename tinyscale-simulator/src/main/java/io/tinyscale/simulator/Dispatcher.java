package io.tinyscale.simulator;

import io.tinyscale.simulator.api.BigBlueButton;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.simulator.fault.FaultInjector;
import io.tinyscale.simulator.fault.Faults;
import io.tinyscale.simulator.http.HttpHandler;
import io.tinyscale.simulator.http.HttpRequest;
import io.tinyscale.simulator.http.Reaction;
import io.tinyscale.simulator.http.Response;
import io.tinyscale.simulator.http.ServerPages;
import java.io.IOException;
import java.util.Optional;

/** Routes requests by their path. Counts the requests to the API and applies faults to them. */
final class Dispatcher implements HttpHandler {
  private static final String API = "/bigbluebutton/api";
  private static final String CONTROL = "/simulator/";
  private static final String CLIENT = "/html5client";

  private final RequestLog log;
  private final Journal journal;
  private final Faults faults;
  private final BigBlueButton bigBlueButton;
  private final ControlCalls control;

  Dispatcher(
      RequestLog log,
      Journal journal,
      Faults faults,
      BigBlueButton bigBlueButton,
      ControlCalls control) {
    this.log = log;
    this.journal = journal;
    this.faults = faults;
    this.bigBlueButton = bigBlueButton;
    this.control = control;
  }

  @Override
  public Reaction handle(HttpRequest request) throws IOException {
    String path = request.head().path();
    Optional<String> call = callOf(path);
    if (call.isPresent()) {
      return handleCall(request, call.get());
    }
    request.body().drain();
    if (path.startsWith(CONTROL)) {
      return control.answer(request, path.substring(CONTROL.length()));
    }
    return path.startsWith(CLIENT) ? bigBlueButton.clientPage(request) : ServerPages.notFound();
  }

  /** The call in a path, spelled as in the URL; empty if the path is outside the API. */
  private static Optional<String> callOf(String path) {
    if (path.equals(API) || path.equals(API + "/") || path.equals("/bigbluebutton/")) {
      return Optional.of(BigBlueButton.ROOT);
    }
    return path.startsWith(API + "/")
        ? Optional.of(path.substring(API.length() + 1))
        : Optional.empty();
  }

  private Reaction handleCall(HttpRequest request, String call) throws IOException {
    log.arrived(call);
    long number = journal.arrived(request, call);
    Optional<Fault> fault = faults.next(call);
    int status = 0;
    try {
      Reaction reaction = react(request, call, fault);
      status = reaction.status();
      return reaction;
    } finally {
      log.decided(request, call, status);
      journal.decided(number, fault);
    }
  }

  private Reaction react(HttpRequest request, String call, Optional<Fault> fault)
      throws IOException {
    if (fault.isEmpty()) {
      return perform(bigBlueButton::answer, request, call);
    }
    return fault.get() instanceof Fault.WrongSecret
        ? perform(bigBlueButton::answerWithWrongSecret, request, call)
        : new FaultInjector(request, () -> perform(bigBlueButton::answer, request, call))
            .reactionTo(fault.get());
  }

  /** Answers a call, with the right secret or a wrong one. */
  private interface Answering {
    Response answer(HttpRequest request, String call) throws IOException;
  }

  /**
   * Performs the call and reads the rest of the body, so that the connection can serve another
   * request.
   */
  private static Response perform(Answering answering, HttpRequest request, String call)
      throws IOException {
    Response response;
    try {
      response = answering.answer(request, call);
    } catch (RuntimeException e) {
      // A real server does the same with an uncaught exception.
      response = ServerPages.error(500);
    }
    request.body().drain();
    return response;
  }
}
