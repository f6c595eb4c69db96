import { type Answer, type Asked, json } from './answer.ts';

interface LedgerEntry {
  orderId: string;
  batch: string;
  sku: string;
  quantity: number;
  /** Requests that came for it. */
  calls: number;
  /** How often it was really placed: more than 1 is a double order. */
  effects: number;
  keys: string[];
}

/** Requests for an order that fail before one succeeds: the first does nothing, the second does it and loses the answer. */
const FAILURES = 2;
const PRICES: Record<string, number> = {
  'LO-101': 129,
  'LO-102': 149,
  'LO-103': 119,
  'LO-104': 99,
  'LO-105': 39.9,
  'LO-106': 59,
};
const STOCK: Record<string, number> = {
  'LO-101': 8,
  'LO-102': 15,
  'LO-103': 22,
  'LO-104': 6,
  'LO-105': 13,
  'LO-106': 0,
};

/**
 * An order service with the faults of a real one. It keeps to `Idempotency-Key`: a request that repeats a key gets the
 * order that was placed under it; without a key every request that gets through places the order once more.
 */
export function createOrders(): (asked: Asked) => Answer | undefined {
  const ledger = new Map<string, LedgerEntry>();

  function place({ headers, body }: Asked): Answer {
    const order = readOrder(body);
    if (!order) return json({ error: 'An order is {"orderId", "sku", "quantity"} with an optional "batch".' }, 422);
    if (!(order.sku in PRICES)) return json({ error: `There is no article ${order.sku}.` }, 422);
    if ((STOCK[order.sku] ?? 0) < order.quantity) return json({ error: `${order.sku} is sold out.` }, 409);
    const id = `${order.batch}/${order.orderId}`;
    const entry = ledger.get(id) ?? { ...order, calls: 0, effects: 0, keys: [] };
    ledger.set(id, entry);
    entry.calls += 1;
    if (entry.calls < FAILURES) return busy();
    const key = String(headers['idempotency-key'] ?? '');
    if (key === '' || !entry.keys.includes(key)) {
      entry.effects += 1;
      if (key !== '') entry.keys.push(key);
    }
    if (entry.calls === FAILURES) return busy();
    const total = order.quantity * (PRICES[order.sku] ?? 0);
    return json({ orderId: order.orderId, number: `S-${order.orderId}`, total: Math.round(total * 100) / 100 }, 201);
  }

  return (asked) => {
    const { method, url } = asked;
    const sku = url.searchParams.get('sku') ?? '';
    switch (`${method} ${url.pathname}`) {
      case 'POST /orders':
        return place(asked);
      case 'GET /orders/ledger': {
        const batch = url.searchParams.get('batch');
        return json({ orders: [...ledger.values()].filter((entry) => batch === null || entry.batch === batch) });
      }
      case 'GET /orders/price':
        return sku in PRICES ? json({ sku, price: PRICES[sku] }) : json({ error: `There is no article ${sku}.` }, 404);
      case 'GET /orders/stock':
        return sku in STOCK ? json({ sku, stock: STOCK[sku] }) : json({ error: `There is no article ${sku}.` }, 404);
      default:
        return undefined;
    }
  };
}

function busy(): Answer {
  return json({ error: 'The service is busy. Try again.' }, 503);
}

function readOrder(body: string): Pick<LedgerEntry, 'orderId' | 'batch' | 'sku' | 'quantity'> | undefined {
  try {
    const { orderId, sku, quantity, batch = '' } = JSON.parse(body) as Record<string, unknown>;
    if (typeof orderId !== 'string' || typeof sku !== 'string' || typeof batch !== 'string') return undefined;
    return Number.isInteger(quantity) && Number(quantity) > 0
      ? { orderId, sku, batch, quantity: Number(quantity) }
      : undefined;
  } catch {
    return undefined;
  }
}
