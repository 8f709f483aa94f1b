package io.tinyscale.simulator.api;

/**
 * What the calls of one server share.
 *
 * @param origin scheme, host and port, as a browser reaches the server
 */
record World(
    SimulatedMeetings meetings,
    SimulatedRecordings recordings,
    Hooks hooks,
    String origin,
    Tokens tokens) {}
