/** Sign and send: what goes to one server and what became of it. */
@NullMarked
package io.tinyscale.upstream;

import org.jspecify.annotations.NullMarked;
