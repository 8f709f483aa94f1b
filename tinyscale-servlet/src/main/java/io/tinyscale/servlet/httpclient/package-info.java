/** The way to the servers, over the asynchronous engine of Apache HttpClient 5. */
@NullMarked
package io.tinyscale.servlet.httpclient;

import org.jspecify.annotations.NullMarked;
