package io.tinyscale.tenant;

import io.tinyscale.bbb.Secret;
import java.util.List;

/**
 * A front end's identity here.
 *
 * @param name what logs call it
 * @param secrets any of which verifies its checksums; more than one while a secret is changed
 */
public record Tenant(String name, List<Secret> secrets) {

  /** Copies the secrets; without one nothing could ever be verified. */
  public Tenant {
    secrets = List.copyOf(secrets);
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("tenant " + name + " has no secret");
    }
  }
}
