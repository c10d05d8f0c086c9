/**
 * From the logits of a segment's fields to their labels, all at once; `decode.py` does the same.
 *
 * 1. A label needs a kind of control that it was ever seen on: a checkbox is never an e-mail address.
 * 2. Viterbi over the fields in document order: logits plus a light bonus for labels that follow each other.
 * 3. Passwords together: a confirmation follows a new password, and there is one current password. Where the path breaks
 *    that, the best roles that keep it are taken.
 */

import type { Decoding } from "./model.ts";

const NEVER = -1e9;
const MOST_PASSWORDS = 4;
const PASSWORDS = ["current password", "new password", "confirm password"];

/** Class index per field. `logits` has one row per field, `kinds` the letter of each field's control. */
export function decode(
  logits: readonly Float64Array[],
  kinds: readonly string[],
  classes: readonly string[],
  decoding: Decoding,
): number[] {
  if (logits.length === 0) return [];
  const scores = logits.map((row, at) => masked(row, kinds[at], decoding.kinds));
  return passwords(scores, viterbi(scores, decoding.transitions), classes);
}

function masked(row: Float64Array, kind: string, allowed: readonly string[]): Float64Array {
  if (!allowed.some((kinds) => kinds.includes(kind))) return row;
  return row.map((value, c) => (allowed[c].includes(kind) ? value + 0 : value + NEVER));
}

/** The best path; of equal ones the one with the lower class. `transitions` is row-major, from the earlier label. */
function viterbi(scores: readonly Float64Array[], transitions: Float64Array): number[] {
  const count = scores[0].length;
  let best = scores[0];
  const pointers: Uint8Array[] = [];
  for (let at = 1; at < scores.length; at++) {
    const next = new Float64Array(count);
    const pointer = new Uint8Array(count);
    for (let to = 0; to < count; to++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let from = 0; from < count; from++) {
        const reached = best[from] + transitions[from * count + to];
        if (reached > top) {
          top = reached;
          pointer[to] = from;
        }
      }
      next[to] = top + scores[at][to];
    }
    pointers.push(pointer);
    best = next;
  }
  let label = 0;
  for (let c = 1; c < count; c++) if (best[c] > best[label]) label = c;
  const labels = [label];
  for (let at = pointers.length - 1; at >= 0; at--) {
    label = pointers[at][label];
    labels.push(label);
  }
  return labels.reverse();
}

/** The best allowed roles of the fields that are passwords; segments with more than four keep theirs. */
function passwords(scores: readonly Float64Array[], labels: number[], classes: readonly string[]): number[] {
  const roles = PASSWORDS.map((name) => classes.indexOf(name));
  if (roles.includes(-1)) return labels;
  const where = labels.flatMap((label, at) => (roles.includes(label) ? [at] : []));
  const [current, fresh, confirm] = roles;
  const isAllowed = (path: readonly number[]): boolean =>
    path.every((role, at) => role !== confirm || path[at - 1] === fresh) &&
    path.filter((role) => role === current).length <= 1;
  if (where.length > MOST_PASSWORDS || isAllowed(where.map((at) => labels[at]))) return labels;
  let best = Number.NEGATIVE_INFINITY;
  let chosen: readonly number[] = [];
  const extend = (path: readonly number[], total: number): void => {
    if (!isAllowed(path)) return;
    if (path.length === where.length) {
      if (total > best) [best, chosen] = [total, path];
      return;
    }
    for (const role of roles) extend([...path, role], total + scores[where[path.length]][role]);
  };
  extend([], 0);
  const found = [...labels];
  for (const [i, at] of where.entries()) found[at] = chosen[i] ?? found[at];
  return found;
}
