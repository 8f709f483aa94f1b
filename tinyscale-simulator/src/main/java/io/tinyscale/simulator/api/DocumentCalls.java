package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import io.tinyscale.simulator.http.ServerPages;
import java.io.IOException;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** insertDocument: slides for a meeting that exists. Its answers carry no {@code messageKey}. */
final class DocumentCalls {
  private final SimulatedMeetings meetings;
  private final Profile profile;

  DocumentCalls(SimulatedMeetings meetings, Profile profile) {
    this.meetings = meetings;
    this.profile = profile;
  }

  /**
   * Reads the body as a stream. With {@code simulatorSkipParsing=true} it accepts any body without
   * reading it, for tests of transfer.
   */
  Response insertDocument(ApiRequest request) throws IOException {
    String id = request.parameter("meetingID").orElse("");
    Optional<SimulatedMeeting> meeting = id.isEmpty() ? Optional.empty() : meetings.lookUp(id);
    if (meeting.isEmpty()) {
      return failed("Meeting with id [" + id + "] not found.");
    }
    if (meeting.get().given("disabledFeatures").orElse("").contains("presentation")) {
      return failed("Presentation feature is disabled.");
    }
    int documents = 1;
    if (!request.isTrue("simulatorSkipParsing")) {
      try {
        ModulesXml modules = ModulesXml.read(request.http().body());
        if (!modules.hasPresentation() || modules.documents() == 0) {
          return failed("No presentation document was provided.");
        }
        documents = modules.documents();
      } catch (XMLStreamException e) {
        return profile.reportsMalformedXml()
            ? failed("The XML in the body is malformed.")
            : ServerPages.error(500);
      }
    }
    meeting.get().addDocuments(documents);
    return Answers.cacheableDocument(
        xml ->
            xml.element("returncode", "SUCCESS")
                .element("message", "Presentation is being uploaded"));
  }

  private static Response failed(String message) {
    return Answers.cacheableDocument(
        xml -> xml.element("returncode", "FAILED").element("message", message));
  }
}
