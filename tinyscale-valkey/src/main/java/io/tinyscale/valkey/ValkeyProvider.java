package io.tinyscale.valkey;

import io.tinyscale.store.Notice;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.store.StoreSettings;
import java.util.function.Consumer;

/** Opens stores in Redis or Valkey. */
public final class ValkeyProvider implements StoreProvider {

  /** Found by {@link java.util.ServiceLoader}. */
  public ValkeyProvider() {}

  @Override
  public SharedStore open(StoreSettings settings, Consumer<Notice> notices) {
    return ValkeyStore.open(settings, notices);
  }
}
