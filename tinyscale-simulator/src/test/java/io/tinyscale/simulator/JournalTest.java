package io.tinyscale.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir private Path folder;

  private SimulatedServer start() {
    return SimulatedServer.builder().journal(folder.resolve("journal")).start();
  }

  /** The lines of the journal without their times. */
  private List<String> events() throws Exception {
    return Files.readAllLines(folder.resolve("journal")).stream()
        .map(line -> line.replaceFirst("^\\d{16} ", ""))
        .toList();
  }

  @Test
  void recordsTheLifeOfAMeetingAndItsRequests() throws Exception {
    try (SimulatedServer server = start()) {
      Caller caller = new Caller(server);

      caller.get("create", "name=Room&meetingID=caf%C3%A9+1");
      String internalId = server.meetings().get("café 1").orElseThrow().internalId();
      server.meetings().join("café 1", "Ann", "VIEWER");
      caller.get("end", "meetingID=caf%C3%A9+1");

      assertThat(events())
          .element(0)
          .asString()
          .isEqualTo("started pid=" + ProcessHandle.current().pid());
      assertThat(events().subList(1, events().size()))
          .containsExactly(
              "arrived request=1 call=create meeting=caf%C3%A9+1 id=",
              "created meeting=caf%C3%A9+1 internal=" + internalId,
              "decided request=1 fault=",
              "joined meeting=caf%C3%A9+1 internal=" + internalId,
              "arrived request=2 call=end meeting=caf%C3%A9+1 id=",
              "ended meeting=caf%C3%A9+1 internal=" + internalId,
              "decided request=2 fault=");
    }
  }

  @Test
  void recordsTheIdOfARequest() throws Exception {
    try (SimulatedServer server = start()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri().resolve("/bigbluebutton/api"))
              .header("X-Request-ID", "a moodle-1")
              .build();
      HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());

      assertThat(events()).contains("arrived request=1 call=root meeting= id=a+moodle-1");
    }
  }

  @Test
  void recordsTheFaultsOfAnswers() throws Exception {
    try (SimulatedServer server = start()) {
      server.fault("create", Fault.actThenDrop());

      assertThatThrownBy(() -> new Caller(server).get("create", "name=Room&meetingID=math"))
          .isInstanceOf(IOException.class);

      assertThat(events())
          .anyMatch(event -> event.startsWith("created meeting=math"))
          .contains("decided request=1 fault=ActThenDrop");
    }
  }

  @Test
  void goesOnWhereAnEarlierProcessStopped() throws Exception {
    start().close();
    start().close();

    assertThat(events()).hasSize(2).allMatch(event -> event.startsWith("started pid="));
  }

  @Test
  void aFileThatCannotBeWrittenStopsTheStart() {
    SimulatedServer.Builder server =
        SimulatedServer.builder().journal(folder.resolve("missing").resolve("journal"));

    assertThatThrownBy(server::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write the journal");
  }
}
