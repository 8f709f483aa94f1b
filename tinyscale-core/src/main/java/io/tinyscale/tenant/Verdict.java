package io.tinyscale.tenant;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.QueryString;

/** What authentication found. */
public sealed interface Verdict {

  /**
   * The checksum holds.
   *
   * @param tenant whose secret made it
   * @param parameters those it covers, without any checksum: the only ones that may take effect
   */
  record Accepted(Tenant tenant, QueryString parameters) implements Verdict {}

  /** It does not, or there is none. */
  record Rejected(ApiError error) implements Verdict {}
}
