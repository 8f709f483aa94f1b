package io.tinyscale.simulator.api;

/**
 * The state that the calls of one server share.
 *
 * @param origin scheme, host and port, as a browser reaches the server
 */
record ServerState(
    SimulatedMeetings meetings,
    SimulatedRecordings recordings,
    Hooks hooks,
    String origin,
    Tokens tokens) {}
