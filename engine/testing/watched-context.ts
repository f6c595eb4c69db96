import type { NodeContext } from '../define-node.ts';

export interface Watched {
  ctx: NodeContext;
  /** It looked at the clock or at the dice: another run gives something else. */
  varies(): boolean;
  vars(): Record<string, unknown> | undefined;
}

/** The context of a step, with an eye on what it uses. */
export function watchContext(real: NodeContext): Watched {
  let varies = false;
  let vars: Record<string, unknown> | undefined;
  const ctx = new Proxy(real, {
    get(target, key) {
      if (key === 'now' || key === 'random') varies = true;
      if (key === 'setVariable') {
        return (name: string, value: unknown) => {
          vars = { ...vars, [name]: value };
          target.setVariable(name, value);
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value as (...args: never[]) => unknown).bind(target) : value;
    },
  });
  return { ctx, varies: () => varies, vars: () => vars };
}
