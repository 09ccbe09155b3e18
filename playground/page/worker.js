"use strict";
// The worker: runs the engine, so that the page never waits. `page.js` makes it of this function's text, because a page
// that is opened from a folder may start a worker from a blob only.
function attractorWorker() {
  let exports;
  const text = new TextEncoder();
  const read = new TextDecoder();

  async function start(packed) {
    const raw = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = await new Response(stream).arrayBuffer();
    const host = {
      now: () => performance.now(),
      progress: (at, length) => {
        const told = read.decode(new Uint8Array(exports.memory.buffer, at, length).slice());
        postMessage({ progress: JSON.parse(told) });
      },
    };
    exports = (await WebAssembly.instantiate(bytes, { host })).instance.exports;
  }

  function ask(request, bytes) {
    const json = text.encode(JSON.stringify(request));
    const total = 4 + json.length + bytes.length;
    const at = exports.room(total) >>> 0;
    const memory = new Uint8Array(exports.memory.buffer, at, total);
    new DataView(exports.memory.buffer).setUint32(at, json.length, true);
    memory.set(json, 4);
    memory.set(bytes, 4 + json.length);
    const length = exports.run() >>> 0;
    const reply = new Uint8Array(exports.memory.buffer, exports.reply() >>> 0, length);
    const end = 4 + new DataView(reply.buffer, reply.byteOffset).getUint32(0, true);
    return { value: JSON.parse(read.decode(reply.slice(4, end))), bytes: reply.slice(end) };
  }

  onmessage = async ({ data }) => {
    try {
      if (data.module) {
        await start(data.module);
        postMessage({ id: data.id, value: {}, bytes: new Uint8Array() });
        return;
      }
      const { value, bytes } = ask(data.request, data.bytes);
      postMessage({ id: data.id, value, bytes }, [bytes.buffer]);
    } catch (error) {
      postMessage({ id: data.id, value: { error: `the engine stopped (${error.message}); load the page again` }, bytes: new Uint8Array() });
    }
  };
}
