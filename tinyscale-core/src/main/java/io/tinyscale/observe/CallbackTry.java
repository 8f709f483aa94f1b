package io.tinyscale.observe;

import io.tinyscale.bbb.CallbackKind;

/**
 * One try to deliver a callback. Names nothing but the front end: a callback's URL, token and body
 * must not be logged.
 *
 * @param tenant the name of the tenant
 * @param kind what is reported
 * @param host the name or address in the callback's URL
 * @param tries how many tries there were, this one included
 */
public record CallbackTry(String tenant, CallbackKind kind, String host, int tries) {}
