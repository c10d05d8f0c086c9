/** Text around a control, found by a short walk through the tree instead of by layout. */

import { firstChild, isElement, isText, lastChild, localName, next, parent, previous } from "./dom.ts";

const MOST_STEPS = 40;
const SILENT = new Set(["script", "style", "noscript", "option", "select", "textarea", "button", "svg", "template"]);
const CONTROLS = new Set(["input", "select", "textarea", "button"]);
const BORDERS = new Set(["form", "body", "html"]);

/** Text inside `node` as a reader sees it: without options, buttons, scripts; at most `most` code units. */
export function innerWords(node: Node, most: number): string {
  let found = "";
  let at: Node | null = firstChild(node);
  for (let steps = 0; at !== null && found.length < most && steps < 4 * MOST_STEPS; steps++) {
    if (isText(at)) found += ` ${clean((at as Text).data, most)}`;
    let down = isElement(at) && !SILENT.has(localName(at)) ? firstChild(at) : null;
    while (down === null && at !== null && at !== node) {
      down = next(at);
      if (down === null) at = parent(at);
    }
    at = at === node ? null : down;
  }
  return found.trim().slice(0, most);
}

/** Text before a control, back to the previous control or the form's border; the last `most` code units of it. */
export function textBefore(control: Element, most: number): string {
  let found = "";
  let at: Node = control;
  for (let steps = 0; steps < MOST_STEPS && found.length < most; steps++) {
    let up: Node | null = previous(at);
    if (up === null) {
      up = parent(at);
      if (up === null || !isElement(up) || BORDERS.has(localName(up))) break;
      at = up;
      continue;
    }
    for (let inner = enter(up) ? lastChild(up) : null; inner !== null; inner = enter(up) ? lastChild(up) : null)
      up = inner;
    at = up;
    if (isText(at)) found = `${clean((at as Text).data, most)} ${found}`;
    else if (isElement(at) && isShownControl(at)) break;
  }
  return found.trim().slice(-most);
}

/** Text after a control, up to the next control or the form's border; the first `most` code units of it. */
export function textAfter(control: Element, most: number): string {
  let found = "";
  let at: Node = control;
  let fresh = false;
  for (let steps = 0; steps < MOST_STEPS / 2 && found.length < most; steps++) {
    let onward: Node | null = fresh && enter(at) ? firstChild(at) : null;
    while (onward === null) {
      onward = next(at);
      if (onward !== null) break;
      const up: Node | null = parent(at);
      if (up === null || !isElement(up) || BORDERS.has(localName(up))) return found.trim().slice(0, most);
      at = up;
    }
    at = onward;
    fresh = true;
    if (isText(at)) found += ` ${clean((at as Text).data, most)}`;
    else if (isElement(at) && isShownControl(at)) break;
  }
  return found.trim().slice(0, most);
}

function enter(node: Node): boolean {
  return isElement(node) && !SILENT.has(localName(node));
}

function isShownControl(element: Element): boolean {
  return CONTROLS.has(localName(element)) && (element as HTMLInputElement).type !== "hidden";
}

function clean(data: string, most: number): string {
  const part = data.length > 4 * most ? data.slice(0, 4 * most) : data;
  return part.replace(/\s+/g, " ").trim();
}
