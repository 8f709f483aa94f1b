package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.Caution;
import io.tinyscale.store.SharedStatus;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the status tells of balancers. */
class BalancersJsonTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  private final BalancerStatus alone =
      Statuses.of(List.of(Statuses.server("bbb1")), -1, CallbackStatus.NONE);
  private final BalancerStatus shared =
      Statuses.with(
          alone,
          Statuses.shared(
              alone,
              new SharedStatus.Other(
                  Statuses.peer("lb2", 1, Map.of(), Set.of("bbb7", "bbb1")), List.of("bbb1"))));

  private static JsonObject json(BalancerStatus status) {
    String text = Answers.text(json -> BalancersJson.write(json.name("balancers"), status, NOW));
    return JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("balancers");
  }

  private static JsonElement parsed(String text) {
    return JsonParser.parseString(text.replace('\'', '"'));
  }

  @Test
  void tellsOfTheBalancerItself() {
    JsonObject json = json(alone);

    assertThat(json.remove("pool").getAsString()).matches("[0-9a-f]{16}");
    assertThat(json)
        .isEqualTo(
            parsed(
                "{'id':'lb1','version':'0.2.0','formula':1,'startedAt':'2026-11-25T09:00:00Z',"
                    + "'down':[],'instance':'4f1c','mode':'auto','alone':true,'noticed':false,"
                    + "'carefulUntil':null,'store':null,'others':[]}"));
  }

  @Test
  void tellsOfTheStoreAndTheOthers() {
    JsonObject json = json(shared);

    assertThat(json.get("store"))
        .isEqualTo(
            parsed(
                "{'address':'redis://store.example.org:6379/0','up':true,'young':false,"
                    + "'whenDown':'degrade'}"));
    assertThat(json.get("others"))
        .isEqualTo(
            parsed(
                "[{'id':'lb2','version':'0.2.0','formula':1,'startedAt':'2026-11-25T09:00:00Z',"
                    + "'down':['bbb1','bbb7'],'differs':['bbb1']}]"));
  }

  @Test
  void tellsHowLongItIsCarefulAfterItHasNoticedAnother() {
    BalancerStatus careful =
        new BalancerStatus(
            alone.servers(),
            alone.placement(),
            new Caution(Balancers.AUTO, false, Duration.ofHours(3).minusMillis(20), true),
            0,
            0,
            0,
            0,
            0,
            CallbackStatus.NONE,
            0,
            alone.shared());

    assertThat(json(careful).get("alone").getAsBoolean()).isFalse();
    assertThat(json(careful).get("noticed").getAsBoolean()).isTrue();
    assertThat(json(careful).get("carefulUntil").getAsString()).isEqualTo("2026-11-25T13:00:00Z");
  }

  @Test
  void theDescriptionNamesExactlyTheseMembers() throws Exception {
    JsonObject described;
    try (Reader text =
        new InputStreamReader(
            BalancersJsonTest.class.getResourceAsStream("openapi.json"), StandardCharsets.UTF_8)) {
      described =
          JsonParser.parseReader(text)
              .getAsJsonObject()
              .getAsJsonObject("components")
              .getAsJsonObject("schemas")
              .getAsJsonObject("Balancers");
    }

    JsonObject json = json(shared);
    assertDescribed(json, described);
    JsonObject members = described.getAsJsonObject("properties");
    assertDescribed(json.getAsJsonObject("store"), members.getAsJsonObject("store"));
    assertDescribed(
        json.getAsJsonArray("others").get(0).getAsJsonObject(),
        members.getAsJsonObject("others").getAsJsonObject("items"));
  }

  private static void assertDescribed(JsonObject json, JsonObject schema) {
    JsonArray required = schema.getAsJsonArray("required");
    assertThat(json.keySet())
        .isEqualTo(schema.getAsJsonObject("properties").keySet())
        .containsExactlyInAnyOrderElementsOf(
            required.asList().stream().map(JsonElement::getAsString).toList());
  }
}
