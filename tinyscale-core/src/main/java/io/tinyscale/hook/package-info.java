/**
 * Webhooks: registers each webhook with every server, under one id, and with servers that come
 * later.
 */
@NullMarked
package io.tinyscale.hook;

import org.jspecify.annotations.NullMarked;
