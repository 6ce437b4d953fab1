// Answers `GET /api/hello`.
import { log } from 'hermes:logging/api';

// Each exported interface is an object with its functions.
export const event = {
  reply(body, headers, path, method) {
    if (method !== 'GET' || path !== '/api/hello') return undefined; // It goes to the next module, and then is not found.
    log('info', undefined, undefined, undefined, undefined, undefined, 'somebody says hello', undefined);
    return {
      tag: 'http',
      val: {
        code: 200,
        headers: [['content-type', ['text/plain']]],
        body: new TextEncoder().encode('hello from @name@\n'),
      },
    };
  },
};
