// apps/hello, written for workerd.
export default {
  fetch() {
    return new Response("hello", { headers: { "content-type": "text/plain" } });
  },
};
