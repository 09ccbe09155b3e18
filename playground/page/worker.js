"use strict";
// The worker: runs the WebAssembly, so that the page never waits. `engine.js` makes it of this function's text, because a page
// that is opened from a folder may start a worker from a blob only.
function attractorWorker() {
  let exports;
  let asking = 0;
  const read = (at, length) => new Uint8Array(exports.memory.buffer, at >>> 0, length >>> 0).slice();

  async function start(packed) {
    const raw = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = await new Response(stream).arrayBuffer();
    const host = {
      now: () => performance.now(),
      progress: (at, length) => postMessage({ id: asking, progress: read(at, length) }),
    };
    exports = (await WebAssembly.instantiate(bytes, { host })).instance.exports;
  }

  function ask(message) {
    const at = exports.room(message.length) >>> 0;
    new Uint8Array(exports.memory.buffer, at, message.length).set(message);
    const length = exports.run();
    return read(exports.reply(), length);
  }

  onmessage = async ({ data }) => {
    try {
      if (data.module) {
        await start(data.module);
        return postMessage({ id: data.id });
      }
      asking = data.id;
      const reply = ask(data.message);
      postMessage({ id: data.id, reply }, [reply.buffer]);
    } catch (error) {
      postMessage({ id: data.id, fault: error.message });
    }
  };
}
