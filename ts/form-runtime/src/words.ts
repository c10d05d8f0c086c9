/** Cuts text and identifiers of any script into lower-case words. */

const LONGEST_TEXT = 256;
const MOST_WORDS = 24;
const LONGEST_WORD = 24;
const MOST_REMEMBERED = 4096;

const RUNS = /[\p{L}\p{M}]+|\p{N}+/gu;
const CAMEL = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const STARTS_WITH_DIGIT = /^\p{N}/u;
const HAS_UPPER = /\p{Lu}/u;

const remembered = new Map<string, readonly string[]>();

/**
 * Words of `text`: NFKC, cut at everything that is neither letter, mark nor digit, between letters and digits and at
 * camelCase humps, lower case. Digit runs over two digits become `000`: they number fields, they do not name them.
 *
 * At most 256 code units are read, 24 words kept and 24 code units of each. Lower case is `toLowerCase`, which the
 * language defines without a locale; lone surrogates separate words.
 */
export function words(text: string): readonly string[] {
  if (text === "") return NONE;
  const key = text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found = cut(key);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(key, found);
  return found;
}

const NONE: readonly string[] = [];

function cut(text: string): readonly string[] {
  const runs = text.normalize("NFKC").match(RUNS);
  if (runs === null) return NONE;
  const found: string[] = [];
  for (const run of runs) {
    if (STARTS_WITH_DIGIT.test(run)) {
      found.push(run.length > 2 ? "000" : run);
    } else if (HAS_UPPER.test(run)) {
      for (const part of run.split(CAMEL)) found.push(part.toLowerCase().slice(0, LONGEST_WORD));
    } else {
      found.push(run.toLowerCase().slice(0, LONGEST_WORD));
    }
    if (found.length >= MOST_WORDS) return found.slice(0, MOST_WORDS);
  }
  return found;
}

/** Forgets every remembered text, so that a measurement can start cold. */
export function forgetWords(): void {
  remembered.clear();
}
