package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.call.CallHandler;
import java.util.Map;

/**
 * Which handler answers a call: the one for that very call, or else the one for its scope.
 *
 * @param byCall handlers of single calls
 * @param byScope handlers of all other calls that are let in
 */
record Handlers(Map<ApiCall, CallHandler> byCall, Map<CallScope, CallHandler> byScope) {

  Handlers {
    byCall = Map.copyOf(byCall);
    byScope = Map.copyOf(byScope);
  }

  /**
   * The handler of a call.
   *
   * @throws IllegalStateException if there is none; such calls must not be let in
   */
  CallHandler of(ApiCall call) {
    CallHandler handler = byCall.get(call);
    if (handler == null) {
      handler = byScope.get(call.scope());
    }
    if (handler == null) {
      throw new IllegalStateException("no handler for " + call.scope());
    }
    return handler;
  }
}
