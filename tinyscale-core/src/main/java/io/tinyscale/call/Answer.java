package io.tinyscale.call;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a caller gets. */
public sealed interface Answer {

  /** What comes after the head. */
  Body body();

  /** The server that gave the answer, or failed to give one; null if it was no single one. */
  @Nullable Server server();

  /** Our own error that the answer tells; null if it tells none. */
  @Nullable ApiError error();

  /** The reason of a FAILED answer; empty for any other. */
  String messageKey();

  /** The same answer with another body. */
  Answer with(Body other);

  /** The result of the function for this case. */
  <T> T fold(
      Function<Relay, T> relay, Function<Redirect, T> redirect, Function<Document, T> document);

  /**
   * A server's answer, streamed through; its status is 200.
   *
   * @param messageKey the reason of a FAILED answer, as far as we looked; empty otherwise
   * @param headers the server's, those that may cross
   * @param body must be consumed or cancelled
   */
  record Relay(Server server, String messageKey, List<Header> headers, Body body)
      implements Answer {

    /** Copies the headers. */
    public Relay {
      headers = List.copyOf(headers);
    }

    @Override
    public @Nullable ApiError error() {
      return null;
    }

    @Override
    public Answer with(Body other) {
      return new Relay(server, messageKey, headers, other);
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
   * @param server the server that the redirect leads to; null if it leads to none
   * @param error what the redirect tells the browser that went wrong; null if nothing did
   */
  record Redirect(String location, @Nullable Server server, @Nullable ApiError error)
      implements Answer {

    @Override
    public String messageKey() {
      return error == null ? "" : error.messageKey();
    }

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
   * @param server the server that failed to answer, if it was one
   */
  record Document(
      String contentType,
      List<Header> headers,
      Body body,
      @Nullable ApiError error,
      @Nullable Server server)
      implements Answer {

    /** Copies the headers. */
    public Document {
      headers = List.copyOf(headers);
    }

    @Override
    public Answer with(Body other) {
      return new Document(contentType, headers, other, error, server);
    }

    /** A document that is not FAILED. */
    public Document(String contentType, List<Header> headers, Body body) {
      this(contentType, headers, body, null, null);
    }

    /** A document that no server is to blame for. */
    public Document(String contentType, List<Header> headers, Body body, @Nullable ApiError error) {
      this(contentType, headers, body, error, null);
    }

    @Override
    public String messageKey() {
      return error == null ? "" : error.messageKey();
    }

    @Override
    public <T> T fold(
        Function<Relay, T> relay, Function<Redirect, T> redirect, Function<Document, T> document) {
      return document.apply(this);
    }
  }
}
