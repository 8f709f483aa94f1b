package io.tinyscale.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListBoundsTest {

  private final TestBalancer balancer = new TestBalancer(2);

  private static String list(String kind, String item, int items) {
    return IntStream.range(0, items)
        .mapToObj(i -> item.replace("#", Integer.toString(i)))
        .collect(
            Collectors.joining(
                "",
                "<response><returncode>SUCCESS</returncode><" + kind + ">",
                "</" + kind + "></response>"));
  }

  @Test
  void leavesOutAListThatIsTooLong() {
    balancer.bbb(2).holds("quiet");
    String meeting = "<meeting><meetingID>m#</meetingID></meeting>";
    balancer.bbb(1).answers("getMeetings", list("meetings", meeting, SpooledList.MOST_ITEMS + 1));

    assertThat(TestBalancer.text(balancer.call("getMeetings", "")))
        .contains("quiet")
        .doesNotContain("m0");
    assertThat(balancer.events)
        .contains("failed getMeetings on bbb1: the list is too long", "partial getMeetings 1 of 2");

    balancer.bbb(1).answers("getMeetings", list("meetings", meeting, SpooledList.MOST_ITEMS));
    assertThat(TestBalancer.text(balancer.call("getMeetings", ""))).contains("quiet", "m0");
  }
}
