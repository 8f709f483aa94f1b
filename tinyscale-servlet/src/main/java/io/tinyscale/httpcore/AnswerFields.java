package io.tinyscale.httpcore;

import io.tinyscale.body.Header;
import io.tinyscale.http.CrossingHeaders;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hc.core5.http.HttpResponse;

/** The header fields of a server's answer. */
final class AnswerFields {

  private AnswerFields() {}

  /** The fields that may go to the caller, and the one with which core refuses an answer. */
  static List<Header> crossing(HttpResponse response) {
    Set<String> ofThisHop = Set.of();
    if (response.containsHeader("Connection")) {
      List<String> connection = new ArrayList<>(1);
      for (var field : response.getHeaders("Connection")) {
        connection.add(field.getValue());
      }
      ofThisHop = CrossingHeaders.ofThisHop(connection);
    }
    List<Header> crossing = new ArrayList<>(4);
    Iterator<org.apache.hc.core5.http.Header> fields = response.headerIterator();
    while (fields.hasNext()) {
      var field = fields.next();
      if (field.getValue() != null
          && (CrossingHeaders.mayGoToCaller(field.getName(), ofThisHop)
              || field.getName().equalsIgnoreCase("Content-Encoding"))) {
        crossing.add(new Header(field.getName(), field.getValue()));
      }
    }
    return crossing;
  }
}
