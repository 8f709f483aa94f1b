package io.tinyscale.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObserversTest {

  private final List<String> heard = new ArrayList<>();

  private GatewayObserver named(String name) {
    return (GatewayObserver)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {GatewayObserver.class},
            (proxy, method, arguments) -> {
              Object[] told = arguments == null ? new Object[0] : arguments;
              heard.add(name + " " + method.getName() + Arrays.toString(told));
              return null;
            });
  }

  static Stream<Method> events() {
    return Arrays.stream(GatewayObserver.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  private static Object[] arguments(Method event) {
    return Arrays.stream(event.getParameterTypes()).map(ObserversTest::argument).toArray();
  }

  private static Object argument(Class<?> type) {
    if (type == int.class) {
      return 7;
    }
    return type == long.class ? 8L : type == boolean.class ? true : null;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("events")
  void passesEveryEventToAllObserversInOrder(Method event) throws Exception {
    GatewayObserver all = Observers.of(List.of(named("first"), named("second")));

    event.invoke(all, arguments(event));

    String told = event.getName() + Arrays.toString(arguments(event));
    assertThat(heard).containsExactly("first " + told, "second " + told);
  }

  @Test
  void aSingleObserverIsNotWrapped() {
    GatewayObserver alone = named("alone");

    assertThat(Observers.of(List.of(alone))).isSameAs(alone);
  }

  @Test
  void aThrowingObserverDoesNotStopTheOthers() {
    GatewayObserver broken =
        new GatewayObserver() {
          @Override
          public void configWarning(String warning) {
            throw new IllegalStateException("broken");
          }
        };
    GatewayObserver all = Observers.of(List.of(named("first"), broken, named("last")));

    all.configWarning("careful");

    assertThat(heard)
        .hasSize(4)
        .contains("first configWarning[careful]", "last configWarning[careful]");
    assertThat(heard.get(1))
        .isEqualTo(
            "first observerFailed["
                + broken.getClass()
                + ", java.lang.IllegalStateException: broken]");
  }
}
