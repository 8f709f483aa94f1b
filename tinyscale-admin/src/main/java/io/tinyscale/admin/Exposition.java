package io.tinyscale.admin;

import io.tinyscale.body.Body;

/** A text with metrics, and the content type of its format. */
record Exposition(String contentType, Body body) {}
