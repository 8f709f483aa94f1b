package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiCallTest {

  @Test
  void everyNameIsInTheCatalogueOnce() {
    assertThat(ApiCall.catalogue()).extracting(ApiCall::name).doesNotHaveDuplicates();
    assertThat(ApiCall.catalogue())
        .allSatisfy(call -> assertThat(ApiCall.named(call.name())).isSameAs(call));
  }

  @ParameterizedTest
  @CsvSource({
    "'', LOCAL, true",
    "create, MEETING, false",
    "join, MEETING, false",
    "end, MEETING, false",
    "isMeetingRunning, MEETING, true",
    "getMeetingInfo, MEETING, true",
    "getMeetings, MERGED, true",
    "getRecordings, MERGED, true",
    "deleteRecordings, BROADCAST, false",
    "getRecordingTextTracks, RECORDING, true",
    "putRecordingTextTrack, RECORDING, false",
    "getJoinUrl, REFUSED, false",
    "hooks/create, HOOKS, false",
    "hooks/destroy, HOOKS, false",
    "hooks/list, HOOKS, true",
    "hooks/ping, REFUSED, false",
    "setConfigXML, REFUSED, false",
    "Create, PASSED, false",
    "newCall, PASSED, false",
    "new/call-2_x, PASSED, false"
  })
  void everyCallHasItsScopeAndWhetherItIsReadOnly(String name, CallScope scope, boolean readOnly) {
    assertThat(ApiCall.named(name).scope()).isEqualTo(scope);
    assertThat(ApiCall.named(name).readOnly()).isEqualTo(readOnly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"j", "joi", "joinf", "joinfull", "joinfullName", "join/x", "joined"})
  void passesOnNoNameThatAJoinLinkMayBeBentTo(String name) {
    assertThat(ApiCall.named(name).scope()).isEqualTo(CallScope.REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "a/", "/a", "a//b", "..", "a/../b", "a b", "a%20", "a;b", "a?b", "é", "a\nb"})
  void refusesInvalidNames(String name) {
    assertThat(ApiCall.named(name).scope()).isEqualTo(CallScope.REFUSED);
  }
}
