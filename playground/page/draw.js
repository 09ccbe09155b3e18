"use strict";
// Pictures on canvases: pixels, weights, lines. Knows nothing of the engine.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Sizes a canvas to its place on the screen; its context and size in CSS pixels. */
function ready(canvas) {
  const scale = devicePixelRatio || 1;
  const width = canvas.clientWidth || 270;
  const height = canvas.clientHeight || 270;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  return { pen, width, height };
}

/** A state on a board; rings where `wants` differs, a frame round pixel `at`. */
function board(canvas, state, side, wants, at) {
  const { pen, width } = ready(canvas);
  const cell = width / side;
  const paint = { 1: colour("on"), "-1": colour("off"), 0: colour("gone"), ring: colour("hot") };
  state.forEach((value, i) => {
    const x = (i % side) * cell;
    const y = Math.floor(i / side) * cell;
    pen.fillStyle = paint[value];
    pen.fillRect(x, y, cell + 0.5, cell + 0.5);
    if (wants && wants[i] !== value) {
      pen.strokeStyle = paint.ring;
      pen.lineWidth = Math.max(1.5, cell / 8);
      pen.beginPath();
      pen.arc(x + cell / 2, y + cell / 2, cell * 0.32, 0, 7);
      pen.stroke();
    }
  });
  if (at !== undefined) {
    pen.strokeStyle = colour("accent");
    pen.lineWidth = 2;
    pen.strokeRect((at % side) * cell + 1, Math.floor(at / side) * cell + 1, cell - 2, cell - 2);
  }
}

const rgb = (name) => colour(name).match(/\w\w/g).map((part) => parseInt(part, 16));

/** A small picture, one canvas pixel a pixel; wrong pixels (beside `truth`) orange. */
function thumbnail(canvas, state, side, truth) {
  canvas.width = side;
  canvas.height = side;
  const paint = [rgb("off"), rgb("gone"), rgb("on"), rgb("hot")];
  const picture = new ImageData(side, side);
  state.forEach((value, i) => picture.data.set([...paint[truth && truth[i] !== value ? 3 : value + 1], 255], 4 * i));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** Numbers as colours, one canvas pixel a number: blue above zero, red below. */
function heat(canvas, values, side) {
  canvas.width = side;
  canvas.height = side;
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  const [zero, plus, minus] = [rgb("off"), rgb("plus"), rgb("minus")];
  const picture = new ImageData(side, side);
  values.forEach((value, k) => {
    const part = most ? Math.abs(value) / most : 0;
    const end = value > 0 ? plus : minus;
    for (let c = 0; c < 3; c++) picture.data[4 * k + c] = zero[c] + (end[c] - zero[c]) * part;
    picture.data[4 * k + 3] = 255;
  });
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** Lines over one axis. `lines`: { name, colour, points: [[x, y], …] }. The names stand at the lines' ends. */
function chart(canvas, lines, { from, to, across } = {}) {
  const { pen, width, height } = ready(canvas);
  const points = lines.flatMap((line) => line.points);
  if (!points.length) return;
  const ys = points.map((point) => point[1]);
  const low = from ?? Math.min(...ys);
  const high = Math.max(to ?? Math.max(...ys), low + (from === 0 ? 1 : 1e-3));
  const right = Math.max(...points.map((point) => point[0]), 1e-9);
  const number = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : +value.toPrecision(3)).toString();
  const left = 52;
  const x = (value) => left + (value / right) * (width - left - 112);
  const y = (value) => height - 20 - ((value - low) / (high - low)) * (height - 32);
  pen.font = "12px system-ui, sans-serif";
  pen.strokeStyle = colour("line");
  pen.strokeRect(left, 12, width - left - 112, height - 32);
  pen.fillStyle = colour("soft");
  pen.textAlign = "right";
  pen.fillText(number(high), left - 5, 16);
  pen.fillText(number(low), left - 5, height - 18);
  pen.textAlign = "left";
  pen.fillText("0", left, height - 5);
  pen.textAlign = "right";
  pen.fillText(`${number(right)} ${across ?? ""}`, width - 112, height - 5);
  pen.textAlign = "left";
  const drawn = lines.filter((line) => line.points.length);
  for (const line of drawn) {
    pen.strokeStyle = pen.fillStyle = colour(line.colour);
    pen.lineWidth = 2;
    pen.beginPath();
    line.points.forEach(([a, b], k) => (k ? pen.lineTo(x(a), y(b)) : pen.moveTo(x(a), y(b))));
    pen.stroke();
    const [a, b] = line.points.at(-1);
    pen.fillRect(x(a) - 2, y(b) - 2, 4, 4);
  }
  // Names from top to bottom, none over another, the last one above the edge.
  const ends = drawn.map((line) => [y(line.points.at(-1)[1]) + 4, line]).sort((one, other) => one[0] - other[0]);
  ends.forEach((end, k) => k && (end[0] = Math.max(end[0], ends[k - 1][0] + 13)));
  ends.reverse().forEach((end, k) => (end[0] = Math.min(end[0], k ? ends[k - 1][0] - 13 : height - 4)));
  for (const [place, line] of ends) {
    pen.fillStyle = colour(line.colour);
    pen.fillText(line.name, x(line.points.at(-1)[0]) + 6, place, width - x(line.points.at(-1)[0]) - 8);
  }
}
