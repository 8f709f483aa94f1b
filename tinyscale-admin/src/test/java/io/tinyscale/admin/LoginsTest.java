package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.admin.Logins.Denial;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.AdminScope;
import io.tinyscale.config.AdminToken;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, and those who have none. */
class LoginsTest {

  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";

  private final AtomicLong now = new AtomicLong();
  private final AdminToken anna = AdminToken.of("anna", AdminScope.ADMIN, TOKEN);
  private final AdminCounts counts = new AdminCounts();
  private final Logins logins = new Logins(List.of(anna), counts, now::get);

  @Test
  void knowsATokenByItsHash() {
    assertThat(logins.of("Bearer " + TOKEN)).contains(anna);
    assertThat(logins.of("bearer " + TOKEN)).contains(anna);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        "Basic " + TOKEN,
        "Bearer tsk_0123456789abcdefghijklmnopqrstuvwxy",
        "Bearer " + TOKEN + "x",
        "Bearer " + TOKEN + ", Bearer x"
      })
  void knowsNothingElse(String field) {
    assertThat(logins.of(field)).isEmpty();
  }

  @Test
  void tellsAnAddressToWaitAfterTwentyFailuresInAMinute() {
    assertThat(logins.failed("192.0.2.1")).isEqualTo(Denial.TOLD_AND_LOGGED);
    for (int i = 1; i < Logins.MOST_FAILURES; i++) {
      assertThat(logins.failed("192.0.2.1")).isEqualTo(Denial.TOLD);
    }

    assertThat(logins.failed("192.0.2.1")).isEqualTo(Denial.TOO_MANY);
    assertThat(logins.failed("192.0.2.2")).isEqualTo(Denial.TOLD_AND_LOGGED);
    assertThat(logins.of("Bearer " + TOKEN)).contains(anna);
    assertThat(counts.allDenied()).isEqualTo(Logins.MOST_FAILURES + 2);

    now.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(logins.failed("192.0.2.1")).isEqualTo(Denial.TOLD_AND_LOGGED);
  }

  @Test
  void forgetsTheOldestOfTooManyAddresses() {
    for (int i = 0; i <= Logins.MOST_FAILURES; i++) {
      logins.failed("the first");
    }
    for (int i = 0; i < Logins.MOST_ADDRESSES; i++) {
      logins.failed("another " + i);
    }

    assertThat(logins.failed("the first")).isEqualTo(Denial.TOLD_AND_LOGGED);
  }

  @Test
  void aTokenThatWasTakenAwayOpensNothing() {
    logins.replace(List.of());

    assertThat(logins.of("Bearer " + TOKEN)).isEmpty();
    assertThat(logins.isValid(anna)).isFalse();
    assertThat(logins.haveTokens()).isFalse();
  }

  @Test
  void aTokenThatBecomesASecretOpensNothing() {
    AdminToken bob = AdminToken.of("bob", AdminScope.READ, TOKEN.replace('0', '1'));
    logins.replace(List.of(anna, bob));

    assertThat(logins.refuse(List.of(Secret.of("another secret")))).isEmpty();
    assertThat(logins.refuse(List.of(Secret.of("another secret"), Secret.of(TOKEN))).orElseThrow())
        .contains("the token of anna is the secret of a front end or of a server")
        .doesNotContain("bob", TOKEN);
    assertThat(logins.refuse(List.of(Secret.of(TOKEN)))).as("told once").isEmpty();

    assertThat(logins.of("Bearer " + TOKEN)).isEmpty();
    assertThat(logins.of("Bearer " + TOKEN.replace('0', '1'))).contains(bob);
  }

  @Test
  void aTokenWithAnotherScopeIsAnotherToken() {
    logins.replace(List.of(AdminToken.of("anna", AdminScope.READ, TOKEN)));

    assertThat(logins.isValid(anna)).isFalse();
  }
}
