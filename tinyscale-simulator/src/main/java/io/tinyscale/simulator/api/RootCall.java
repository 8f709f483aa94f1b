package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The root of the API, which needs no checksum. Front ends ask it to check that the server works.
 */
final class RootCall implements ApiCall {
  private final Profile profile;
  private final String origin;

  RootCall(Profile profile, String origin) {
    this.profile = profile;
    this.origin = origin;
  }

  @Override
  public Response answer(ApiRequest request) {
    // The Content-Type of the request decides, even for a GET without a body; Accept is ignored.
    if (profile.answersRootInJson()
        && request.http().head().mediaType().equals("application/json")) {
      return Answers.json(fields());
    }
    return Answers.document(
        xml -> {
          for (Map.Entry<String, String> field : fields().entrySet()) {
            xml.element(field.getKey(), field.getValue());
          }
        });
  }

  private Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("returncode", "SUCCESS");
    fields.put("version", "2.0");
    if (profile.rootNamesApiVersion()) {
      fields.put("apiVersion", "2.0");
      fields.put("bbbVersion", "");
    }
    if (profile.rootNamesGraphql()) {
      fields.put("graphqlWebsocketUrl", origin.replaceFirst("^http", "ws") + "/graphql");
      fields.put("graphqlApiUrl", origin + "/api/rest");
    }
    if (profile.rootNamesPluginSdk()) {
      fields.put("html5PluginSdkVersion", "0.1.0");
    }
    return fields;
  }
}
