/** Names that a function keeps with `flow.set('name', …)` and the like. */
export function keptNames(code: string): { store: 'flow' | 'global'; name: string }[] {
  const found = [...code.matchAll(/\b(flow|global|context)\.set\(\s*(["'`])(\w{1,50})\2/g)];
  const names = found.map((match) => ({
    store: match[1] === 'global' ? ('global' as const) : ('flow' as const),
    name: match[3] ?? '',
  }));
  return names.filter(
    (one, i) => names.findIndex((other) => other.store === one.store && other.name === one.name) === i,
  );
}

export function readNames(code: string): { store: 'flow' | 'global'; name: string }[] {
  return keptNames(code.replaceAll(/\.get\(/g, '.set('));
}

/** Whether a function may give no message, so that the flow ends there. */
export function mayEnd(code: string): boolean {
  return /return\s*(null|undefined)?\s*(;|\}|$)/m.test(code) || /\bnode\.send\b/.test(code) || !/\breturn\b/.test(code);
}

/** What a function of Node-RED finds around it; gives `{ messages, kept }`, a message or null for each output. */
export function shimmedFunction(code: string, outputs: number): string {
  return `// What Node-RED gives a function, made from what arrives here.
const kept = {};
const storeOf = (prefix) => ({
  get: (name) => kept[prefix + name] ?? input.kept[prefix + name],
  set: (name, value) => void (kept[prefix + name] = value),
});
const flow = storeOf('flow_');
const global = storeOf('global_');
const context = { ...flow, flow, global };
const env = { get: (name) => input.env[name] };
const sent = [];
const node = {
  log: console.log, warn: console.warn, trace: console.log, debug: console.log,
  error: (message) => { throw new Error(typeof message === 'string' ? message : JSON.stringify(message)); },
  send: (message) => void sent.push(message), status: () => {}, done: () => {}, name: input.name,
};
const RED = { util: { cloneMessage: (value) => JSON.parse(JSON.stringify(value)) } };
const returned = await (async (msg) => {
${code}
})(input.msg);
const given = returned === undefined || returned === null ? sent.at(-1) : returned;
const list = Array.isArray(given) ? given : [given];
const messages = Array.from({ length: ${outputs} }, (_one, i) => (Array.isArray(list[i]) ? list[i].at(-1) : list[i]) ?? null);
return { messages, kept };`;
}
