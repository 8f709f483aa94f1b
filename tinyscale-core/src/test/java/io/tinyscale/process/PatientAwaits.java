package io.tinyscale.process;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets Awaitility wait for half a minute where a test names no time: 10 s, which it waits of
 * itself, are missed on a busy machine by what takes 4 s on a quiet one. JUnit finds this by
 * itself, in each module with these classes.
 */
public final class PatientAwaits implements BeforeAllCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
  }
}
