package io.tinyscale.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells one version of a file from the next, links followed.
 *
 * @param identity of the file system's own making, where it has one
 */
record FileVersion(FileTime time, long size, @Nullable Object identity) {

  /** The version of a file that is not there. */
  static final FileVersion NONE = new FileVersion(FileTime.fromMillis(0), -1, null);

  /** The version of a file as it is now. */
  static FileVersion of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileVersion(
          attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return NONE;
    }
  }
}
