package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiDocumentTest {

  private static final ApiError ODD = new ApiError("odd", "a \"b\" <c> & \\d é");

  private static String text(byte[] document) {
    return new String(document, StandardCharsets.UTF_8);
  }

  @Test
  void theRootNamesTheVersionOfTheApi() {
    assertThat(text(ApiDocument.root()))
        .isEqualTo(
            "<response><returncode>SUCCESS</returncode><version>2.0</version>"
                + "<apiVersion>2.0</apiVersion><bbbVersion></bbbVersion></response>");
  }

  @Test
  void theRootHasAJsonForm() {
    JsonObject root =
        JsonParser.parseString(text(ApiDocument.rootJson()))
            .getAsJsonObject()
            .getAsJsonObject("response");

    assertThat(root.get("returncode").getAsString()).isEqualTo("SUCCESS");
    assertThat(root.get("version").getAsString()).isEqualTo("2.0");
  }

  @Test
  void aFailureHasTheFormOfServers() {
    assertThat(text(ApiDocument.failed(ApiError.MEETING_NOT_FOUND)))
        .isEqualTo(
            "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey>"
                + "<message>A meeting with that ID does not exist</message></response>");
  }

  @Test
  void aFailureIsEscaped() {
    ApiReply xml = ApiReply.read(ApiDocument.failed(ODD)).orElseThrow();
    JsonObject json =
        JsonParser.parseString(text(ApiDocument.failedJson(ODD)))
            .getAsJsonObject()
            .getAsJsonObject("response");

    assertThat(xml.succeeded()).isFalse();
    assertThat(xml.text("message")).isEqualTo(ODD.message());
    assertThat(json.get("messageKey").getAsString()).isEqualTo("odd");
    assertThat(json.get("message").getAsString()).isEqualTo(ODD.message());
  }

  @Test
  void jsonHoldsAnyCharacter() {
    ApiError any = new ApiError("any", "a\nb\u0000c\t\u001f \uD83D\uDE00 \uD83D");

    JsonObject json =
        JsonParser.parseString(text(ApiDocument.failedJson(any)))
            .getAsJsonObject()
            .getAsJsonObject("response");

    assertThat(json.get("message").getAsString()).isEqualTo(any.message());
  }

  @Test
  void theErrorsOfAJoinAreAJsonList() {
    JsonArray errors = JsonParser.parseString(ApiDocument.errorsJson(ODD)).getAsJsonArray();

    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).getAsJsonObject().get("key").getAsString()).isEqualTo("odd");
    assertThat(errors.get(0).getAsJsonObject().get("message").getAsString())
        .isEqualTo(ODD.message());
  }

  private static byte[] list(ListingKind kind, String items, String afterList) {
    return (text(ApiDocument.beforeItems(kind))
            + items
            + text(ApiDocument.behindItems(kind, items.isEmpty(), afterList)))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aListHoldsItsItemsAsTheyAre() {
    byte[] list =
        list(
            ListingKind.RECORDINGS,
            "<recording>1</recording><recording/>",
            "<totalElements>2</totalElements>");

    assertThat(text(list))
        .isEqualTo(
            "<response><returncode>SUCCESS</returncode><recordings><recording>1</recording>"
                + "<recording/></recordings><totalElements>2</totalElements></response>");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HOOKS")
  void anEmptyListSaysSo(ListingKind kind) {
    ApiReply list = ApiReply.read(list(kind, "", "")).orElseThrow();

    assertThat(list.succeeded()).isTrue();
    assertThat(list.messageKey())
        .isEqualTo("no" + kind.name().charAt(0) + kind.list().substring(1));
    assertThat(list.text("message")).isNotEmpty();
  }

  @Test
  void anUnknownMeetingIsNotRunning() {
    assertThat(text(ApiDocument.notRunning()))
        .isEqualTo("<response><returncode>SUCCESS</returncode><running>false</running></response>");
  }
}
