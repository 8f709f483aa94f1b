package io.tinyscale.config;

import io.tinyscale.config.PoolEdited.Reason;
import io.tinyscale.config.PoolEdited.Refused;
import java.util.List;

/** Why an edit of the pool file cannot be. */
final class EditRefusedException extends Exception {

  private final transient Refused refused;

  EditRefusedException(Reason reason, String problem) {
    this(new Refused(reason, List.of(problem)));
  }

  EditRefusedException(Refused refused) {
    super(refused.reason().name());
    this.refused = refused;
  }

  Refused refused() {
    return refused;
  }
}
