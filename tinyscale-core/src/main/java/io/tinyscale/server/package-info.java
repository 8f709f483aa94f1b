/** The servers behind us and what we know of them. */
@NullMarked
package io.tinyscale.server;

import org.jspecify.annotations.NullMarked;
