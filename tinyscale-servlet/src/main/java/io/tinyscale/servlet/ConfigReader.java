package io.tinyscale.servlet;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigSource;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the configuration of one filter from where a container lets an operator put it. The most
 * specific place wins: the filter's init parameters, those of its context, the system properties,
 * the environment.
 */
final class ConfigReader {

  private final Map<String, String> properties;
  private final Map<String, String> environment;

  /** With these instead of the process's own. */
  ConfigReader(Properties properties, Map<String, String> environment) {
    // stringPropertyNames: a property may hold any object, and somebody else's is none of ours.
    this.properties =
        properties.stringPropertyNames().stream()
            .collect(Collectors.toUnmodifiableMap(Function.identity(), properties::getProperty));
    this.environment = Map.copyOf(environment);
  }

  /** With the system properties and the environment of this process as they are now. */
  static ConfigReader ofThisProcess() {
    return new ConfigReader(System.getProperties(), System.getenv());
  }

  /**
   * The filter's configuration.
   *
   * @throws ConfigException with all that is wrong with it
   */
  TinyscaleConfig read(FilterConfig filter) {
    ServletContext context = filter.getServletContext();
    return TinyscaleConfig.read(
        List.of(
            ConfigSource.properties(
                "the filter's init parameters",
                parameters(filter.getInitParameterNames(), filter::getInitParameter)),
            ConfigSource.properties(
                "the context parameters",
                parameters(context.getInitParameterNames(), context::getInitParameter)),
            ConfigSource.properties("the system properties", properties),
            ConfigSource.environment(environment)));
  }

  private static Map<String, String> parameters(
      Enumeration<String> names, Function<String, String> values) {
    return Collections.list(names).stream()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), values));
  }
}
