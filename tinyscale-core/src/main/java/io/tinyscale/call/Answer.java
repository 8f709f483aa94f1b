package io.tinyscale.call;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a caller gets. */
public sealed interface Answer {

  /** What comes after the head. */
  Body body();

  /** The same answer with another body. */
  Answer with(Body other);

  /** The result of the function for this case. */
  <T> T fold(
      Function<Relay, T> relay, Function<Redirect, T> redirect, Function<Document, T> document);

  /**
   * A server's answer, streamed through; its status is 200.
   *
   * @param headers the server's, those that may cross
   * @param body must be consumed or cancelled
   */
  record Relay(List<Header> headers, Body body) implements Answer {

    /** Copies the headers. */
    public Relay {
      headers = List.copyOf(headers);
    }

    @Override
    public Answer with(Body other) {
      return new Relay(headers, other);
    }

    @Override
    public <T> T fold(
        Function<Relay, T> relay, Function<Redirect, T> redirect, Function<Document, T> document) {
      return relay.apply(this);
    }
  }

  /**
   * A redirect with status 302. Prints without its location, which may be signed.
   *
   * @param location where to, complete and escaped
   */
  record Redirect(String location) implements Answer {

    @Override
    public Body body() {
      return Body.EMPTY;
    }

    @Override
    public Answer with(Body other) {
      return this;
    }

    @Override
    public String toString() {
      return "Redirect";
    }

    @Override
    public <T> T fold(
        Function<Relay, T> relay, Function<Redirect, T> redirect, Function<Document, T> document) {
      return redirect.apply(this);
    }
  }

  /**
   * Our own document; its status is 200, errors included, as a BBB server has it.
   *
   * @param contentType media type and charset
   * @param headers further header fields
   * @param error what a FAILED document says; null for any other document
   */
  record Document(String contentType, List<Header> headers, Body body, @Nullable ApiError error)
      implements Answer {

    /** Copies the headers. */
    public Document {
      headers = List.copyOf(headers);
    }

    @Override
    public Answer with(Body other) {
      return new Document(contentType, headers, other, error);
    }

    /** A document that is not FAILED. */
    public Document(String contentType, List<Header> headers, Body body) {
      this(contentType, headers, body, null);
    }

    @Override
    public <T> T fold(
        Function<Relay, T> relay, Function<Redirect, T> redirect, Function<Document, T> document) {
      return document.apply(this);
    }
  }
}
