package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tinyscale.body.Body;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecrecyTest {

  @Test
  void aSecretPrintsAsStars() {
    assertThat(Secret.of("sesame")).hasToString("***");
    assertThat(Secret.of("sesame").hashCode()).isEqualTo(Secret.of("other").hashCode());
  }

  @Test
  void secretsAreEqualByTheirText() {
    assertThat(Secret.of("sesame")).isEqualTo(Secret.of("sesame")).isNotEqualTo(Secret.of("other"));
    assertThat(Secret.of("sesame").equals("sesame")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void anEmptySecretIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Secret.of(text));
  }

  @Test
  void aRequestPrintsWithoutItsQuery() {
    ApiRequest request =
        new ApiRequest(
            "GET",
            ApiCall.JOIN,
            new QueryString("fullName=Ann&checksum=abc"),
            List.of(),
            "",
            Body.EMPTY);

    assertThat(request).hasToString("GET join");
  }
}
