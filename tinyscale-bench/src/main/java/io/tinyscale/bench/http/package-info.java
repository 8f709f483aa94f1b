/** The part of HTTP/1.1 that load and canned answers need, at little cost. */
@NullMarked
package io.tinyscale.bench.http;

import org.jspecify.annotations.NullMarked;
