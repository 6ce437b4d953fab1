// Counts requests in the key-value store: `POST /api/count` answers with the new count.
import { kvAdd } from 'hermes:kv-store/api';
import { log } from 'hermes:logging/api';

// Each exported interface is an object with its functions.
export const event = {
  reply(body, headers, path, method) {
    if (method !== 'POST' || path !== '/api/count') return undefined; // Not ours: the gateway makes it a 404.
    const before = kvAdd('count', { tag: 'kv-u64', val: 1n });
    const count = (before?.val ?? 0n) + 1n;
    log('info', undefined, undefined, undefined, undefined, undefined, `JavaScript counted ${count}`, undefined);
    return {
      tag: 'http',
      val: {
        code: 200,
        headers: [['content-type', ['text/plain']]],
        body: new TextEncoder().encode(`${count}`),
      },
    };
  },
};
