package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import java.util.List;
import java.util.function.Function;

/** Where a meeting is, as far as we know. */
public sealed interface Location {

  /** What this case says; each caller answers for every case there is. */
  <T> T fold(Function<Found, T> found, Function<Absent, T> absent, Function<Unknown, T> unknown);

  /**
   * A server holds it, or is about to.
   *
   * @param server where to ask
   * @param fallbacks the servers that may hold it if this one turns out not to: a create is, or may
   *     be, on its way, for the meeting was on servers that were down
   */
  record Found(Server server, List<Server> fallbacks) implements Location {

    /** No other server can hold it. */
    public Found(Server server) {
      this(server, List.of());
    }

    /** Copies the list. */
    public Found {
      fallbacks = List.copyOf(fallbacks);
    }

    @Override
    public <T> T fold(
        Function<Found, T> found, Function<Absent, T> absent, Function<Unknown, T> unknown) {
      return found.apply(this);
    }
  }

  /**
   * No server holds it.
   *
   * @param silent the servers that did not say so when they were asked, but cannot hold it; only
   *     where a create asks
   * @param overloaded whether too many calls to one of those were in flight to ask it
   */
  record Absent(List<Server> silent, boolean overloaded) implements Location {

    /** Every server that could hold it has said that it does not. */
    public Absent() {
      this(List.of(), false);
    }

    /** Copies the list. */
    public Absent {
      silent = List.copyOf(silent);
    }

    @Override
    public <T> T fold(
        Function<Found, T> found, Function<Absent, T> absent, Function<Unknown, T> unknown) {
      return absent.apply(this);
    }
  }

  /**
   * Nobody can tell: these servers could hold it and did not say.
   *
   * @param silent the servers without an answer
   * @param overloaded whether too many calls to one of them were in flight to ask it
   */
  record Unknown(List<Server> silent, boolean overloaded) implements Location {

    /** Nobody can tell, and too many calls are not the reason. */
    public Unknown(List<Server> silent) {
      this(silent, false);
    }

    /** Copies the list. */
    public Unknown {
      silent = List.copyOf(silent);
    }

    @Override
    public <T> T fold(
        Function<Found, T> found, Function<Absent, T> absent, Function<Unknown, T> unknown) {
      return unknown.apply(this);
    }
  }
}
