package io.tinyscale.bench.load;

import io.tinyscale.bench.http.Message;
import java.util.List;

/** The requests to send, one after the other, on any free connection. */
@FunctionalInterface
public interface RequestSource {

  Message next();

  /** Repeats these requests. */
  static RequestSource cycle(List<Message> requests) {
    return new RequestSource() {
      private int position;

      @Override
      public Message next() {
        Message message = requests.get(position);
        position = position + 1 == requests.size() ? 0 : position + 1;
        return message;
      }
    };
  }
}
