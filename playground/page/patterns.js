"use strict";
// What the page knows, what it says, and the patterns: drawn, bundled, of files.
const $ = (id) => document.getElementById(id);
const state = { side: 8, patterns: [], chosen: 0, networks: [], current: -1, cue: null, clean: null, wants: null, fields: null, energies: [], hover: 0, next: 0, training: null };

function say(text, bad = false) {
  $("message").textContent = text;
  $("message").className = bad ? "bad" : "";
}

/** Runs what a control asks for; refusals become a message. */
const guarded = (work) => async (...given) => {
  try {
    await work(...given);
  } catch (error) {
    say(error.message, true);
  }
};

const joined = (patterns) => Uint8Array.from(patterns.flatMap((p) => Array.from(p)));
const bytesOf = (pattern) => Uint8Array.from(pattern);
const signed = (bytes) => Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));

function addPattern(pattern) {
  state.patterns.push(pattern);
  choose(state.patterns.length - 1);
}

function choose(k) {
  state.chosen = k;
  if (state.patterns[k]) setCue(state.patterns[k].slice());
  $("noise").value = 0;
  $("noise-text").textContent = "0 %";
  showPatterns();
}

function showPatterns() {
  const buttons = state.patterns.map((pattern, k) => {
    const button = document.createElement("button");
    button.setAttribute("role", "option");
    button.setAttribute("aria-selected", k === state.chosen);
    button.setAttribute("aria-label", `Pattern ${k + 1}`);
    const canvas = document.createElement("canvas");
    thumbnail(canvas, pattern, state.side);
    button.append(canvas);
    button.onclick = () => choose(k);
    return button;
  });
  $("patterns").replaceChildren(...buttons);
  const n = state.side * state.side;
  $("pattern-note").textContent = state.patterns.length
    ? `${state.patterns.length} patterns of ${n} neurons (${(state.patterns.length / n).toFixed(2)} a neuron).`
    : "No pattern yet: add one.";
  if ($("drawing").open && state.patterns[state.chosen]) board($("draw"), state.patterns[state.chosen], state.side, null, state.hover);
}

async function sample(set, index) {
  const { bytes } = await ask("core", { ask: "samples", set, height: state.side, width: state.side, indices: [index] });
  addPattern(signed(bytes));
}

/** An image file as a pattern: cut to a square, dark or light ground alike. */
async function ownImage(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name} is no image that this browser reads: choose a PNG or JPEG file`);
  }
  const canvas = new OffscreenCanvas(state.side, state.side);
  const pen = canvas.getContext("2d");
  const edge = Math.min(bitmap.width, bitmap.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, (bitmap.width - edge) / 2, (bitmap.height - edge) / 2, edge, edge, 0, 0, state.side, state.side);
  const { data } = pen.getImageData(0, 0, state.side, state.side);
  const grey = Array.from({ length: state.side ** 2 }, (_, i) => 0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2]);
  const middle = (Math.min(...grey) + Math.max(...grey)) / 2;
  addPattern(grey.map((value) => (value > middle ? 1 : -1)));
}

function resize(side) {
  Object.assign(state, { side, patterns: [], networks: [], current: -1, cue: null, clean: null, wants: null, fields: null, energies: [], hover: 0, next: 0 });
  $("size").value = side;
  setCue(new Array(side * side).fill(-1));
  showPatterns();
  showNetworks();
  showMatrix();
}
