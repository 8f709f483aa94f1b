package io.tinyscale.placement;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.tenant.MeetingId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a policy may know of a call that it chooses a server for. Prints without the parameters,
 * which may hold passwords.
 *
 * @param call a {@code create}, or a call that tinyscale does not know
 * @param meetingId the meeting; {@link MeetingId#NONE} if the call is about none
 * @param tenant the name of the tenant that makes the call
 * @param parameters those that the checksum covers, without it; read on demand
 */
public record PlacementRequest(
    ApiCall call, MeetingId meetingId, String tenant, QueryString parameters) {

  private static final String TAG = "meta_server-tag";
  private static final String SIZE_HINT = "meta_bbb-meeting-size-hint";
  private static final String SEATS = "maxParticipants";
  private static final String BREAKOUT = "isBreakout";
  private static final int MOST_DIGITS = 9;

  /** Whether the create makes a breakout room. */
  public boolean isBreakout() {
    return parameters
        .first(BREAKOUT)
        .filter(value -> value.trim().equalsIgnoreCase("true"))
        .isPresent();
  }

  /**
   * The tags that the create asks for, as the front end wrote them; empty if it asks for none.
   * Candidates have them already, unless the create goes without.
   */
  public Optional<String> tags() {
    return parameters.metadata(TAG).filter(tags -> !tags.isBlank());
  }

  /** How many people the front end expects, 1 to 10000; empty if it does not say so in digits. */
  public OptionalInt sizeHint() {
    int hint = HeldMeeting.sizeHint(parameters.metadata(SIZE_HINT).orElse(""));
    return hint == 0 ? OptionalInt.empty() : OptionalInt.of(hint);
  }

  /**
   * How many people the meeting takes at most ({@code maxParticipants}); empty if the create sets
   * no bound. It is a cap and says nothing of how many will come.
   */
  public OptionalInt seats() {
    OptionalInt seats = number(parameters.first(SEATS));
    return seats.isPresent() && seats.getAsInt() == 0 ? OptionalInt.empty() : seats;
  }

  private static OptionalInt number(Optional<String> text) {
    String digits = text.map(String::trim).orElse("");
    boolean readable =
        !digits.isEmpty()
            && digits.length() <= MOST_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return readable ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
  }

  @Override
  public String toString() {
    return "PlacementRequest[" + call.name() + " " + meetingId + " of " + tenant + "]";
  }
}
