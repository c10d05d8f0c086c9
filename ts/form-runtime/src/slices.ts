/** Runs a generator in short tasks, so that typing and painting never wait for it. */

/** Hands the thread back; resolves in a later task. */
export type Yield = () => Promise<void>;

export interface Slicing {
  /** Longest time spent in one task before handing back, in milliseconds. */
  readonly sliceMs: number;
  /** Time after which the work ends unfinished. */
  readonly budgetMs: number;
  readonly signal: AbortSignal | null;
  readonly handBack: Yield;
}

/** By message channel: unlike timers it is not delayed in nested or background use. */
export function handBack(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Steps through `work` until it is done, the budget is spent or the signal aborts. Returns its value, or undefined when
 * it did not finish. `resumed` is called after every pause: the page may have changed.
 */
export async function inSlices<T>(
  work: Iterator<unknown, T>,
  slicing: Slicing,
  resumed: () => void,
): Promise<T | undefined> {
  const begin = performance.now();
  let sliceBegin = begin;
  const aborted = (): boolean => slicing.signal?.aborted === true;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const now = performance.now();
    if (now - begin >= slicing.budgetMs || aborted()) return undefined;
    if (now - sliceBegin >= slicing.sliceMs) {
      await slicing.handBack();
      if (aborted()) return undefined;
      resumed();
      sliceBegin = performance.now();
    }
  }
}
