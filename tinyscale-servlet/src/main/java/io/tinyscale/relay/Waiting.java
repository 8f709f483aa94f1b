package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;

/**
 * What is remembered of a callback that waits in a spool; the rest is read when it is sent.
 * Immutable.
 *
 * @param id 16 hex digits
 * @param noted the time that the spool has noted for it
 * @param next when it is sent next, in milliseconds of the day's clock
 * @param host where it goes; empty if that has to be found out yet
 * @param size what it takes in the spool, in bytes
 */
record Waiting(
    String id,
    long noted,
    long next,
    CallbackKind kind,
    String tenant,
    String host,
    long created,
    int tries,
    long size) {

  /** The callback, waiting until then. */
  static Waiting of(String id, long next, Callback callback, long size) {
    return new Waiting(
        id,
        next,
        next,
        callback.kind(),
        callback.tenant().intern(),
        hostOf(callback.url()),
        callback.created(),
        callback.tries(),
        size);
  }

  private static String hostOf(String url) {
    try {
      return Destination.of(url).host().intern();
    } catch (RefusedException toBeTold) {
      return "";
    }
  }

  /** The same after another try, which the spool has noted. */
  Waiting again(long later) {
    return new Waiting(id, later, later, kind, tenant, host, created, tries + 1, size);
  }

  /** The same after another try, of which the spool knows nothing. */
  Waiting againUnnoted(long later) {
    return new Waiting(id, noted, later, kind, tenant, host, created, tries + 1, size);
  }
}
