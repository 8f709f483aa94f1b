package io.tinyscale.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Notes what is sent, and says what a test wants; or says nothing until it is told to. */
final class FakeSender implements Sender {

  private final List<Message> messages = new ArrayList<>();
  private final List<CompletableFuture<Sent>> waiting = new ArrayList<>();
  private Function<Message, Sent> answers;

  /** Answers every request like this. */
  synchronized FakeSender answering(Function<Message, Sent> function) {
    answers = function;
    return this;
  }

  /** Answers every request with this status. */
  FakeSender answering(int status) {
    return answering(message -> new Sent.Answered(status, ""));
  }

  @Override
  public synchronized CompletionStage<Sent> send(Message message) {
    messages.add(message);
    if (answers != null) {
      return CompletableFuture.completedFuture(answers.apply(message));
    }
    CompletableFuture<Sent> later = new CompletableFuture<>();
    waiting.add(later);
    return later;
  }

  /** Everything that was sent, in order. */
  synchronized List<Message> messages() {
    return List.copyOf(messages);
  }

  /** The hosts that something was sent to, in order. */
  List<String> hosts() {
    return messages().stream().map(message -> message.to().host()).toList();
  }

  /** Answers the request with that number, which waits for it. */
  void answer(int number, int status) {
    CompletableFuture<Sent> later;
    synchronized (this) {
      later = waiting.get(number);
    }
    later.complete(new Sent.Answered(status, ""));
  }

  @Override
  public void close() {}
}
