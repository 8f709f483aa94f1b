package io.tinyscale.placement;

import io.tinyscale.bbb.ApiCall;
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
  private static final int MOST_DIGITS = 9;

  /** The tags that the create asks for, as the front end wrote them; empty if it asks for none. */
  public Optional<String> tags() {
    return parameters.first(TAG).map(String::trim).filter(tags -> !tags.isEmpty());
  }

  /** How many people the front end expects; empty if it does not say so in digits. */
  public OptionalInt sizeHint() {
    return number(SIZE_HINT);
  }

  /**
   * How many people the meeting takes at most ({@code maxParticipants}); empty if the create sets
   * no bound. It is a cap and says nothing of how many will come.
   */
  public OptionalInt seats() {
    OptionalInt seats = number(SEATS);
    return seats.isPresent() && seats.getAsInt() == 0 ? OptionalInt.empty() : seats;
  }

  private OptionalInt number(String name) {
    String digits = parameters.first(name).map(String::trim).orElse("");
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
