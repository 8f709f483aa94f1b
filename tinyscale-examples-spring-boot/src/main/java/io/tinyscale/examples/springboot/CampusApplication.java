package io.tinyscale.examples.springboot;

import io.micrometer.core.instrument.MeterRegistry;
import io.tinyscale.servlet.TinyscaleFilter;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Boot application with tinyscale in it: one filter, beside the application's pages. */
@SpringBootApplication
public class CampusApplication {

  /** Starts the application. */
  public static void main(String[] arguments) {
    SpringApplication.run(CampusApplication.class, arguments);
  }

  /** Its settings are context parameters; application.properties has them. */
  @Bean
  TinyscaleFilter tinyscale(MeterRegistry registry) {
    return new TinyscaleFilter(List.of(new CallTimers(registry)));
  }

  /**
   * Before all filters of Spring: a filter that asks for a parameter reads the form of a create,
   * and nothing is left of it. Spring would register the filter by itself, but behind the others
   * and for each path.
   */
  @Bean
  FilterRegistrationBean<TinyscaleFilter> tinyscaleFirst(TinyscaleFilter tinyscale) {
    FilterRegistrationBean<TinyscaleFilter> first = new FilterRegistrationBean<>(tinyscale);
    first.setOrder(Ordered.HIGHEST_PRECEDENCE);
    first.addUrlPatterns("/bigbluebutton/*");
    first.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
    return first;
  }

  /** The application's own page. */
  @RestController
  static class Portal {

    @GetMapping("/timetable")
    String timetable() {
      return "The campus portal";
    }
  }
}
