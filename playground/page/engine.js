"use strict";
// The engine, which computes all that has to do with networks: as WebAssembly in workers, or the program's own behind
// `attractor serve`. Both take the same messages: the length of a JSON text, the text, and bytes behind it.

/** Whether a program answers. Else there are two modules: `core`, which is there at once, and `exact`, with all rules. */
const native = document.documentElement.dataset.engine === "native";
const engines = {};
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function packed(request, bytes) {
  const text = encoder.encode(JSON.stringify(request));
  const message = new Uint8Array(4 + text.length + bytes.length);
  new DataView(message.buffer).setUint32(0, text.length, true);
  message.set(text, 4);
  message.set(bytes, 4 + text.length);
  return message;
}

function unpacked(message) {
  const end = 4 + new DataView(message.buffer, message.byteOffset).getUint32(0, true);
  return { value: JSON.parse(decoder.decode(message.subarray(4, end))), bytes: message.slice(end) };
}

/** The packed WebAssembly of this name, loaded when first asked for. */
function moduleNamed(name) {
  return new Promise((done, fail) => {
    if (globalThis.attractorModules?.[name]) return done(globalThis.attractorModules[name]);
    const script = document.createElement("script");
    script.src = `${name}.wasm.js`;
    script.onload = () => done(globalThis.attractorModules[name]);
    script.onerror = () => fail(new Error(`${name}.wasm.js cannot be loaded: copy the whole folder of the playground`));
    document.head.append(script);
  });
}

async function workerNamed(name) {
  engines[name] ??= (async () => {
    const module = await moduleNamed(name);
    const source = new Blob([`(${attractorWorker})()`], { type: "text/javascript" });
    const made = { worker: new Worker(URL.createObjectURL(source)), waiting: new Map(), count: 0 };
    made.worker.onmessage = ({ data }) => {
      const { done, fail, heard } = made.waiting.get(data.id);
      if (data.progress) return heard?.(unpacked(data.progress));
      made.waiting.delete(data.id);
      if (data.fault) fail(new Error(`The engine stopped (${data.fault}). Load the page again.`));
      else done(data.reply);
    };
    await post(made, { module });
    return made;
  })();
  return engines[name];
}

function post(made, message, heard) {
  const id = ++made.count;
  return new Promise((done, fail) => {
    made.waiting.set(id, { done, fail, heard });
    made.worker.postMessage({ ...message, id });
  });
}

/** Ends a worker in the middle of what it does: who waits for it hears why. */
async function endWorker(name, why) {
  const made = await engines[name];
  delete engines[name];
  made.worker.terminate();
  for (const { fail } of made.waiting.values()) fail(why);
}

/** Asks the program. Its answer is a row of messages behind their lengths: progress, and last the reply. */
async function askProgram(message, heard) {
  const gone = "The program does not answer any more. Start `attractor serve` again and open the address that it prints.";
  const response = await fetch("ask", { method: "POST", body: message }).catch(() => {
    throw new Error(gone);
  });
  if (!response.ok) throw new Error(`The program refused: ${await response.text()}`);
  const reader = response.body.getReader();
  let parts = [];
  let size = 0;
  let wanted = 4;
  let last = null;
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size < wanted) continue;
    let all = new Uint8Array(await new Blob(parts).arrayBuffer());
    for (;;) {
      wanted = all.length < 4 ? 4 : 4 + new DataView(all.buffer, all.byteOffset).getUint32(0, true);
      if (all.length < wanted) break;
      if (last) heard?.(unpacked(last));
      last = all.slice(4, wanted);
      all = all.subarray(wanted);
    }
    parts = [all];
    size = all.length;
  }
  if (!last || size) throw new Error(gone);
  return last;
}

/** What the engine replies: { value, bytes }. A refusal is an error with its sentence; `heard` is told of progress. */
async function ask(name, request, bytes = new Uint8Array(), heard) {
  const message = packed(request, bytes);
  const reply = native ? await askProgram(message, heard) : await post(await workerNamed(name), { message }, heard);
  const answer = unpacked(reply);
  if (answer.value.error) throw new Error(answer.value.error);
  return answer;
}
