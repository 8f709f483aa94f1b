package io.tinyscale.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.http.AnswerListener.Ending;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.http.Route;
import io.tinyscale.http.Routes;
import io.tinyscale.http.TrustedProxies;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** The calls of the entry to a servlet container, and their order. */
class ServletEntryTest {

  private final HttpServletRequest request = mock(HttpServletRequest.class);
  private final HttpServletResponse response = mock(HttpServletResponse.class);
  private final AsyncContext async = mock(AsyncContext.class);
  private final WrittenBytes out = new WrittenBytes();
  private final List<HttpRequest> handled = new ArrayList<>();
  private final List<Cancellation> callers = new ArrayList<>();
  private final List<Ending> endings = new ArrayList<>();
  private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();

  @BeforeEach
  void arrange() throws IOException {
    ServletContext context = mock(ServletContext.class);
    when(context.getServerInfo()).thenReturn("a container");
    when(request.getServletContext()).thenReturn(context);
    when(request.getMethod()).thenReturn("GET");
    when(request.getProtocol()).thenReturn("HTTP/1.1");
    when(request.getContentLengthLong()).thenReturn(-1L);
    when(request.getContextPath()).thenReturn("/campus");
    when(request.getRequestURI()).thenReturn("/campus/ours");
    when(request.startAsync()).thenReturn(async);
    when(request.getAsyncContext()).thenReturn(async);
    when(async.getRequest()).thenReturn(request);
    when(async.getResponse()).thenReturn(response);
    when(response.getOutputStream()).thenReturn(out);
  }

  private boolean taken() throws IOException {
    return taken(
        (received, caller) -> {
          handled.add(received);
          callers.add(caller);
          return answer;
        });
  }

  private boolean taken(Endpoint endpoint) throws IOException {
    return new ServletEntry(
            Routes.of(Route.exactly("/ours", endpoint)),
            1000,
            new RequestTraces(TrustedProxies.NONE),
            (ending, cause) -> endings.add(ending))
        .takes(request);
  }

  /** The container calls its listener. */
  private void writePossible() throws IOException {
    out.listener.onWritePossible();
  }

  @Test
  void takesTheContextPathOffAndReadsNoParameters() throws Exception {
    when(request.getQueryString()).thenReturn("a=%2f+&checksum=");

    assertThat(taken()).isTrue();

    assertThat(handled).hasSize(1);
    assertThat(handled.get(0).rawPath()).isEqualTo("/ours");
    assertThat(handled.get(0).rawQuery()).isEqualTo("a=%2f+&checksum=");
    assertThat(handled.get(0).body().isEmpty()).isTrue();
    verify(request, never()).getParameter(anyString());
    verify(request, never()).getParameterMap();
    verify(request, never()).getInputStream();
    verify(async).setTimeout(0);
  }

  @Test
  void doesNotTakeAPathOutsideTheContext() throws Exception {
    when(request.getRequestURI()).thenReturn("/..;/ours");

    assertThat(taken()).isFalse();

    verify(request, never()).startAsync();
  }

  @Test
  void writesWhenTheContainerIsReadyAndCompletesOnce() throws Exception {
    taken();

    answer.complete(
        new HttpAnswer(
            201,
            List.of(new Header("Content-Type", "text/plain"), new Header("X-A", "b")),
            Body.of("hello")));
    assertThat(out.bytes.size()).as("before the container is ready").isZero();
    writePossible();

    verify(response).setStatus(201);
    verify(response).setContentType("text/plain");
    verify(response).addHeader("X-A", "b");
    verify(response).setContentLengthLong(5);
    assertThat(out.bytes.toString()).isEqualTo("hello");
    verify(async).complete();
    assertThat(endings).containsExactly(Ending.COMPLETE);
  }

  @Test
  void endsAFailedRequestByADispatchInWhichTheFilterThrows() throws Exception {
    taken();

    answer.completeExceptionally(new IllegalStateException("bug"));

    ArgumentCaptor<String> mark = ArgumentCaptor.forClass(String.class);
    verify(request).setAttribute(mark.capture(), any());
    verify(async).dispatch();
    verify(async, never()).complete();
    assertThat(endings).containsExactly(Ending.CUT);
    ServletRequest dispatched = mock(ServletRequest.class);
    when(dispatched.getAttribute(mark.getValue())).thenReturn(true);
    assertThatIOException().isThrownBy(() -> AnswerWriter.abortIfAsked(dispatched));
  }

  @Test
  void endsTheRequestOfAnEndpointThatThrows() throws Exception {
    taken(
        (received, caller) -> {
          throw new IllegalStateException("bug");
        });

    verify(async).dispatch();
    assertThat(endings).containsExactly(Ending.CUT);
  }

  @Test
  void tellsTheEndpointOnceTheContainerSaysThatTheCallerHasLeft() throws Exception {
    taken();
    ArgumentCaptor<AsyncListener> listener = ArgumentCaptor.forClass(AsyncListener.class);
    verify(async).addListener(listener.capture());

    listener.getValue().onError(new AsyncEvent(async, new IOException("gone")));

    assertThat(callers.get(0).isCancelled()).isTrue();
    assertThat(endings).containsExactly(Ending.CALLER_LEFT);
    answer.complete(HttpAnswer.text(200, "too late"));
    writePossible();
    assertThat(out.bytes.size()).isZero();
    verify(response, never()).setStatus(eq(200));
  }

  /** Always ready; the mock maker makes no classes. */
  private static final class WrittenBytes extends ServletOutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private WriteListener listener;

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener given) {
      listener = given;
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }
  }
}
