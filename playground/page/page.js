"use strict";
// The page: what is shown and what is asked of the engine. The engine does all computing with networks.
let rules = [];
const $ = (id) => document.getElementById(id);
const state = { side: 8, patterns: [], chosen: 0, networks: [], current: -1, cue: null, clean: null, wants: null, energies: [], hover: 0, next: 0, training: null };

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

// ---- patterns ----

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
  Object.assign(state, { side, patterns: [], networks: [], current: -1, cue: null, clean: null, wants: null, energies: [], hover: 0, next: 0 });
  $("size").value = side;
  setCue(new Array(side * side).fill(-1));
  showPatterns();
  showNetworks();
}

// ---- training ----

const network = () => state.networks[state.current];

async function train() {
  if (!state.patterns.length) throw new Error("There is nothing to store: add a pattern first.");
  const rule = $("rule").value;
  const seconds = Number($("limit").value);
  if (!(seconds > 0)) throw new Error("The time limit must be above 0 seconds.");
  const name = rules.find((one) => one.name === rule).here ? "core" : "exact";
  const curve = { found: [], bound: [] };
  $("train").disabled = true;
  $("stop").hidden = false;
  $("course").hidden = false;
  $("course-text").textContent = name === "exact" && !engines.exact ? "Loading the second module …" : "Training …";
  try {
    const request = { ask: "train", rule, count: state.patterns.length, height: state.side, width: state.side, directed: $("couplings").value === "directed", seed: 0, seconds };
    state.training = name;
    const { value } = await ask(name, request, joined(state.patterns), ({ value }) => showCourse(curve, value.progress));
    await addNetwork(name, value);
    showCourse(curve, { incumbent: value.wrong_bits, bound: value.lower_bound ?? 0, seconds: value.seconds, phase: "done", nodes: value.nodes ?? 0 });
    say(`${rule}: ${value.wrong_bits} wrong bits in ${value.seconds.toFixed(2)} s${rule === "exact" ? (value.lower_bound === value.wrong_bits ? ", proven: no weights have fewer" : `, no weights have fewer than ${value.lower_bound}`) : ""}.`);
  } finally {
    $("train").disabled = false;
    $("stop").hidden = true;
    state.training = null;
  }
}

function showCourse(curve, progress) {
  if (progress.incumbent != null) curve.found.push([progress.seconds, progress.incumbent]);
  curve.bound.push([progress.seconds, progress.bound]);
  $("course-text").textContent = `${progress.phase}: ${progress.incumbent ?? "no"} wrong bits found, no fewer than ${progress.bound} proven · ${progress.seconds.toFixed(1)} s · ${progress.nodes} nodes`;
  chart($("course-chart"), [{ name: "found", colour: "hot", points: curve.found }, { name: "proven", colour: "good", points: curve.bound }], { from: 0, across: "s" });
}

/** Ends a training. A worker hears nothing while it trains, so it goes; its networks go on in the first module. */
async function stop() {
  const name = state.training;
  if (!name) return;
  if (native) return ask(name, { ask: "stop" });
  await endWorker(name, new Error("Training stopped; its network is lost. A time limit keeps the best one so far."));
  for (const one of state.networks.filter((held) => held.engine === name)) {
    const { value } = await ask("core", { ask: "load", name: one.rule }, one.file.slice());
    Object.assign(one, { engine: "core", id: value.network });
    if (one.patterns.length) await ask("core", { ask: "judge", network: one.id, count: one.patterns.length }, joined(one.patterns));
  }
  showNetworks();
}

async function addNetwork(name, value) {
  const { bytes } = await ask(name, { ask: "save", network: value.network });
  state.networks.push({ engine: name, id: value.network, file: bytes, patterns: state.patterns.map((p) => p.slice()), ...value });
  await use(state.networks.length - 1);
}

function showNetworks() {
  const rows = state.networks.map((one, k) => {
    const row = document.createElement("tr");
    row.setAttribute("aria-selected", k === state.current);
    const button = document.createElement("button");
    button.textContent = `${one.rule}${one.directed ? ", directed" : ""}`;
    button.onclick = guarded(() => use(k));
    const cells = [one.wrong_bits ?? "–", one.lower_bound ?? "–", one.margin == null ? "–" : one.margin.toFixed(3), radiusOf(one) ?? "–"];
    const first = document.createElement("td");
    first.append(button);
    row.append(first, ...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return row;
  });
  $("networks").tBodies[0].replaceChildren(...rows);
  $("save").disabled = !network();
  const one = network();
  const radius = one && radiusOf(one);
  $("radius").textContent = !one || !one.flips ? "" : radius === null
    ? "Not every pattern is stored: damage is not certain to be repaired."
    : `In one step this network repairs any ${radius} flipped ${radius === 1 ? "pixel" : "pixels"} of every stored pattern, wherever they fall.`;
}

/** The flips that every pattern survives; null where a pattern is not stored. */
const radiusOf = (one) => (!one.flips || one.flips.some((r) => r === null) ? null : Math.min(...one.flips));

async function use(k) {
  state.current = k;
  showNetworks();
  state.weights = null;
  if (!network()) return;
  const { bytes } = await ask(network().engine, { ask: "weights", network: network().id });
  network().weights = new Float32Array(bytes.buffer);
  heat($("matrix"), network().weights, state.side ** 2);
  restart();
  await look();
}

async function saveNetwork() {
  const { bytes } = await ask(network().engine, { ask: "save", network: network().id });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = `${network().rule}.safetensors`;
  link.click();
}

async function loadNetwork(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let { value } = await ask("core", { ask: "load", name: file.name }, bytes);
  const side = Math.round(Math.sqrt(value.neurons));
  const square = value.height == null ? side * side === value.neurons : value.height === value.width;
  if (!square) {
    await ask("core", { ask: "drop", network: value.network });
    throw new Error(`${file.name} has ${value.neurons} neurons, which are no square picture; the playground shows squares only.`);
  }
  if (side !== state.side) resize(side);
  if (state.patterns.length) {
    const id = value.network;
    value = (await ask("core", { ask: "judge", network: id, count: state.patterns.length }, joined(state.patterns))).value;
    value.network = id;
  }
  await addNetwork("core", value);
  say(`${file.name}: ${value.neurons} neurons, trained by ${value.rule}.`);
}

// ---- damage and recall ----

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
    state.wants = null;
    showCue();
    return;
  }
  const { value, bytes } = await ask(one.engine, { ask: "look", network: one.id }, bytesOf(cue));
  if (cue !== state.cue || one !== network()) return;
  const n = cue.length;
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
  chart($("energy-chart"), [{ name: "energy", colour: "accent", points: state.energies.map((e, k) => [k, e]) }], { across: "steps" });
  const weights = network()?.weights;
  if (weights && weights.length === state.cue.length ** 2) heat($("field"), weights.subarray(state.hover * state.cue.length, (state.hover + 1) * state.cue.length), state.side);
}

function showOverlaps(overlaps, patterns) {
  const best = overlaps.map((m, k) => [m, k]).sort((a, b) => Math.abs(b[0]) - Math.abs(a[0])).slice(0, 8).sort((a, b) => a[1] - b[1]);
  $("overlaps").replaceChildren(...best.flatMap(([m, k]) => {
    const canvas = document.createElement("canvas");
    thumbnail(canvas, patterns[k], state.side);
    const meter = Object.assign(document.createElement("meter"), { min: -1, max: 1, value: m });
    meter.setAttribute("aria-label", `Overlap with pattern ${k + 1}`);
    return [canvas, meter, Object.assign(document.createElement("span"), { textContent: m.toFixed(2) })];
  }));
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

/** Pointer and keys on a board; `act(i, first)` for a pixel under a pressed pointer or the space bar. */
function playable(canvas, act) {
  const pixel = (event) => {
    const box = canvas.getBoundingClientRect();
    const along = (value, size) => Math.min(state.side - 1, Math.max(0, Math.floor((value / size) * state.side)));
    return along(event.clientY - box.top, box.height) * state.side + along(event.clientX - box.left, box.width);
  };
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

// ---- comparisons ----

async function compare() {
  if (!state.networks.length) throw new Error("There is no network yet: train some, by several rules.");
  const figures = [];
  for (const one of state.networks) {
    const { value, bytes } = await ask(one.engine, { ask: "recall", network: one.id }, bytesOf(state.cue));
    const end = signed(bytes);
    const truth = state.patterns[state.chosen] ?? end;
    const figure = document.createElement("figure");
    const canvas = document.createElement("canvas");
    thumbnail(canvas, end, state.side, truth);
    const wrong = end.filter((s, i) => s !== truth[i]).length;
    const caption = document.createElement("figcaption");
    caption.textContent = `${one.rule}${one.directed ? ", directed" : ""}: ${wrong} wrong pixels; ${value.end}`;
    figure.append(canvas, caption);
    figures.push(figure);
  }
  $("side").replaceChildren(...figures);
}

async function basin() {
  if (!state.networks.length) throw new Error("There is no network yet: train one.");
  const n = state.side ** 2;
  const flips = [...new Set(Array.from({ length: 11 }, (_, k) => Math.round((k * n) / 25)))];
  const colours = ["accent", "hot", "good", "minus"];
  const lines = [];
  for (const one of state.networks.slice(-4)) {
    const { value } = await ask(one.engine, { ask: "basin", network: one.id, flips, repeats: n > 300 ? 3 : 10 });
    lines.push({ name: one.rule, colour: colours[lines.length], points: flips.map((f, k) => [f, value.shares[k]]) });
    chart($("basin-chart"), lines, { from: 0, to: 1, across: "flips" });
  }
  $("basin-note").textContent = lines.map((line) => {
    const half = line.points.filter((p) => p[1] >= 0.5).at(-1);
    return `${line.name}: ${half ? `half come back up to ${half[0]} flips` : "fewer than half come back"}`;
  }).join("; ") + ".";
}

// ---- a state in the address ----

const symbols = "-0+";
function fragment() {
  const row = (values) => values.map((v) => symbols[v + 1]).join("");
  const pack = (text) => text.replace(/(.)\1{2,}/g, (run, c) => `${c}${run.length}.`);
  const parts = new URLSearchParams({ side: state.side, rule: $("rule").value, couplings: $("couplings").value, cue: pack(row(state.cue)), patterns: state.patterns.map((p) => pack(row(p))).join("_") });
  return `#${parts}`;
}

function fromFragment() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const side = Number(parts.get("side"));
  if (!location.hash || ![...$("size").options].some((option) => Number(option.value) === side)) throw new Error("The link holds no state of the playground: ask for it again.");
  const read = (text) => {
    const all = text.replace(/([-0+])(\d{1,4})\./g, (_, c, count) => c.repeat(Math.min(Number(count), side * side)));
    if (all.length !== side * side || /[^-0+]/.test(all)) throw new Error("The link is cut off or changed: ask for it again.");
    return Array.from(all, (c) => symbols.indexOf(c) - 1);
  };
  const patterns = (parts.get("patterns") ?? "").split("_").filter(Boolean).map(read);
  if (patterns.some((p) => p.includes(0)) || patterns.length > 2000) throw new Error("The link's patterns have unknown pixels: ask for it again.");
  const cue = read(parts.get("cue") ?? "");
  resize(side);
  state.patterns = patterns;
  if ([...$("rule").options].some((option) => option.value === parts.get("rule"))) $("rule").value = parts.get("rule");
  if (parts.get("couplings") === "directed") $("couplings").value = "directed";
  choose(0);
  state.cue = cue;
  restart();
  showCue();
}

async function share() {
  location.hash = fragment();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link to this state is in the address bar and on the clipboard.");
  } catch {
    say("The link to this state is in the address bar.");
  }
}

// ---- start ----

function listen() {
  const on = (id, work) => ($(id).onclick = guarded(work));
  on("add-digit", () => sample("digits", Math.floor(Math.random() * 100)));
  // Glyphs 33 to 126: capital letters from number 32 on.
  on("add-letter", () => sample("letters", 32 + (state.patterns.length % 26)));
  on("add-blank", () => {
    addPattern(new Array(state.side ** 2).fill(-1));
    $("drawing").open = true;
    showPatterns();
  });
  on("clear", () => resize(state.side));
  on("remove", () => {
    state.patterns.splice(state.chosen, 1);
    choose(Math.max(0, state.chosen - 1));
  });
  on("train", train);
  on("stop", stop);
  on("save", saveNetwork);
  on("share", share);
  on("step", async () => (await step()) || say("At rest: no neuron wants to flip."));
  on("sweep", async () => (await sweep()) || say("At rest: no neuron wants to flip."));
  on("run", runToEnd);
  on("reset", noise);
  on("compare", compare);
  on("basin", basin);
  $("noise").oninput = noise;
  $("size").onchange = guarded(() => resize(Number($("size").value)));
  $("drawing").ontoggle = showPatterns;
  $("rule").onchange = () => ($("rule-note").textContent = `Best at: ${$("rule").selectedOptions[0].title}.`);
  const files = (id, work) => ($(id).onchange = guarded(async () => {
    const chosen = [...$(id).files];
    $(id).value = "";
    for (const file of chosen) await work(file);
  }));
  files("own", ownImage);
  files("load", loadNetwork);
  playable($("cue"), damage);
  playable($("draw"), draw);
  const again = () => {
    showPatterns();
    showCue();
    if (network()?.weights) heat($("matrix"), network().weights, state.side ** 2);
  };
  addEventListener("resize", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  addEventListener("hashchange", guarded(() => location.hash !== fragment() && fromFragment()));
}

async function begin() {
  listen();
  rules = (await ask("core", { ask: "rules" })).value.rules;
  $("rule").replaceChildren(...rules.map((rule) => Object.assign(document.createElement("option"), { value: rule.name, textContent: rule.name, title: rule.best_at })));
  $("rule").value = "pseudo-inverse";
  $("rule").onchange();
  if (location.hash) {
    try {
      return fromFragment();
    } catch (error) {
      say(error.message, true);
    }
  }
  const { bytes } = await ask("core", { ask: "samples", set: "digits", height: 8, width: 8, indices: [0, 1, 2, 3, 4, 5, 6, 7] });
  const all = signed(bytes);
  state.patterns = Array.from({ length: all.length / 64 }, (_, k) => all.slice(64 * k, 64 * k + 64));
  choose(0);
  await train();
}

guarded(begin)().then(() => (document.body.dataset.ready = "yes"));
