package io.tinyscale.valkey;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.store.Notice;
import io.tinyscale.store.StoreKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeTextTest {

  private static final StoreKey MEETING = StoreKey.of("Room 7");

  @Test
  void saysWhatHappened() {
    assertThat(NoticeText.of(new Notice.States())).isEqualTo("a");
    assertThat(NoticeText.of(new Notice.Made(MEETING, "bbb-1.example.org")))
        .isEqualTo("m " + MEETING.text() + " bbb-1.example.org");
    assertThat(NoticeText.of(new Notice.Ending(MEETING))).isEqualTo("e " + MEETING.text());
  }

  @Test
  void readsWhatItSays() {
    assertThat(NoticeText.read("a")).contains(new Notice.States());
    assertThat(NoticeText.read("m " + MEETING.text() + " bbb1"))
        .contains(new Notice.Made(MEETING, "bbb1"));
    assertThat(NoticeText.read("e " + MEETING.text())).contains(new Notice.Ending(MEETING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "a ",
        "e Room 7",
        "e 0123456789012345678901234",
        "e 01234567890123456789012!",
        "m 012345678901234567890123",
        "m 012345678901234567890123 ",
        "m 012345678901234567890123 bbb1 bbb2",
        "m 012345678901234567890123 bbb1\n",
        "e 012345678901234567890123\n"
      })
  void ignoresEverythingElse(String text) {
    assertThat(NoticeText.read(text)).isEmpty();
  }
}
