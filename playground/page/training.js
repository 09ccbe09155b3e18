"use strict";
// Training, and the networks that are there: trained, loaded, saved.
let rules = [];
const network = () => state.networks[state.current];
const ruleNamed = (name) => rules.find((rule) => rule.name === name);
/** The most neurons whose weights are all fetched and drawn as a matrix. */
const MOST_DRAWN = 1024;

/** What the controls ask of a training. */
function wanted() {
  const rule = $("rule").value;
  const seconds = Number($("limit").value);
  if (!(seconds > 0)) throw new Error("The time limit must be above 0 seconds.");
  const request = { ask: "train", rule, count: state.patterns.length, height: state.side, width: state.side, directed: $("couplings").value === "directed", seed: 0, seconds };
  if (ruleNamed(rule).biases) request.bias = $("bias").checked;
  if (rule !== "exact") return request;
  request.weights = $("weights").value;
  request.objective = $("objective").value;
  if (request.objective === "repair") {
    request.noise = Number($("repair-noise").value) / 100;
    if (!(request.noise > 0 && request.noise < 0.5)) throw new Error("The noise to be repaired must be above 0 % and below 50 %.");
  }
  if (request.objective === "survive") request.survive = "max";
  return request;
}

/** What a network is called beside others. */
function labelOf({ rule, directed, bias, weights, objective }) {
  const parts = [rule, directed && "directed", bias && "biases", weights && weights !== "real" && weights, objective];
  return parts.filter(Boolean).join(", ");
}

async function train() {
  if (!state.patterns.length) throw new Error("There is nothing to store: add a pattern first.");
  if (state.training) throw new Error("A training is running: stop it first.");
  const request = wanted();
  const name = ruleNamed(request.rule).here ? "core" : "exact";
  const curve = { found: [], bound: [] };
  const training = (state.training = { name, label: labelOf(request), kept: null, patterns: copied(state.patterns), stopped: false });
  $("train").disabled = true;
  $("stop").hidden = false;
  $("course").hidden = false;
  $("course-text").textContent = name === "exact" && !engines.exact ? "Loading the second module …" : "Training …";
  try {
    const { value } = await ask(name, request, joined(state.patterns), ({ value, bytes }) => {
      if (bytes.length) training.kept = bytes;
      showCourse(curve, value.progress);
    });
    await addNetwork(name, value, training);
    showCourse(curve, { incumbent: value.wrong_bits, bound: value.lower_bound ?? 0, seconds: value.seconds, phase: value.stopped ? "stopped" : "done", nodes: value.nodes ?? 0 });
    say(`${training.label}: ${resultOf(value, request.rule)}`);
  } catch (error) {
    // Who stopped it says what is left.
    if (!training.stopped) throw error;
  } finally {
    $("train").disabled = false;
    $("stop").hidden = true;
    state.training = null;
  }
}

const copied = (patterns) => patterns.map((pattern) => pattern.slice());

function resultOf(value, rule) {
  const bits = `${value.wrong_bits} wrong bits in ${value.seconds.toFixed(2)} s${value.stopped ? ", when it was stopped" : ""}`;
  const proven = rule !== "exact" ? "" : value.lower_bound === value.wrong_bits ? ", proven: no weights have fewer" : `, no weights have fewer than ${value.lower_bound}`;
  const most = value.most_flips == null ? "" : ` No such weights are sure to repair more than ${value.most_flips} flipped pixels of every pattern.`;
  return `${bits}${proven}.${most}`;
}

function showCourse(curve, progress) {
  if (progress.incumbent != null) curve.found.push([progress.seconds, progress.incumbent]);
  curve.bound.push([progress.seconds, progress.bound]);
  $("course-text").textContent = `${progress.phase}: ${progress.incumbent ?? "no"} wrong bits found, no fewer than ${progress.bound} proven · ${progress.seconds.toFixed(1)} s · ${progress.nodes} nodes`
    + (progress.recalled == null ? "" : ` · ${(100 * progress.recalled).toFixed(1)} % of own cues recalled`);
  chart($("course-chart"), [{ name: "found", colour: "hot", points: curve.found }, { name: "proven", colour: "good", points: curve.bound }], { from: 0, across: "s" });
}

/** Ends a training with its best network so far. A worker hears nothing while it trains: it goes, and what it had told of goes on
 * in the first module. */
async function stop() {
  const training = state.training;
  if (!training || training.stopped) return;
  if (native) return ask("core", { ask: "stop" });
  training.stopped = true;
  await endWorker(training.name, new Error("stopped"));
  for (const one of state.networks.filter((held) => held.engine === training.name)) {
    const { value } = await ask("core", { ask: "load", name: one.rule }, one.file.slice());
    Object.assign(one, { engine: "core", id: value.network });
    if (one.patterns.length) await ask("core", { ask: "judge", network: one.id, count: one.patterns.length }, joined(one.patterns));
  }
  showNetworks();
  if (!training.kept) return say("Training stopped before there was a network. A time limit keeps the best one so far.", true);
  const id = (await ask("core", { ask: "load", name: training.label }, training.kept.slice())).value.network;
  const { value } = await ask("core", { ask: "judge", network: id, count: training.patterns.length }, joined(training.patterns));
  value.network = id;
  await addNetwork("core", value, training);
  say(`Training stopped. The best network so far stays: ${value.wrong_bits} wrong bits, no weights have fewer than ${value.lower_bound ?? 0}.`);
}

/** Takes a network of an engine into the table; `training` says what it was trained on, and what it is called. */
async function addNetwork(engine, value, training) {
  const { bytes } = await ask(engine, { ask: "save", network: value.network });
  state.networks.push({ ...value, engine, id: value.network, file: bytes, label: training.label, patterns: training.patterns });
  await use(state.networks.length - 1);
}

function showNetworks() {
  const rows = state.networks.map((one, k) => {
    const row = document.createElement("tr");
    row.setAttribute("aria-selected", k === state.current);
    const button = document.createElement("button");
    button.textContent = one.label;
    button.setAttribute("aria-pressed", k === state.current);
    button.onclick = guarded(() => use(k));
    const cells = [one.wrong_bits ?? "–", one.lower_bound ?? "–", one.margin == null ? "–" : one.margin.toFixed(3), radiusOf(one) ?? "–"];
    const first = document.createElement("td");
    first.append(button);
    row.append(first, ...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return row;
  });
  $("networks").tBodies[0].replaceChildren(...rows);
  $("networks").hidden = !rows.length;
  $("save").disabled = $("forget").disabled = !network();
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
  const one = network();
  if (!one) return;
  if (!one.weights && one.neurons <= MOST_DRAWN) {
    const { bytes } = await ask(one.engine, { ask: "weights", network: one.id });
    one.weights = new Float32Array(bytes.buffer);
  }
  if (!one.biasValues) one.biasValues = new Float32Array((await ask(one.engine, { ask: "biases", network: one.id })).bytes.buffer);
  if (one !== network()) return;
  showMatrix();
  restart();
  await look();
}

function showMatrix() {
  const one = network();
  $("matrix").hidden = !one?.weights;
  $("matrix-note").textContent = !one ? "Train a network first." : one.weights
    ? "Row i: weights into neuron i; blue above zero, red below."
    : `${one.neurons}×${one.neurons} weights are too many for a picture; point at a neuron to see those into it.`;
  if (one?.weights) heat($("matrix"), one.weights, one.neurons);
}

/** Takes the chosen network out of the table. */
async function forget() {
  const [one] = state.networks.splice(state.current, 1);
  await ask(one.engine, { ask: "drop", network: one.id });
  await use(Math.min(state.current, state.networks.length - 1));
  if (!network()) {
    showMatrix();
    await look();
  }
}

async function saveNetwork() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([network().file]));
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
  await addNetwork("core", value, { label: labelOf({ ...value, bias: value.biases }), patterns: copied(state.patterns) });
  say(`${file.name}: ${value.neurons} neurons, trained by ${value.rule}.`);
}

/** Shows the options that the chosen rule has. */
function showOptions() {
  const rule = ruleNamed($("rule").value);
  $("rule-note").textContent = `Best at: ${rule.best_at}.`;
  $("exact-options").hidden = rule.name !== "exact";
  $("bias").disabled = !rule.biases;
  $("repair-noise").closest("label").hidden = $("objective").value !== "repair";
}
