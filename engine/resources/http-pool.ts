import type { Agent, Dispatcher } from 'undici';
import type { HttpPolicy } from './http-access.ts';
import { checkedLookup, checkUrl, denied, isDeniedAddress } from './http-policy.ts';

export interface HttpRoute {
  verifyTls: boolean;
  proxyUrl?: string;
}

/** Connections kept open between the requests, and the runs, of one process. */
export interface HttpPool {
  dispatcher(route: HttpRoute): Promise<Dispatcher>;
  close(): Promise<void>;
}

/** Requests to one site beyond this many wait for each other. */
const CONNECTIONS = 16;
const CONNECT_MS = 10_000;
/** A connection nobody uses is closed after this long. */
const IDLE_MS = 4000;
/** Proxies come from parameters, so there may be any number of them; the one used longest ago is let go. */
const MOST_PROXIES = 8;

/** For runs under one policy; its `mayConnect` is asked by who sends. */
export function createHttpPool(policy: Omit<HttpPolicy, 'mayConnect'> = {}): HttpPool {
  const agents = new Map<string, Promise<Dispatcher>>();

  function forget(key: string): void {
    const agent = agents.get(key);
    agents.delete(key);
    // Requests under way may end.
    void agent?.then((one) => one.close()).catch(() => undefined);
  }

  return {
    async dispatcher({ verifyTls, proxyUrl }) {
      const key = `${verifyTls ? 'verified' : 'unverified'} ${proxyUrl ?? ''}`;
      let agent = agents.get(key);
      if (!agent) {
        agent = proxyUrl === undefined ? createAgent(verifyTls, policy) : createProxy(proxyUrl, verifyTls, policy);
        // A wrong address must not be remembered.
        agent.catch(() => agents.delete(key));
      }
      agents.delete(key);
      agents.set(key, agent);
      const proxies = [...agents.keys()].filter((one) => !one.endsWith(' '));
      if (proxies.length > MOST_PROXIES && proxies[0] !== undefined) forget(proxies[0]);
      return await agent;
    },
    async close() {
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.then((one) => one.destroy()).catch(() => undefined)));
    },
  };
}

async function createAgent(verifyTls: boolean, { lookup, mayReach }: HttpPolicy): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici');
  const connect = buildConnector({
    timeout: CONNECT_MS,
    rejectUnauthorized: verifyTls,
    lookup: checkedLookup(lookup, mayReach),
  });
  return new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        // Looked at once more where the connection really led.
        if (socket?.remoteAddress && isDeniedAddress(socket.remoteAddress, options.hostname, mayReach)) {
          socket.destroy();
          callback(denied(options.hostname), null);
        } else if (error) callback(error, null);
        else callback(null, socket as NonNullable<typeof socket>);
      }),
  });
}

/** The proxy resolves the names it is asked for, so of those only the numbers in an address can be looked at here; its own name is looked up by us. */
async function createProxy(proxyUrl: string, verifyTls: boolean, policy: HttpPolicy): Promise<Dispatcher> {
  const given = new URL(proxyUrl);
  const { username, password } = given;
  given.username = given.password = '';
  const url = await checkUrl(given.href, policy);
  const { ProxyAgent } = await import('undici');
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return new ProxyAgent({
    uri: url.href,
    connections: CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
    requestTls: { rejectUnauthorized: verifyTls },
    // Passed on to the connection as it is, though the type knows only what TLS takes.
    proxyTls: { lookup: checkedLookup(policy.lookup, policy.mayReach), timeout: CONNECT_MS } as object,
    ...(username === '' ? {} : { token: `Basic ${Buffer.from(secret).toString('base64')}` }),
  });
}
