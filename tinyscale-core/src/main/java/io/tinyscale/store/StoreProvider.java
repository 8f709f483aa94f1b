package io.tinyscale.store;

import io.tinyscale.config.ConfigException;
import java.util.function.Consumer;

/**
 * Opens stores of one kind. Found by {@link java.util.ServiceLoader}, and loaded only if {@code
 * balancers.store} is set.
 */
public interface StoreProvider {

  /**
   * Opens a store. It connects when it is first used: a store that cannot be reached is no reason
   * not to start.
   *
   * @param notices hears the notices of other balancers, and perhaps those of this one, on any
   *     thread; must neither block nor throw
   * @throws ConfigException if the address is wrong
   */
  SharedStore open(StoreSettings settings, Consumer<Notice> notices);
}
