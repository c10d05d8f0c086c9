/** Character n-grams of a word as hashes. */

import { finish, SEED, step } from "./hash.ts";

/** Code units that mark a word's two ends. */
export const START = 2;
export const END = 3;

const MOST_REMEMBERED = 4096;
const remembered = new Map<string, Int32Array>();

/**
 * Hashes, not yet moved into a namespace, of the 3- to 5-grams of `word` between a start and an end mark and, when longer, the marked word itself. Scripts that write
 * a syllable or an idea per character get 2- and 3-grams: their words are that short.
 */
export function grams(word: string): Int32Array {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const made = hashes(word);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(word, made);
  return made;
}

/** The n-grams that {@link grams} hashes, in the same order, marks shown as `^` and `$`. */
export function gramTexts(word: string): string[] {
  const marked = `^${word}$`;
  const texts: string[] = [];
  const [low, high] = isWide(word.charCodeAt(0)) ? [2, 3] : [3, 5];
  for (let at = 0; at < marked.length; at++) {
    for (let size = low; size <= high && at + size <= marked.length; size++) texts.push(marked.slice(at, at + size));
  }
  if (marked.length > high) texts.push(marked);
  return texts;
}

/** Forgets every remembered word. */
export function forgetGrams(): void {
  remembered.clear();
}

function isWide(unit: number): boolean {
  return unit >= 0x2e80 && unit < 0xfb00 && !(unit >= 0xd800 && unit < 0xe000);
}

/** Code unit of the marked word. */
export function unitAt(word: string, at: number): number {
  if (at === 0) return START;
  return at > word.length ? END : word.charCodeAt(at - 1);
}

function hashes(word: string): Int32Array {
  const [low, high] = isWide(word.charCodeAt(0)) ? [2, 3] : [3, 5];
  const length = word.length + 2;
  const found: number[] = [];
  for (let at = 0; at < length; at++) {
    let h = SEED;
    for (let size = 1; size <= high && at + size <= length; size++) {
      h = step(h, unitAt(word, at + size - 1));
      if (size >= low) found.push(finish(h));
    }
  }
  if (length > high) {
    let h = SEED;
    for (let at = 0; at < length; at++) h = step(h, unitAt(word, at));
    found.push(finish(h));
  }
  return Int32Array.from(found);
}
