/** The commands that look after a running tinyscale, through its admin door. */
@NullMarked
package io.tinyscale.launcher.cli;

import org.jspecify.annotations.NullMarked;
