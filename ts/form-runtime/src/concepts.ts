/** Lexicon concepts found in words, as features that carry where they were found and how often. */

import { LEXICON } from "./generated.ts";
import { conceptsIn } from "./lexicon.ts";
import type { Builder } from "./vector.ts";

const COUNT = LEXICON.length;

/** Counts concepts of one source of words (labels, names …). */
export class Concepts {
  private readonly counts = new Uint8Array(COUNT);
  private any = false;

  constructor(private readonly source: string) {}

  /** Words that follow each other in one text; two written apart count as one too ("sign up", "e-mail"). */
  add(words: readonly string[]): void {
    for (let at = 0; at < words.length; at++) {
      const own = conceptsIn(words[at]);
      for (const concept of own) this.count(concept);
      if (at === 0) continue;
      const before = conceptsIn(words[at - 1]);
      for (const concept of conceptsIn(words[at - 1] + words[at])) {
        if (!own.includes(concept) && !before.includes(concept)) this.count(concept);
      }
    }
  }

  private count(concept: number): void {
    if (this.counts[concept] < 255) this.counts[concept]++;
    this.any = true;
  }

  /** Adds `concept@source` and, from the second on, `concept@source+`. */
  emit(builder: Builder): void {
    if (!this.any) return;
    for (let concept = 0; concept < COUNT; concept++) {
      const count = this.counts[concept];
      if (count === 0) continue;
      builder.token(`${LEXICON[concept][0]}@${this.source}`);
      if (count > 1) builder.token(`${LEXICON[concept][0]}@${this.source}+`);
    }
  }
}
