import type { HostEvent, HostEvents } from '@casare/shared';

/** Who listens to which host event; both transports hand their messages to `emit`. */
export function createHostListeners() {
  const byEvent = new Map<string, Set<(payload: never) => void>>();
  return {
    on: <E extends HostEvent>(event: E, listener: (payload: HostEvents[E]) => void): (() => void) => {
      const listeners = byEvent.get(event) ?? new Set();
      byEvent.set(event, listeners);
      // A wrapper per registration: the same function registered twice is called and removed twice.
      const own = (payload: HostEvents[E]) => listener(payload);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    emit: (event: string, payload: unknown) => {
      for (const listener of [...(byEvent.get(event) ?? [])]) listener(payload as never);
    },
  };
}

/** A value that changes, told to each new listener at once. */
export function createSwitch(initial: boolean) {
  const listeners = new Set<(on: boolean) => void>();
  let value = initial;
  return {
    set: (next: boolean) => {
      if (next === value) return;
      value = next;
      for (const listener of [...listeners]) listener(next);
    },
    watch: (listener: (on: boolean) => void): (() => void) => {
      const own = (on: boolean) => listener(on);
      listeners.add(own);
      own(value);
      return () => listeners.delete(own);
    },
  };
}
