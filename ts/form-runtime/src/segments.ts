/** Which controls belong together: by form owner, repaired and cut where markup and meaning disagree. */

import { contains, parent } from "./dom.ts";
import type { Control, Snapshot } from "./snapshot.ts";

export interface Segment {
  readonly form: Element | null;
  /** In document order, hidden ones and buttons included. */
  readonly controls: Control[];
}

const ASP_NET = "__VIEWSTATE";
const MOST_SCOPES = 32;

/**
 * Segments in the document order of their first control:
 * 1. controls of one form owner;
 * 2. a control without owner between two controls of one form joins that form;
 * 3. other controls without owner are one run, cut behind a submit button when the next control lies outside
 *    everything that the run has in common;
 * 4. a form over the whole page is cut into the scopes of its submit buttons.
 * Forms without controls come last, as segments without controls: scripts may fill them later.
 */
export function segments({ controls, forms }: Snapshot): Segment[] {
  const owned = new Map<Element, Control[]>();
  const groups: { form: Element | null; controls: Control[] }[] = [];
  const owners = repaired(controls);
  let run: Run | null = null;
  for (const [index, control] of controls.entries()) {
    const form = owners[index];
    if (form === null) {
      if (run === null || run.isFinishedBefore(control)) {
        run = new Run(control);
        groups.push({ form, controls: run.controls });
      } else run.add(control);
      continue;
    }
    run = null;
    const group = owned.get(form);
    if (group !== undefined) group.push(control);
    else {
      const fresh = [control];
      owned.set(form, fresh);
      groups.push({ form, controls: fresh });
    }
  }
  const empty = forms.filter((form) => !owned.has(form)).map((form) => ({ form, controls: [] }));
  return [...groups.flatMap((group) => (group.form === null ? [group] : cut(group.form, group.controls))), ...empty];
}

/** Controls without form owner that follow each other. */
class Run {
  readonly controls: Control[];
  private common: Node;
  private hasField: boolean;
  private hasButton: boolean;

  constructor(first: Control) {
    this.controls = [first];
    this.common = first.element;
    this.hasField = isField(first);
    this.hasButton = isButton(first);
  }

  add(control: Control): void {
    this.controls.push(control);
    this.hasField ||= isField(control);
    this.hasButton ||= isButton(control);
    for (let up: Node | null = this.common; up !== null; up = parent(up)) {
      this.common = up;
      if (contains(up, control.element)) break;
    }
  }

  isFinishedBefore(next: Control): boolean {
    return this.hasField && this.hasButton && !contains(this.common, next.element);
  }
}

function repaired(controls: readonly Control[]): (Element | null)[] {
  const owners = controls.map((control) => control.form);
  let before: Element | null = null;
  for (let at = 0; at < owners.length; at++) {
    if (owners[at] !== null) {
      before = owners[at];
      continue;
    }
    let after = at;
    while (after < owners.length && owners[after] === null) after++;
    if (before !== null && after < owners.length && owners[after] === before) owners.fill(before, at, after);
    at = after - 1;
  }
  return owners;
}

const isField = (control: Control): boolean => !"Bbh".includes(control.kind);
const isButton = (control: Control): boolean => control.kind === "B" || control.kind === "b";
const isWritable = (control: Control): boolean => "tepnsudST".includes(control.kind);

function cut(form: Element, controls: Control[]): Segment[] {
  const whole = [{ form, controls }];
  const buttons = controls.filter((control) => control.kind === "B");
  if (buttons.length < 2 || buttons.length > MOST_SCOPES) return whole;
  const fields = controls.filter(isWritable);
  if (fields.length < 2) return whole;
  const scopes = disjoint(buttons.map((button) => scopeOf(button.element, form, fields)));
  if (scopes.length < 2) return whole;
  const parts = scopes.map((scope) => ({
    form,
    controls: controls.filter((control) => contains(scope, control.element)),
  }));
  if (!isPageWide(controls, parts)) return whole;
  const rest = controls.filter((control) => !scopes.some((scope) => contains(scope, control.element)));
  if (rest.some(isField)) parts.push({ form, controls: rest });
  return parts;
}

/** The smallest ancestor of a button that also holds something to fill in. */
function scopeOf(button: Element, form: Element, fields: readonly Control[]): Node {
  let scope: Node = button;
  while (scope !== form && !fields.some((field) => contains(scope, field.element))) {
    const up = parent(scope);
    if (up === null || !contains(form, up)) return form;
    scope = up;
  }
  return scope;
}

function disjoint(scopes: readonly Node[]): Node[] {
  const kept: Node[] = [];
  for (const scope of scopes) {
    if (kept.some((other) => contains(other, scope))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (contains(scope, kept[i])) kept.splice(i, 1);
    kept.push(scope);
  }
  return kept;
}

/** ASP.NET says so itself; else a form is page-wide when a password stands in some parts and not in all of them. */
function isPageWide(controls: readonly Control[], parts: readonly Segment[]): boolean {
  if (controls.some((control) => control.kind === "h" && control.name === ASP_NET)) return true;
  const secret = parts.filter((part) => part.controls.some((control) => control.kind === "p")).length;
  return secret > 0 && secret < parts.length;
}
