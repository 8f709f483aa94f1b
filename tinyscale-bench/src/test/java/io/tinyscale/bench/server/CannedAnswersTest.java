package io.tinyscale.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.http.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CannedAnswersTest {

  private static final Pattern ID = Pattern.compile("<meetingID>(\\w+)</meetingID>");

  private final CannedAnswers answers = new CannedAnswers(3, 10, 0);

  @Test
  void listsEachMeetingOnOneServer() {
    Set<String> ids = new HashSet<>();
    int listed = 0;
    for (int server = 0; server < 3; server++) {
      Matcher matcher = ID.matcher(answer(server, "getMeetings", ""));
      while (matcher.find()) {
        ids.add(matcher.group(1));
        listed++;
      }
    }

    assertThat(listed).isEqualTo(10);
    assertThat(ids).hasSize(10).contains("m0", "m9");
  }

  @Test
  void knowsNoMeetingBeyondThoseThatRun() {
    assertThat(running("m9")).isTrue();
    assertThat(running("m10")).isFalse();
    assertThat(running("m")).isFalse();
    assertThat(running("unknown-1")).isFalse();
    assertThat(answer(0, "getMeetingInfo", "meetingID=m10")).contains("notFound");
  }

  @Test
  void holdsWhatWasCreatedUntilItIsEnded() {
    assertThat(answer(1, "create", "name=a&meetingID=new")).contains("<meetingID>new</meetingID>");

    assertThat(running("new")).isTrue();
    assertThat(answer(1, "getMeetingInfo", "meetingID=new")).contains("SUCCESS");
    assertThat(answer(0, "getMeetingInfo", "meetingID=new")).contains("notFound");
    assertThat(answer(1, "getMeetings", "")).contains("<meetingID>new</meetingID>");
    assertThat(answer(0, "getMeetings", "")).doesNotContain("<meetingID>new</meetingID>");

    assertThat(answer(0, "end", "meetingID=new")).contains("SUCCESS");
    assertThat(running("new")).isFalse();
    assertThat(answer(0, "end", "meetingID=new")).contains("notFound");
  }

  @Test
  void answersThoseWhoDoubtThatItWorks() {
    assertThat(answer(0, "", "")).contains(" 200 ", "SUCCESS", "<version>");
    assertThat(answer(0, "noSuchCall", "")).contains(" 404 ");
  }

  @Test
  void forgetsWhatWasCreated() {
    answer(1, "create", "meetingID=new");

    answers.forgetCreated();

    assertThat(running("new")).isFalse();
    assertThat(running("m1")).isTrue();
  }

  @Test
  void readsTheMeetingFromItsParameterOnly() {
    assertThat(answer(0, "isMeetingRunning", "parentmeetingID=m1")).contains("false");
    assertThat(answer(0, "isMeetingRunning", "parentmeetingID=m99&meetingID=m1")).contains("true");
  }

  @Test
  void givesALargeAnswerIfItHasOne() {
    CannedAnswers large = new CannedAnswers(1, 1, 5_000_000);

    Message answer = large.answer(0, "getMeetingInfo", "meetingID=large");

    assertThat(answer.filling()).isEqualTo(5_000_000);
    assertThat(text(large.answer(0, "getMeetings", ""))).contains("<meetingID>large</meetingID>");
  }

  private boolean running(String meetingId) {
    return answer(0, "isMeetingRunning", "meetingID=" + meetingId).contains("<running>true<");
  }

  private String answer(int server, String call, String query) {
    return text(answers.answer(server, call, query));
  }

  private static String text(Message message) {
    return new String(message.start(), StandardCharsets.UTF_8);
  }
}
