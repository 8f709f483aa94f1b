package io.tinyscale.launcher;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a command line asks for. It names no class of the parser, which a start without arguments
 * does not load.
 *
 * @param place what {@code place} is asked; null if the command line asks for something else
 * @param done the exit code of what is done already; empty if there is something left to do
 */
record Request(Arguments options, @Nullable PlaceArguments place, OptionalInt done) {

  /** A start without arguments. */
  static Request toServe() {
    return new Request(new Arguments(), null, OptionalInt.empty());
  }
}
