/** Numbers that stand for elements in plain data, so that a detection can be posted to another frame. */

const MOST_BEFORE_SWEEP = 16_384;

const handles = new WeakMap<Element, number>();
const elements = new Map<number, WeakRef<Element>>();
let last = 0;
let sweepAt = MOST_BEFORE_SWEEP;

/** The element's handle, the same for as long as it lives. */
export function handleOf(element: Element): number {
  let handle = handles.get(element);
  if (handle === undefined) {
    handle = ++last;
    handles.set(element, handle);
    elements.set(handle, new WeakRef(element));
    if (elements.size > sweepAt) sweep();
  }
  return handle;
}

/** The element behind a handle of this frame, or null when it is gone. */
export function elementOf(handle: number): Element | null {
  return elements.get(handle)?.deref() ?? null;
}

function sweep(): void {
  for (const [handle, reference] of elements) if (reference.deref() === undefined) elements.delete(handle);
  sweepAt = Math.max(MOST_BEFORE_SWEEP, 2 * elements.size);
}
