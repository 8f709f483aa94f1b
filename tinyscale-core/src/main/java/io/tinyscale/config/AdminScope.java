package io.tinyscale.config;

import java.util.Locale;
import java.util.Optional;

/** What a token of an administrator allows; each scope includes those before it. */
public enum AdminScope {
  /** To look at everything. */
  READ,
  /** To change the states of servers, to drain them, and to end meetings. */
  OPERATE,
  /** To add, change and remove servers. */
  ADMIN;

  /** The scope with this name, if there is one. */
  public static Optional<AdminScope> named(String text) {
    for (AdminScope scope : values()) {
      if (scope.toString().equals(text)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }

  /** Whether a token of this scope allows what needs another scope. */
  public boolean allows(AdminScope needed) {
    return compareTo(needed) >= 0;
  }

  /** The name in configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
