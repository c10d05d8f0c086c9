/** The multilingual lexicon: which concepts a word contains. Stems are hashed like n-grams, so looking up is arithmetic. */

import { LEXICON } from "./generated.ts";
import { END, START, unitAt } from "./grams.ts";
import { finish, hashText, SEED, step } from "./hash.ts";

/** Hash of a stem → its concepts. A stem is a part of a word; `^` and `$` in it stand for the word's ends. */
const stems = new Map<number, number[]>();
let longestStem = 0;
let shortestStem = 99;
for (const [concept, entries] of LEXICON.entries()) {
  for (const stem of entries[1].split(" ")) {
    const marked = stem.replace("^", String.fromCharCode(START)).replace("$", String.fromCharCode(END));
    const key = hashText(marked);
    const concepts = stems.get(key);
    if (concepts === undefined) stems.set(key, [concept]);
    else concepts.push(concept);
    longestStem = Math.max(longestStem, marked.length);
    shortestStem = Math.min(shortestStem, marked.length);
  }
}

const MOST_REMEMBERED = 4096;
const remembered = new Map<string, readonly number[]>();

/** Indices of the concepts whose stems occur in `word`, ascending. */
export function conceptsIn(word: string): readonly number[] {
  let found = remembered.get(word);
  if (found === undefined) {
    found = search(word);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(word, found);
  }
  return found;
}

/** Forgets every remembered word. */
export function forgetConcepts(): void {
  remembered.clear();
}

function search(word: string): readonly number[] {
  const found = new Set<number>();
  const length = word.length + 2;
  for (let at = 0; at < length; at++) {
    let h = SEED;
    for (let size = 1; size <= longestStem && at + size <= length; size++) {
      h = step(h, unitAt(word, at + size - 1));
      if (size < shortestStem) continue;
      const concepts = stems.get(finish(h));
      if (concepts !== undefined) for (const concept of concepts) found.add(concept);
    }
  }
  return [...found].sort((a, b) => a - b);
}
