package io.tinyscale.relay;

import io.tinyscale.bbb.Secret;
import io.tinyscale.tenant.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A tenant as its callbacks need it. Immutable.
 *
 * @param name as tokens, logs and files have it
 * @param suffix what the servers' ids of its meetings end in, and its own ids do not; may be empty
 * @param secrets the first signs, each verifies
 */
record Party(String name, String suffix, List<Secret> secrets) {

  /** A breakout room has an id of the server's making, which bears no tenant's suffix. */
  private static final Pattern BREAKOUT = Pattern.compile("[0-9a-f]{40}-[0-9]{13}");

  /** Copies the secrets. */
  Party {
    secrets = List.copyOf(secrets);
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("tenant " + name + " has no secret");
    }
  }

  /** The tenant, whose meetings have the same ids on both sides. */
  static Party of(Tenant tenant) {
    return new Party(tenant.name(), "", tenant.secrets());
  }

  /** What its callbacks are signed with. */
  Secret signing() {
    return secrets.get(0);
  }

  /**
   * The id that the tenant knows a meeting by.
   *
   * @param serverId the external id on the server
   * @return empty if the meeting is another tenant's
   */
  Optional<String> ownId(String serverId) {
    if (suffix.isEmpty()) {
      return Optional.of(serverId);
    }
    if (serverId.endsWith(suffix)) {
      return Optional.of(serverId.substring(0, serverId.length() - suffix.length()));
    }
    return BREAKOUT.matcher(serverId).matches() ? Optional.of(serverId) : Optional.empty();
  }
}
