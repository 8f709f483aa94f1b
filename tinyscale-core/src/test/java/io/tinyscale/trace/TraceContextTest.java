package io.tinyscale.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.body.Header;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String STATE = "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE";

  private static List<Header> toServer(String parent, String state) {
    List<Header> headers = new ArrayList<>();
    new RequestTrace("", TraceContext.read(parent, state).orElseThrow()).addTo(headers);
    return headers;
  }

  @Test
  void aServerGetsTheSameTraceAndAnotherSpanEachTime() {
    String first = toServer(PARENT, "").get(0).value();
    String second = toServer(PARENT, "").get(0).value();

    assertThat(List.of(first, second))
        .allSatisfy(
            parent ->
                assertThat(parent)
                    .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
                    .doesNotContain(SPAN, "0000000000000000"));
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void theStateIsPassedOnUnchanged() {
    assertThat(toServer(PARENT, STATE)).contains(new Header("tracestate", STATE));
    assertThat(toServer(PARENT, "k=" + "v".repeat(510))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k=v\r\nX-Evil: 1", "k=v\0", "k=v\u00e9", "k=v\u007f"})
  void aStateThatIsNoneIsLeftOut(String state) {
    assertThat(toServer(PARENT, state)).hasSize(1);
  }

  @Test
  void aStateThatIsTooLongIsLeftOut() {
    assertThat(toServer(PARENT, "k=" + "v".repeat(511))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"00, 00", "01, 01", "03, 01", "fe, 00", "ff, 01"})
  void onlyTheFlagThatIsDefinedIsPassedOn(String flags, String passedOn) {
    assertThat(toServer("00-" + TRACE + "-" + SPAN + "-" + flags, "").get(0).value())
        .endsWith("-" + passedOn);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cc-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01-what-comes-later",
        "01-" + TRACE + "-" + SPAN + "-01-"
      })
  void aLaterVersionIsReadAsFarAsItIsPromised(String parent) {
    assertThat(toServer(parent, "").get(0).value()).startsWith("00-" + TRACE + "-").hasSize(55);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + SPAN,
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN + "-01-",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-" + TRACE + "-" + SPAN + "-01 ",
        " 00-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-0x",
        "00_" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "_" + SPAN + "-01",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01.more",
        "0-" + TRACE + "-" + SPAN + "-001",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01\r\nX-Evil: 1",
        "00-0af7651916cd43dd8448eb211c80319\u0663-" + SPAN + "-01",
        PARENT + "," + PARENT
      })
  void whatIsNotValidIsIgnored(String parent) {
    assertThat(TraceContext.read(parent, STATE)).isEmpty();
  }

  @Test
  void anEndlessFieldIsIgnored() {
    assertThat(TraceContext.read(PARENT + "-".repeat(60_000), "")).isEmpty();
  }
}
