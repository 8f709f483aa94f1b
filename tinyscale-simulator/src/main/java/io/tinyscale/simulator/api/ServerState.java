package io.tinyscale.simulator.api;

/**
 * The state that the calls of one server share.
 *
 * @param events hears what the calls do to recordings
 * @param origin scheme, host and port, as a browser reaches the server
 */
record ServerState(
    SimulatedMeetings meetings,
    SimulatedRecordings recordings,
    Hooks hooks,
    MeetingEvents events,
    String origin,
    Tokens tokens) {}
