package io.tinyscale.examples.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.examples.extension.PlacedMeetings;
import io.tinyscale.examples.extension.SameServerAgain;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example works, under a context path, beside the application's own pages. */
class CampusApplicationTest {

  @TempDir Path directory;

  @Test
  void answersCallsBesideTheApplicationsOwnPages() throws Exception {
    try (SimulatedServer server = SimulatedServer.builder().start()) {
      Path poolFile = directory.resolve("servers.json");
      Files.writeString(
          poolFile,
          "[{\"host\": \"" + server.uri() + "\", \"secret\": \"" + server.secret() + "\"}]");
      PlacedMeetings placed = new PlacedMeetings();
      CampusApplication application =
          new CampusApplication(
              Map.of("tinyscale.secret", "s3cret", "tinyscale.servers", poolFile.toString()),
              new SameServerAgain(),
              List.of(placed));
      Server jetty = new Server();
      ServerConnector connector = new ServerConnector(jetty);
      connector.setHost("127.0.0.1");
      jetty.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler("/campus");
      context.addServletContainerInitializer(application);
      jetty.setHandler(context);
      jetty.start();
      try {
        String campus = "http://127.0.0.1:" + connector.getLocalPort() + "/campus";
        String query = "name=Maths&meetingID=math";

        assertThat(get(campus + "/timetable")).contains("campus portal");
        assertThat(get(campus + "/bigbluebuttons")).contains("campus portal");
        assertThat(
                get(
                    campus
                        + "/bigbluebutton/api/create?"
                        + query
                        + "&checksum="
                        + sha256("create" + query + "s3cret")))
            .contains("SUCCESS");
        assertThat(server.meetings().contains("math")).isTrue();
        assertThat(placed.placedOn(server.uri().getHost())).isEqualTo(1);
      } finally {
        jetty.stop();
      }
    }
  }

  private static String get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
        .body();
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
