package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathTest {

  @ParameterizedTest
  @CsvSource({
    "/bigbluebutton, ''",
    "/bigbluebutton/, ''",
    "/bigbluebutton/api, ''",
    "/bigbluebutton/api/, ''",
    "/bigbluebutton/api/create, create",
    "/bigbluebutton/api//create, create",
    "/bigbluebutton/api////create, create",
    "/bigbluebutton/api//hooks/create, hooks/create",
    "/bigbluebutton/api//, ''",
    "/bigbluebutton/api/hooks/create, hooks/create",
    "/bigbluebutton/api/any%20thing, any%20thing"
  })
  void readsTheCall(String path, String call) {
    assertThat(ApiPath.of(path)).isEqualTo(new ApiPath.Call(call));
    assertThat(ApiPath.isOurs(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/index.html",
        "/bigbluebuttons",
        "/bigbluebutton/apis",
        "/bigbluebutton/api.html",
        "/bigbluebutton/client",
        "/bigbluebutton//api/create",
        "//bigbluebutton/api/create",
        "/BigBlueButton/api/create",
        "/x/bigbluebutton/api/create",
        "/..;/bigbluebutton/api/create"
      })
  void leavesAllElseAlone(String path) {
    assertThat(ApiPath.of(path)).isEqualTo(new ApiPath.NotOurs());
    assertThat(ApiPath.isOurs(path)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bigbluebutton/api/../create",
        "/bigbluebutton/api/hooks//create",
        "/bigbluebutton/api//hooks//create",
        "/bigbluebutton/api/create//",
        "/bigbluebutton/api//../create",
        "/bigbluebutton/api//%2e%2e/create",
        "/bigbluebutton/api/create;a=b",
        "/bigbluebutton/api;a=b/create",
        "/bigbluebutton/api/a\\b",
        "/bigbluebutton/api\\create",
        "/bigbluebutton/api/%2e%2E/create",
        "/bigbluebutton/api/a%2Fb",
        "/bigbluebutton/api%2fcreate",
        "/bigbluebutton/api/a%5cb",
        "/bigbluebutton/api/create%00"
      })
  void refusesTricks(String path) {
    assertThat(ApiPath.of(path)).isEqualTo(new ApiPath.Refused());
    assertThat(ApiPath.isOurs(path)).isTrue();
  }
}
