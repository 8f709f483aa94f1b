/** The packaged WAR as its users meet it: every test runs it in a process of its own. */
@NullMarked
package io.tinyscale.it;

import org.jspecify.annotations.NullMarked;
