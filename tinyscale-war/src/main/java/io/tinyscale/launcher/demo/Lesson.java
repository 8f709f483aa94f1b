package io.tinyscale.launcher.demo;

import java.util.List;

/**
 * A room of the simulated school and all who come to it.
 *
 * @param name what people call the room
 * @param meetingId what its front end calls it
 * @param people the teacher, who opens the room and never leaves, and then the others
 */
record Lesson(String name, String meetingId, List<Person> people) {

  Lesson {
    people = List.copyOf(people);
  }
}
