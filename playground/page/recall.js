"use strict";
// A cue: damaged by pointer, keys and noise, and recalled step by step.
function setCue(cue) {
  state.cue = cue;
  state.clean = cue.slice();
  restart();
  look().catch((error) => say(error.message, true));
}

function restart() {
  state.energies = [];
  state.next = 0;
  state.start = state.cue?.slice();
}

/** Asks for fields, energy and overlaps of the state and shows them. */
async function look() {
  if (!state.cue) return;
  const one = network();
  const cue = state.cue;
  if (!one || one.neurons !== cue.length) {
    state.wants = state.fields = state.overlaps = null;
    $("overlaps").replaceChildren();
    $("energy").textContent = "–";
    showCue();
    return;
  }
  const { value, bytes } = await ask(one.engine, { ask: "look", network: one.id }, bytesOf(cue));
  if (cue !== state.cue || one !== network()) return;
  const n = cue.length;
  state.fields = new Float32Array(bytes.buffer, bytes.byteOffset, n);
  state.wants = Array.from(new Int8Array(bytes.buffer, bytes.byteOffset + 4 * n, n));
  if (state.energies.at(-1) !== value.energy || !state.energies.length) state.energies.push(value.energy);
  $("energy").textContent = one.directed ? `${value.energy.toFixed(2)} (need not fall)` : value.energy.toFixed(2);
  showOverlaps(value.overlaps, one.patterns);
  showCue();
}

function showCue() {
  if (!state.cue) return;
  board($("cue"), state.cue, state.side, state.wants, state.hover);
  $("unstable").textContent = state.wants ? state.wants.filter((s, i) => s !== state.cue[i]).length : "–";
  $("changed").textContent = state.cue.filter((s, i) => s !== state.start[i]).length;
  chart($("energy-chart"), [{ name: "energy", colour: "accent", points: state.energies.map((e, k) => [k, e]) }], { across: state.energies.length === 2 ? "step" : "steps" });
  showField();
}

const placeOf = (i) => `row ${Math.floor(i / state.side) + 1}, column ${(i % state.side) + 1}`;
const plain = (value) => (value < 0 ? "−" : "") + Math.abs(value).toFixed(Math.abs(value) < 10 ? 3 : 1);

/** The weights into neuron `i`: at hand, or asked for where there are too many to have them all. */
async function weightsInto(i) {
  const one = network();
  const n = one.neurons;
  if (one.weights) return one.weights.subarray(i * n, (i + 1) * n);
  return new Float32Array((await ask(one.engine, { ask: "row", network: one.id, neuron: i })).bytes.buffer);
}

/** The receptive field of the neuron under the pointer, in numbers too; `from` is an input that the pointer is at. */
async function showField(from) {
  const one = network();
  const i = state.hover;
  $("field").hidden = !one || one.neurons !== state.cue.length;
  if ($("field").hidden) return ($("field-text").textContent = "");
  const weights = await weightsInto(i);
  if (one !== network() || i !== state.hover) return;
  heat($("field"), weights, state.side);
  let strongest = i ? 0 : 1;
  weights.forEach((w, j) => j !== i && Math.abs(w) > Math.abs(weights[strongest]) && (strongest = j));
  const input = from ?? strongest;
  const bias = one.biasValues?.[i];
  $("field-text").textContent = `Neuron at ${placeOf(i)}: ${state.fields ? `field ${plain(state.fields[i])}, ` : ""}${bias ? `bias ${plain(bias)}, ` : ""}${from === undefined ? "strongest weight" : "weight"} ${plain(weights[input])} from ${placeOf(input)}.`;
}

/** The patterns that the state is nearest to. Their pictures stay as long as these are the same: drawing them anew would be
 * most of a step's time. */
function showOverlaps(overlaps, patterns) {
  const best = overlaps.map((m, k) => [m, k]).sort((a, b) => Math.abs(b[0]) - Math.abs(a[0])).slice(0, 8).sort((a, b) => a[1] - b[1]);
  const shown = best.map(([, k]) => k).join();
  if (state.overlaps?.shown !== shown || state.overlaps.patterns !== patterns) {
    state.overlaps = { shown, patterns };
    $("overlaps").replaceChildren(...best.flatMap(([, k]) => {
      const canvas = document.createElement("canvas");
      thumbnail(canvas, patterns[k], state.side);
      const meter = Object.assign(document.createElement("meter"), { min: -1, max: 1 });
      meter.setAttribute("aria-label", `Overlap with pattern ${k + 1}`);
      return [canvas, meter, document.createElement("span")];
    }));
  }
  best.forEach(([m], row) => {
    const [, meter, number] = [...$("overlaps").children].slice(3 * row);
    meter.value = m;
    number.textContent = m.toFixed(2);
  });
}

/** One step: the next neuron that wants to flip, or all of them where couplings are directed. False at rest. */
async function step() {
  if (!network()) throw new Error("There is no network yet: train one.");
  if (!state.wants) await look();
  const n = state.cue.length;
  const cue = state.cue.slice();
  if (network().directed) {
    if (cue.every((s, i) => s === state.wants[i])) return false;
    state.cue = state.wants.slice();
  } else {
    let k = 0;
    while (k < n && state.wants[(state.next + k) % n] === cue[(state.next + k) % n]) k++;
    if (k === n) return false;
    const i = (state.next + k) % n;
    cue[i] = state.wants[i];
    state.next = (i + 1) % n;
    state.cue = cue;
  }
  await look();
  return true;
}

async function sweep() {
  const from = state.next;
  let moved = false;
  do {
    if (!(await step())) break;
    moved = true;
  } while (!network().directed && state.next > from);
  return moved;
}

async function runToEnd() {
  if (!network()) throw new Error("There is no network yet: train one.");
  const one = network();
  const { value, bytes } = await ask(one.engine, { ask: "recall", network: one.id }, bytesOf(state.cue));
  const end = signed(bytes);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (let k = 0; k < 4000 && !still && one === network(); k++) {
    if (!(await step())) break;
    if (state.cue.every((s, i) => s === end[i])) break;
    await new Promise(requestAnimationFrame);
  }
  state.cue = end;
  await look();
  say(`Recall ended: ${value.end} after ${value.steps} ${one.directed ? "steps" : "sweeps"}${value.found == null ? ", which is no stored pattern" : `: pattern ${value.found + 1}`}.`);
}

/** Damages one entry of the cue. */
function damage(i) {
  const tool = document.querySelector("input[name=tool]:checked").value;
  const cue = state.cue.slice();
  cue[i] = tool === "erase" ? 0 : -(cue[i] || 1);
  state.cue = cue;
  restart();
  look().catch((error) => say(error.message, true));
}

function noise() {
  const share = Number($("noise").value) / 100;
  $("noise-text").textContent = `${$("noise").value} %`;
  const order = state.clean.map((_, i) => [Math.random(), i]).sort((a, b) => a[0] - b[0]);
  const cue = state.clean.slice();
  for (const [, i] of order.slice(0, Math.round(share * cue.length))) cue[i] = -cue[i];
  state.cue = cue;
  restart();
  look().catch((error) => say(error.message, true));
}

/** The pixel of a canvas that an event is at. */
function pixelAt(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const along = (value, size) => Math.min(state.side - 1, Math.max(0, Math.floor((value / size) * state.side)));
  return along(event.clientY - box.top, box.height) * state.side + along(event.clientX - box.left, box.width);
}

/** Pointer and keys on a board; `act(i, first)` for a pixel under a pressed pointer or the space bar. */
function playable(canvas, act) {
  const pixel = (event) => pixelAt(canvas, event);
  let last = -1;
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    act((last = state.hover = pixel(event)), true);
  };
  canvas.onpointermove = (event) => {
    const i = pixel(event);
    if (i === state.hover && i === last) return;
    state.hover = i;
    if (event.buttons && i !== last) act((last = i), false);
    else if (canvas === $("cue")) showCue();
  };
  canvas.onkeydown = (event) => {
    const side = state.side;
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side }[event.key];
    if (event.key === " ") act(state.hover, true);
    else if (move) state.hover = (state.hover + move + side * side) % (side * side);
    else return;
    event.preventDefault();
    showCue();
    showPatterns();
  };
}

let ink = 1;
function draw(i, first) {
  const pattern = state.patterns[state.chosen];
  if (!pattern) return;
  if (first) ink = -pattern[i];
  pattern[i] = ink;
  setCue(pattern.slice());
  showPatterns();
}
