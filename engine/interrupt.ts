/** A step that was told to stop may take this long to clean up before it is left to itself; a cancelled run ends within 2 s. */
const graceMs = 750;

/** Reason for stopping a timer nobody waits for any more. Without one, `abort` makes an error with a stack each time, which costs more than a run of ten steps. */
export const timerOver = 'over';

/** The promise, or the signal's reason when it does not settle soon after the signal aborted. */
export function interruptible<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abandon = () => {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the reason of an abort is handed on as it is.
      timer = setTimeout(() => reject(signal.reason), graceMs);
    };
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
    };
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
    promise.then(
      (value) => {
        settle();
        resolve(value);
      },
      (reason: unknown) => {
        settle();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a node may reject with anything; the step makes an error of it.
        reject(reason);
      },
    );
  });
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    value instanceof Promise ||
    (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function')
  );
}
