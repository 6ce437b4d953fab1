// apps/hello, written for workerd.
export default {
  fetch() {
    return new Response("Hello from Hermes!\n", { headers: { "content-type": "text/plain" } });
  },
};
