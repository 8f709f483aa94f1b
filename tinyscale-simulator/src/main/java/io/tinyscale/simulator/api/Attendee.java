package io.tinyscale.simulator.api;

import java.util.Map;

/**
 * One user in a meeting.
 *
 * @param internalId the server's own id of the user, {@code w_…}
 * @param externalId the {@code userID} given to join, else the internal one
 * @param role MODERATOR or VIEWER
 */
public record Attendee(
    String internalId,
    String externalId,
    String fullName,
    String role,
    boolean guest,
    String sessionToken,
    String authToken,
    Map<String, String> customData) {

  boolean moderator() {
    return role.equals("MODERATOR");
  }
}
