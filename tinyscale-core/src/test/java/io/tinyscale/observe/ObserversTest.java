package io.tinyscale.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.trace.RequestTrace;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
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
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        // A question, and what is told in another order.
        .filter(method -> !List.of("wantsScores", "outOfMemory").contains(method.getName()));
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
  void wantsScoresIfOneOfThemDoes() {
    GatewayObserver deaf = new GatewayObserver() {};
    GatewayObserver curious =
        new GatewayObserver() {
          @Override
          public boolean wantsScores() {
            return true;
          }
        };

    assertThat(Observers.of(List.of(deaf, curious, deaf)).wantsScores()).isTrue();
    assertThat(Observers.of(List.of(deaf, deaf)).wantsScores()).isFalse();
  }

  @Test
  void tellsALackOfMemoryInsteadOfAMistake() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread: ...");
    GatewayObserver alone = Observers.of(List.of(named("alone")));

    alone.bug(
        ApiCall.CREATE,
        new CompletionException(new IllegalStateException(error)),
        RequestTrace.NONE);
    alone.poolReloadFailed(new CompletionException(error));
    alone.bug(ApiCall.CREATE, noThread, RequestTrace.NONE);

    assertThat(heard)
        .containsExactly(
            "alone outOfMemory[" + error + "]",
            "alone outOfMemory[" + error + "]",
            "alone bug[" + ApiCall.CREATE + ", " + noThread + ", " + RequestTrace.NONE + "]");
  }

  @Test
  void anObserverWithoutMemoryDoesNotStopTheOthers() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    GatewayObserver starved =
        new GatewayObserver() {
          @Override
          public void outOfMemory(OutOfMemoryError lack) {
            throw new OutOfMemoryError("Java heap space");
          }
        };

    Observers.of(List.of(named("first"), starved, named("last"))).outOfMemory(error);

    assertThat(heard)
        .containsExactly("last outOfMemory[" + error + "]", "first outOfMemory[" + error + "]");
  }

  @Test
  void anErrorOfAnObserverReachesNeitherTheOthersNorTheCall() {
    OutOfMemoryError lack = new OutOfMemoryError("Java heap space");
    GatewayObserver broken =
        new GatewayObserver() {
          @Override
          public void configWarning(String warning) {
            throw new NoClassDefFoundError("gone");
          }

          @Override
          public void stopped() {
            throw lack;
          }
        };
    GatewayObserver all = Observers.of(List.of(broken, named("last")));

    all.configWarning("careful");
    all.stopped();

    assertThat(heard)
        .containsExactly(
            "last observerFailed[" + broken.getClass() + ", java.lang.NoClassDefFoundError: gone]",
            "last configWarning[careful]",
            "last outOfMemory[" + lack + "]",
            "last stopped[]");
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
