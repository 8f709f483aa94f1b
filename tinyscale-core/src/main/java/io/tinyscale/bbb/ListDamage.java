package io.tinyscale.bbb;

/** What was wrong with a list that was read all the same, from harmless to grave. */
public enum ListDamage {
  /** Nothing. */
  NONE("none"),
  /** Characters or references that XML cannot hold were replaced. */
  CHARACTERS("characters"),
  /** An item is not well-formed and was left out. */
  ITEMS("items"),
  /** It is not certain where an item begins or ends: more than that item may be missing. */
  STRUCTURE("structure");

  private final String kind;

  ListDamage(String kind) {
    this.kind = kind;
  }

  /** The damage in one word, for logs. */
  public String kind() {
    return kind;
  }

  /** The graver of two. */
  public ListDamage and(ListDamage other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
