/** The filter in a Spring Boot application, with health and metrics. */
package io.tinyscale.examples.springboot;
