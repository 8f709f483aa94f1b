package io.tinyscale.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Jars of extensions, made of classes of the tests. */
final class ExtensionJar {

  private ExtensionJar() {}

  /**
   * Writes a jar.
   *
   * @param service what the first of the classes is offered as
   * @param types its classes
   */
  static Path of(Path file, Class<?> service, List<Class<?>> types) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      for (Class<?> type : types) {
        String name = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(name));
        try (InputStream code = type.getClassLoader().getResourceAsStream(name)) {
          code.transferTo(jar);
        }
      }
      jar.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
      jar.write(types.get(0).getName().getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
