package io.tinyscale.bench.micro;

import io.tinyscale.bench.server.MeetingXml;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Answers to getMeetings. */
final class ListedMeetings {

  private ListedMeetings() {}

  /** A list of meetings, numbered from the first. */
  static String document(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(number -> MeetingXml.listed("m" + number))
        .collect(
            Collectors.joining(
                "",
                "<response><returncode>SUCCESS</returncode><meetings>",
                "</meetings></response>"));
  }
}
