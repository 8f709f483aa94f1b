package io.tinyscale.relay;

import io.tinyscale.observe.CallbackTry;
import io.tinyscale.observe.GatewayObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears what an operator would hear of callbacks. */
final class Heard implements GatewayObserver {

  private final List<String> events = new CopyOnWriteArrayList<>();

  /** The events, each with what it says. */
  List<String> events() {
    return List.copyOf(events);
  }

  private static String of(CallbackTry callback) {
    return callback.tenant()
        + " "
        + callback.kind()
        + " "
        + callback.host()
        + " "
        + callback.tries();
  }

  @Override
  public void callbackDelivered(CallbackTry delivered) {
    events.add("delivered " + of(delivered));
  }

  @Override
  public void callbackRetry(CallbackTry failed, Duration pause, String cause) {
    events.add("retry " + of(failed) + " " + pause.toSeconds() + "s " + cause);
  }

  @Override
  public void callbackGivenUp(CallbackTry failed, String cause) {
    events.add("given-up " + of(failed) + " " + cause);
  }

  @Override
  public void callbackRefused(CallbackTry refused, String cause) {
    events.add("refused " + of(refused) + " " + cause);
  }

  @Override
  public void configWarning(String warning) {
    events.add("warning " + warning);
  }
}
