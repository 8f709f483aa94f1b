package io.tinyscale.tenant;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.QueryString;
import java.util.function.Function;

/** What authentication found. */
public sealed interface Verdict {

  /** The result of the function for this case. */
  <T> T fold(Function<Accepted, T> accepted, Function<Rejected, T> rejected);

  /**
   * The checksum holds.
   *
   * @param tenant whose secret made it
   * @param parameters those it covers, without any checksum: the only ones that may take effect
   */
  record Accepted(Tenant tenant, QueryString parameters) implements Verdict {

    @Override
    public <T> T fold(Function<Accepted, T> accepted, Function<Rejected, T> rejected) {
      return accepted.apply(this);
    }
  }

  /** The checksum does not hold, or is missing. */
  record Rejected(ApiError error) implements Verdict {

    @Override
    public <T> T fold(Function<Accepted, T> accepted, Function<Rejected, T> rejected) {
      return rejected.apply(this);
    }
  }
}
