package io.tinyscale.listing;

import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.QueryString;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part of a list of recordings that was asked for (BBB docs, API, "getRecordings", offset and
 * limit, since 2.6). Servers page only when a limit is given and is a number.
 *
 * @param paged whether only a page was asked for
 * @param offset recordings to leave out, from 0 on
 * @param limit recordings to give, 1 to 100
 */
record RecordingPage(boolean paged, int offset, int limit) {

  private static final int MOST = 100;
  private static final RecordingPage ALL = new RecordingPage(false, 0, 0);

  static RecordingPage of(ListingKind kind, QueryString parameters) {
    Optional<Integer> limit = parameters.first("limit").flatMap(RecordingPage::number);
    if (kind != ListingKind.RECORDINGS || limit.isEmpty()) {
      return ALL;
    }
    int offset = parameters.first("offset").flatMap(RecordingPage::number).orElse(0);
    return new RecordingPage(true, Math.max(0, offset), Math.min(MOST, Math.max(1, limit.get())));
  }

  /**
   * What every server is asked: all its recordings. Servers list them in no order, so no part of
   * their lists is certain to hold what belongs on a page of the merged one.
   */
  QueryString toServers(QueryString parameters) {
    return paged ? parameters.without("offset").without("limit") : parameters;
  }

  /** The page of the merged and sorted list. */
  <T> Stream<T> cut(Stream<T> all) {
    return paged ? all.skip(offset).limit(limit) : all;
  }

  /** The element that tells how many recordings there are in all. */
  String total(int all) {
    return paged ? "<totalElements>" + all + "</totalElements>" : "";
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text.trim()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
