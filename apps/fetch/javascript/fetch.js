// A server of fetch events, as other hosts of wasi:http run them too.
addEventListener('fetch', (event) => event.respondWith(answer(event.request)));

async function answer(request) {
  switch (new URL(request.url).pathname) {
    case '/':
      return new Response(`hello from ${request.headers.get('host') ?? 'JavaScript'}\n`);
    case '/upper':
      return new Response(request.body.pipeThrough(upper()), { headers: { 'content-type': 'text/plain' } });
    case '/events':
      return new Response(ticks(3), { headers: { 'content-type': 'text/event-stream' } });
    default:
      return new Response('there is no such page\n', { status: 404 });
  }
}

// Each piece of the body is answered before the next is there.
function upper() {
  const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
  return new TransformStream({
    transform: (piece, out) => out.enqueue(encoder.encode(decoder.decode(piece, { stream: true }).toUpperCase())),
  });
}

// Server-sent events, ten a second.
function ticks(count) {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream({
    async pull(out) {
      if (next === count) return out.close();
      if (next > 0) await new Promise((done) => setTimeout(done, 100));
      out.enqueue(encoder.encode(`data: ${next++}\n\n`));
    },
  });
}
