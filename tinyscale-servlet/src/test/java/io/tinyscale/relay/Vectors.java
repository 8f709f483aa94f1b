package io.tinyscale.relay;

import io.tinyscale.bbb.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Two tenants, a server and what was computed for them by hand. */
final class Vectors {

  static final Secret SERVER = Secret.of("639259d4-9dd8-4b25-bf01-95f9567eaf4b");

  static final Party HOUSE =
      new Party("house", "", List.of(Secret.of("house-secret-0123456789abcdef")));

  static final Party SCHOOL =
      new Party("school-a", "__school-a", List.of(Secret.of("school-a-secret-0123456789abcdef")));

  static final List<Party> BOTH = List.of(HOUSE, SCHOOL);

  static final byte[] NONCE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  static final String RECORDING_URL =
      "https://moodle.school-a.example/mod/bigbluebuttonbn/bbb_broker.php"
          + "?action=recording_ready&bigbluebuttonbn=7";

  static final String ENDED_URL = "https://gl.school-a.example/meeting_ended?t=9";

  static final String HOOK_URL = "https://fe.example.org/hook?a=1&b=2";

  static final String PREFIX = "https://lb.example.org/bigbluebutton/tinyscale/callback/";

  static final String SCHOOL_RECORDING =
      "r1.school-a.AQIDBAUGBwgJ."
          + "aHR0cHM6Ly9tb29kbGUuc2Nob29sLWEuZXhhbXBsZS9tb2QvYmlnYmx1ZWJ1dHRvbmJuL2JiYl9icm9rZXIucGhwP2Fj"
          + "dGlvbj1yZWNvcmRpbmdfcmVhZHkmYmlnYmx1ZWJ1dHRvbmJuPTc.MZ8RNYfn8klUmxVD0Ds3KQ";

  static final String HOUSE_RECORDING =
      "r1.house.AQIDBAUGBwgJ."
          + "aHR0cHM6Ly9tb29kbGUuc2Nob29sLWEuZXhhbXBsZS9tb2QvYmlnYmx1ZWJ1dHRvbmJuL2JiYl9icm9rZXIucGhwP2Fj"
          + "dGlvbj1yZWNvcmRpbmdfcmVhZHkmYmlnYmx1ZWJ1dHRvbmJuPTc.CoOXFUmFu-rZ4ItFciqciw";

  static final String SCHOOL_ENDED =
      "e1.school-a.AQIDBAUGBwgJ."
          + "aHR0cHM6Ly9nbC5zY2hvb2wtYS5leGFtcGxlL21lZXRpbmdfZW5kZWQ_dD05.Mca-v7UOuu2u_xnRK1zshw";

  static final String HOUSE_ENDED =
      "e1.house.AQIDBAUGBwgJ."
          + "aHR0cHM6Ly9nbC5zY2hvb2wtYS5leGFtcGxlL21lZXRpbmdfZW5kZWQ_dD05.47cRDcHqn2G_wnTmGnNE7g";

  static final String SCHOOL_HOOK = "h1.school-a.aHR0cHM6Ly9mZS5leGFtcGxlLm9yZy9ob29rP2E9MSZiPTI";

  static final String HOUSE_HOOK = "h1.house.aHR0cHM6Ly9mZS5leGFtcGxlLm9yZy9ob29rP2E9MSZiPTI";

  /** What the server sends about a recording of the school. */
  static final String SCHOOL_RECORDING_IN =
      "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoicm9vbTdfX3NjaG9vbC1hIiwicmVjb3JkX2lkIjoiNzFmNDM5Yjdm"
          + "Yzk5MTY2MmQyOGJlYjdjYmYyZDBjNjU1Mzk0ODliOS0xNzAwMDAwMDAwMDAwIn0"
          + ".4mURj5qcQf52XOx01y9cO53nqcQRu1X0SmTfVeULqKg";

  /** What the school gets of it. */
  static final String SCHOOL_RECORDING_OUT =
      "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoicm9vbTciLCJyZWNvcmRfaWQiOiI3MWY0MzliN2ZjOTkxNjYyZDI4"
          + "YmViN2NiZjJkMGM2NTUzOTQ4OWI5LTE3MDAwMDAwMDAwMDAifQ"
          + ".dgdpAevp6kg6gnGBgawiSZnzT9TiSMaDQHMbX3wf6I0";

  static final String HOUSE_RECORDING_IN =
      "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoicm9vbTciLCJyZWNvcmRfaWQiOiJjNDMzMjYwYmIyNDJkNWE0NjU4"
          + "NGEwMjU5NmY4ZGIzZWU4MTBhNzg1LTE3MDAwMDAwMDAwMDAifQ"
          + ".QFE7HZ8bVSxyI8dhXfPzSn8mL8U1PRgK6V4l1xJauQg";

  static final String HOUSE_RECORDING_OUT =
      "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoicm9vbTciLCJyZWNvcmRfaWQiOiJjNDMzMjYwYmIyNDJkNWE0NjU4"
          + "NGEwMjU5NmY4ZGIzZWU4MTBhNzg1LTE3MDAwMDAwMDAwMDAifQ"
          + ".ayO4zDlt6NiG-J_DGenZXMP1TzuXyJWWh0ipdFibgrI";

  /** The web token of analytics that expires at {@link #EXPIRY}. */
  static final String ANALYTICS_IN =
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJleHAiOjE3MDAwODY0MDB9"
          + ".0PErfVad6pEl4N0wFB06y0gTqAn3M1pMQ6Imr_RjAHuvrIwHiTryYkDdTd0JR7uiT1ZmiHZnM2YbLzv6MpNCmw";

  static final String SCHOOL_ANALYTICS_OUT =
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJleHAiOjE3MDAwODY0MDB9"
          + ".dxWEb-noR5mJJchR185ESG54Agr7AiOVll0lTTAY6InJ9Kb1rit7B4wQ6_K8XRD4YxjB1n0g3MKChcbN2coU9Q";

  static final String HOUSE_ANALYTICS_OUT =
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJleHAiOjE3MDAwODY0MDB9"
          + ".LuSxhmnvtcE9U8pp2iw2lZpvW18diQjjf_bZ8toPt2Kzc4Byu2Oah4NfALIagp2slKst4EETJm3szHtaYcaXoA";

  /** In seconds. */
  static final long EXPIRY = 1_700_086_400L;

  /** A day before the expiry, in seconds. */
  static final long NOW = 1_700_000_000L;

  static final String SCHOOL_RUN = "71f439b7fc991662d28beb7cbf2d0c65539489b9-1700000000000";
  static final String HOUSE_RUN = "c433260bb242d5a46584a02596f8db3ee810a785-1700000000000";

  static final String SCHOOL_HOOK_IN = "624260bed48dd89992099081f2e6f3b340a67f22";
  static final String SCHOOL_HOOK_OUT = "54dea572df84b5c709e35c6e48d1994b12a57c6b";
  static final String HOUSE_HOOK_IN = "d8c7b652e5e4c455a108129ed11b3a8d84e40570";
  static final String HOUSE_HOOK_OUT = "25aeec2312e609863699355e0e64e49aecdef8a5";

  private Vectors() {}

  /** A webhook's delivery about one meeting. */
  static byte[] hookBody(String internalId, String externalId) {
    return ("domain=bbb1.example.org&event=%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22%2C%22id%22%3A"
            + "%22meeting-ended%22%2C%22attributes%22%3A%7B%22meeting%22%3A%7B%22internal-meeting-id%22"
            + "%3A%22"
            + internalId
            + "%22%2C%22external-meeting-id%22%3A%22"
            + externalId
            + "%22%7D%7D%2C%22event%22%3A%7B%22ts%22%3A1700000099000%7D%7D%7D%5D"
            + "&timestamp=1700000099001")
        .getBytes(StandardCharsets.UTF_8);
  }
}
